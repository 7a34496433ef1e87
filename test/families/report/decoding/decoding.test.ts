/** The searches by themselves, over decoders that are a table: what a golden of the reference library cannot show. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '../../../../src/errors.js'
import { createBeam } from '../../../../src/families/report/decoding/beam.js'
import type { Decoding, DecodingFrame } from '../../../../src/families/report/decoding/decoding.js'
import { createGreedy } from '../../../../src/families/report/decoding/greedy.js'
import { createScores, logNormalizer } from '../../../../src/families/report/decoding/scores.js'
import { noRepeatedLast, noRepeatedNgram } from '../../../../src/families/report/decoding/rules.js'
import { createSample } from '../../../../src/families/report/decoding/sample.js'

const VOCABULARY = 6
const BEGIN = 0
const END = 1

/** Logits that depend on all tokens so far, the same on every machine. */
function logitsAfter(tokens: readonly number[]): Float32Array {
  return Float32Array.from({ length: VOCABULARY }, (_, id) => {
    const mixed = tokens.reduce((sum, token, at) => sum + (token + 1) * (at + 2) * 37, (id + 3) * 101)
    return ((mixed * 7919) % 1000) / 250
  })
}

function runWhole(decoding: Decoding, after = logitsAfter): Decoding {
  while (decoding.rows.length > 0) decoding.accept(decoding.rows.map(({ tokens }) => after(tokens)))
  return decoding
}

const frame = (maxTokens: number, rules: DecodingFrame['rules'] = []): DecodingFrame => ({
  ...{ begin: BEGIN, end: END },
  ...{ maxTokens, rules },
})

const logSoftmax = (logits: Float32Array): Float64Array => createScores()(0, logits, logNormalizer(logits))

/** Every text of at most so many tokens and its score without a penalty. */
function everyText(
  maxTokens: number,
  tokens: readonly number[] = [],
  score = 0,
): { tokens: number[]; score: number }[] {
  if (tokens.at(-1) === END || tokens.length === maxTokens) return [{ tokens: [...tokens], score }]
  const values = logSoftmax(logitsAfter([BEGIN, ...tokens]))
  return Array.from(values).flatMap((value, id) => everyText(maxTokens, [...tokens, id], score + value))
}

test('a beam as wide as all texts finds the likeliest of all', () => {
  const best = everyText(4).sort((a, b) => b.score - a.score)[0]!
  const options = { beams: 1296, lengthPenalty: 0, earlyStopping: 'never' } as const
  const found = runWhole(createBeam(frame(4), options)).best
  assert.deepEqual(found.tokens, best.tokens)
  assert.ok(Math.abs(found.score - best.score) < 1e-12)
})

test('one beam is greedy', () => {
  const greedy = runWhole(createGreedy(frame(9))).best
  const beam = runWhole(createBeam(frame(9), { beams: 1, lengthPenalty: 1, earlyStopping: false })).best
  assert.deepEqual(beam.tokens, greedy.tokens)
  assert.deepEqual(beam.logProbabilities, greedy.logProbabilities)
})

test('what is settled never changes, and is the whole text at the end', () => {
  for (const beams of [2, 3, 5]) {
    const decoding = createBeam(frame(12), { beams, lengthPenalty: 1, earlyStopping: false })
    let before: readonly number[] = []
    while (decoding.rows.length > 0) {
      decoding.accept(decoding.rows.map(({ tokens }) => logitsAfter(tokens)))
      const { tokens } = decoding.settled
      assert.deepEqual(tokens.slice(0, before.length), before)
      before = tokens
    }
    assert.deepEqual(before, decoding.best.tokens)
  }
})

test('rows say which row of the step before they go on from', () => {
  const decoding = createBeam(frame(8), { beams: 4, lengthPenalty: 1, earlyStopping: false })
  let before = decoding.rows
  assert.deepEqual(before, [{ tokens: [BEGIN], parent: -1 }])
  while (decoding.rows.length > 0) {
    decoding.accept(decoding.rows.map(({ tokens }) => logitsAfter(tokens)))
    for (const { tokens, parent } of decoding.rows) assert.deepEqual(tokens.slice(0, -1), before[parent]!.tokens)
    before = decoding.rows
  }
})

test('no run of tokens comes twice, no token twice in a row', () => {
  const repeating = (): Float32Array => Float32Array.of(0, -9, 4, 3, 2, 1)
  const bigrams = runWhole(createGreedy(frame(20, [noRepeatedNgram(2)])), repeating).best.tokens
  const pairs = bigrams.slice(1).map((token, at) => `${bigrams[at]} ${token}`)
  assert.equal(new Set(pairs).size, pairs.length)
  assert.deepEqual(bigrams.slice(0, 5), [2, 2, 3, 2, 4])
  const others = runWhole(createGreedy(frame(6, [noRepeatedLast])), repeating).best.tokens
  assert.deepEqual(others, [2, 3, 2, 3, 2, 3])
  const singles = runWhole(createGreedy(frame(20, [noRepeatedNgram(1)])), repeating).best
  assert.deepEqual([singles.tokens, singles.end], [[2, 3, 4, 5, 1], 'stop'])
})

test('log probabilities are those of the decoder, whatever the rules bar', () => {
  const repeating = (): Float32Array => Float32Array.of(0, -9, 4, 3, 2, 1)
  const values = logSoftmax(repeating())
  const { tokens, logProbabilities } = runWhole(createGreedy(frame(4, [noRepeatedLast])), repeating).best
  assert.deepEqual(
    logProbabilities,
    tokens.map((token) => values[token]),
  )
})

test('the same seed draws the same tokens, another seed others; a draw depends on no other', () => {
  const options = { temperature: 1.3, topK: 0, topP: 1 }
  const draw = (seed: bigint, maxTokens = 30) =>
    runWhole(createSample({ ...frame(maxTokens), end: 99 }, { ...options, seed })).best.tokens
  assert.deepEqual(draw(5n), draw(5n))
  assert.deepEqual(draw(5n).slice(0, 9), draw(5n, 9))
  const texts = new Set([5n, 6n, 2n ** 32n + 5n, 2n ** 64n - 1n].map((seed) => draw(seed).join()))
  assert.equal(texts.size, 4)
})

test('draws are as often as they are probable', () => {
  const logits = Float32Array.of(1, 0, 2, -1, 0.5, -Infinity)
  const expected = logSoftmax(logits).map(Math.exp)
  const counts = new Float64Array(VOCABULARY)
  const options = { temperature: 1, topK: 0, topP: 1, seed: 3n }
  const { tokens } = runWhole(createSample({ ...frame(20_000), end: 99 }, options), () => logits).best
  for (const token of tokens) counts[token]!++
  expected.forEach((share, id) => {
    const deviation = Math.sqrt((share * (1 - share)) / tokens.length)
    assert.ok(Math.abs(counts[id]! / tokens.length - share) <= 4 * deviation, `token ${id}`)
  })
})

test('logits that are no numbers are no answer; −∞ is a token that never comes', () => {
  const isInvalid = (error: unknown) => error instanceof AppError && error.code === 'model_output_invalid'
  for (const bad of [
    [NaN, 1],
    [Infinity, 1],
    [-Infinity, -Infinity],
  ])
    assert.throws(() => logSoftmax(Float32Array.from(bad)), isInvalid)
  assert.deepEqual(Array.from(logSoftmax(Float32Array.of(-Infinity, 700))), [-Infinity, 0])
  const sum = logSoftmax(Float32Array.of(1e4, 1e4, -1e4)).reduce((all, value) => all + Math.exp(value), 0)
  assert.ok(Math.abs(sum - 1) < 1e-12)
})
