import assert from 'node:assert/strict'
import { test } from 'node:test'
import { activate, aggregatePrompts, calibrate, labelLogit } from '../../../src/families/dual-encoder/label-scores.js'
import { meanOfEmbeddings, scoreKindOf } from '../../../src/families/dual-encoder/label-scores.js'
import type { ReadLabel, Reading } from '../../../src/families/dual-encoder/label-sets.js'
import { combineScores, cosines } from '../../../src/families/dual-encoder/scores.js'
import { assertClose, goldens, rowsOf } from './golden-file.js'

const { combine, zero_shot: golden } = goldens
const images = rowsOf(golden.images)
const texts = rowsOf(golden.texts)
const similar = cosines(images, texts)
const scale = Math.exp(golden.log_scale)

function prompts(image: number, label: number): number[] {
  return golden.classes[label]!.map((text) => similar[image * texts.length + text]!)
}

/** Numbers by image, then by label. */
function byPair(value: (image: number, label: number) => number): number[] {
  return [0, 1].flatMap((image) => [0, 1].map((label) => value(image, label)))
}

const labels: ReadLabel[] = ['a', 'b'].map((label) => ({ label, prompts: ['x'], negatives: [] }))
const reading: Reading = {
  labels,
  mode: 'multiclass',
  similarity: 'global',
  aggregate: undefined,
  promptAggregation: 'mean',
  activation: 'softmax',
  temperature: 1,
}

test('prompts become one score by maximum, mean, and mean of embeddings', () => {
  assertClose(
    byPair((i, l) => aggregatePrompts(prompts(i, l), 'max')),
    golden.max,
  )
  assertClose(
    byPair((i, l) => aggregatePrompts(prompts(i, l), 'mean')),
    golden.mean,
  )
  const centres = golden.classes.map((rows) => meanOfEmbeddings(rows.map((row) => texts[row]!)))
  assertClose(cosines(images, centres), golden.mean_of_embeddings)
})

test('z-scores are by the stored reference', () => {
  const { mean, std } = golden.reference
  const zscores = byPair((image, at) => {
    const label = { ...labels[at]!, reference: { mean: mean[at]!, std: std[at]! } }
    return labelLogit({ positive: golden.max[image * 2 + at]! }, label, reading, { scale: 100 }).logit
  })
  assertClose(zscores, golden.zscore)
})

test('logits are scaled cosines, and softmax is over the labels', () => {
  const logits = byPair(
    (image, at) => labelLogit({ positive: golden.mean[image * 2 + at]! }, labels[at]!, reading, { scale }).logit,
  )
  assertClose(logits, golden.logits)
  const shares = [0, 1].flatMap((image) =>
    activate(
      reading,
      logits.slice(image * 2, image * 2 + 2).map((logit) => ({ raw: 0, logit })),
    ),
  )
  assertClose(shares, golden.softmax)
})

test('the sigmoid of a margin is the softmax of the pair', () => {
  const read: Reading = { ...reading, mode: 'pos-neg', activation: 'sigmoid' }
  const found = [0, 1].map((image) => {
    const pair = { positive: golden.mean[image * 2]!, negative: golden.mean[image * 2 + 1]! }
    return activate(read, [labelLogit(pair, labels[0]!, read, { scale, bias: -3 })])[0]!
  })
  assertClose(found, golden.pair)
})

test('calibration is Platt or an isotonic table', () => {
  const { a, b, probabilities } = golden.platt
  assertClose(
    golden.logits.map((logit) => calibrate(logit, { kind: 'platt', a, b })),
    probabilities,
  )
  const table = { kind: 'isotonic' as const, logits: [-1, 0, 2], probabilities: [0.1, 0.4, 0.9] }
  assertClose(
    [-5, -1, -0.5, 0, 1, 2, 9].map((logit) => calibrate(logit, table)),
    [0.1, 0.1, 0.25, 0.4, 0.65, 0.9, 0.9],
  )
  assert.equal(calibrate(3, { kind: 'isotonic', logits: [1], probabilities: [0.7] }), 0.7)
})

test('a score says what it is', () => {
  const plain: Reading = { ...reading, activation: 'none' }
  const kind = (change: Partial<Reading>) => scoreKindOf({ ...plain, ...change })
  const platt = { kind: 'platt' as const, a: 1, b: 0 }
  assert.equal(kind({}), 'cosine')
  assert.equal(kind({ similarity: 'both' }), 'similarity')
  assert.equal(kind({ activation: 'softmax' }), 'softmax')
  assert.equal(kind({ mode: 'pos-neg' }), 'margin')
  assert.equal(kind({ labels: labels.map((label) => ({ ...label, reference: { mean: 0, std: 1 } })) }), 'zscore')
  assert.equal(
    kind({ activation: 'sigmoid', labels: labels.map((l) => ({ ...l, calibration: platt })) }),
    'probability',
  )
})

test('global and local combine by the rule of the pack', () => {
  const { global, local } = combine
  const by = (rule: Parameters<typeof combineScores>[0]) => global.map((g, at) => combineScores(rule, g, local[at]))
  assertClose(by({ kind: 'mean' }), combine.mean)
  assertClose(by({ kind: 'weighted', global: 0.75, local: 0.1 }), combine.weighted)
  const reference = { global: { mean: 0.2, std: 0.4 }, local: { mean: 1.5, std: 2.5 } }
  assertClose(by({ kind: 'zscore-reference', ...reference }), combine.zscore)
  assertClose(by({ kind: 'none' }), global)
  assert.equal(combineScores({ kind: 'mean' }, undefined, 3), 3)
})
