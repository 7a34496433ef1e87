import assert from 'node:assert/strict'
import { test } from 'node:test'
import { classifications, type Classification } from '../../../src/families/dual-encoder/classifications.js'
import { labelSetsOf } from '../../../src/families/dual-encoder/label-sets.js'
import { similarities } from '../../../src/families/dual-encoder/similarities.js'
import { assertClose } from './golden-file.js'
import { openTinyPack, type TinyDualEncoder } from './tiny-pack.js'

const clip = await openTinyPack('tiny-clip')
const images = Object.values(clip.films)

function labelOf(item: Classification | undefined, label: string) {
  const found = item?.labels.find((candidate) => candidate.label === label)
  assert.ok(found)
  return found
}

/** Similarity of every image to one text, by the public task. */
async function similarityOf(pack: TinyDualEncoder, text: string, mode?: 'global'): Promise<number[]> {
  const films = Object.values(pack.films)
  const { items } = await similarities({ images: films, texts: [text], ...(mode ? { mode } : {}), ...pack })
  return items.map((item) => item.score)
}

test('the default set: scores are the softmax of the scaled means of its prompts, highest first', async () => {
  const result = await classifications({ images, ...clip })
  assert.equal(result.labelSet, 'findings')
  assert.equal(result.scoreKind, 'softmax')
  const { classes } = clip.model.spec.zero_shot!.sets['findings']!
  for (const item of result.items) {
    const logits = await Promise.all(
      classes.map(async ({ prompts }) => {
        const scores = await Promise.all(prompts.map(async (text) => (await similarityOf(clip, text))[item.image]!))
        return (4 * scores.reduce((a, b) => a + b, 0)) / scores.length
      }),
    )
    const sum = logits.map(Math.exp).reduce((a, b) => a + b, 0)
    classes.forEach(({ label, prompts }, at) => {
      const found = labelOf(item, label)
      assertClose([found.logit, found.score], [logits[at]!, Math.exp(logits[at]!) / sum])
      assert.deepEqual(
        found.prompts?.map((prompt) => prompt.text),
        prompts,
      )
    })
    assert.deepEqual(
      [...item.labels].sort((a, b) => b.score - a.score),
      item.labels,
    )
  }
})

test('a film alone is as in a batch, for every set of every pack', async () => {
  for (const name of ['tiny-clip', 'tiny-gloria', 'tiny-mgca', 'tiny-medclip']) {
    const pack = await openTinyPack(name)
    const films = Object.values(pack.films)
    for (const labelSet of Object.keys(labelSetsOf(pack.model.spec))) {
      const together = await classifications({ images: films, labelSet, ...pack })
      const alone = await classifications({ images: films.slice(1), labelSet, ...pack })
      const expected = alone.items[0]!.labels
      for (const { label, score } of expected) assertClose([labelOf(together.items[1], label).score], [score])
    }
  }
})

test('mean_of_embeddings averages vectors, so there are no prompts to show', async () => {
  const { items, scoreKind } = await classifications({ images, labelSet: 'findings-averaged', ...clip })
  assert.equal(scoreKind, 'softmax')
  assert.ok(items.every(({ labels }) => labels.every(({ prompts }) => prompts === undefined)))
  const asked = await classifications({ images, promptAggregation: 'mean_of_embeddings', ...clip })
  assertClose(
    asked.items.flatMap(({ labels }) => labels.map(({ score }) => score)),
    items.flatMap(({ labels }) => labels.map(({ score }) => score)),
  )
})

test('z-scores are by stored statistics and take no other aggregation', async () => {
  const { items, scoreKind } = await classifications({ images, labelSet: 'findings-zscore', ...clip })
  assert.equal(scoreKind, 'zscore')
  for (const { labels } of items) {
    for (const { label, score, prompts } of labels) {
      const set = clip.model.spec.zero_shot!.sets['findings-zscore']!
      const { mean, std } = set.classes.find((item) => item.label === label)!.reference!
      assertClose([score], [(Math.max(...prompts!.map((prompt) => prompt.score)) - mean) / std])
    }
  }
  const other = { images, labelSet: 'findings-zscore', promptAggregation: 'mean' as const, ...clip }
  await assert.rejects(classifications(other), { code: 'invalid_option' })
})

test('a label against its negatives is the sigmoid of the margin', async () => {
  const { items, scoreKind } = await classifications({ images, labelSet: 'binary', ...clip })
  assert.equal(scoreKind, 'sigmoid')
  const positive = (await similarityOf(clip, 'pulmonary edema', 'global'))[0]!
  const negatives = await Promise.all(
    ['no edema', 'normal heart and lungs'].map((t) => similarityOf(clip, t, 'global')),
  )
  const margin = positive - (negatives[0]![0]! + negatives[1]![0]!) / 2
  const found = labelOf(items[0], 'edema')
  assertClose([found.logit, found.score], [4 * margin, 1 / (1 + Math.exp(-4 * margin))])
  assert.deepEqual(
    found.prompts?.map(({ isNegative }) => isNegative),
    [false, true, true],
  )
})

test('calibration is of the set as stored: an override takes it away', async () => {
  const stored = await classifications({ images, labelSet: 'binary-calibrated', ...clip })
  assert.equal(stored.scoreKind, 'probability')
  assert.equal(stored.note, 'Made up.')
  const { logit, score } = labelOf(stored.items[0], 'pneumonia')
  assertClose([score], [1 / (1 + Math.exp(-(1.5 * logit - 0.25)))])
  for (const change of [{ activation: 'sigmoid' }, { promptAggregation: 'max' }] as const) {
    const changed = await classifications({ images, labelSet: 'binary-calibrated', ...change, ...clip })
    assert.equal(changed.scoreKind, 'sigmoid')
  }
})

test('a free label is read by itself, whatever else is asked', async () => {
  const one = await classifications({ images, labels: ['edema'], ...clip })
  const three = await classifications({ images, labels: ['pneumonia', 'edema', 'effusion'], ...clip })
  assert.equal(one.scoreKind, 'sigmoid')
  assert.equal(one.labelSet, undefined)
  assertClose([labelOf(three.items[1], 'edema').score], [labelOf(one.items[1], 'edema').score])
  const prompts = labelOf(one.items[0], 'edema').prompts ?? []
  assert.ok(prompts.filter(({ isNegative }) => isNegative).length >= 3)
  assert.ok(prompts.some(({ text }) => text === 'no edema'))
})

test('softmax compares labels; their negatives are left out', async () => {
  const { items, scoreKind } = await classifications({
    images,
    labels: ['edema', 'pneumonia'],
    activation: 'softmax',
    ...clip,
  })
  assert.equal(scoreKind, 'softmax')
  for (const { labels } of items) assertClose([labels.reduce((sum, { score }) => sum + score, 0)], [1])
  assert.ok(items[0]!.labels.every(({ prompts }) => prompts!.every(({ isNegative }) => !isNegative)))
  const alone = { images, labels: ['edema'], activation: 'softmax' as const, ...clip }
  await assert.rejects(classifications(alone), { code: 'invalid_option' })
})

test("the caller's own prompts compete, and one label alone is its plain similarity", async () => {
  const prompts = { normal: ['clear lungs', 'no finding'], edema: ['pulmonary edema'] }
  const both = await classifications({ images, prompts, ...clip })
  assert.equal(both.scoreKind, 'softmax')
  const one = await classifications({ images, prompts: { edema: prompts.edema }, ...clip })
  assert.equal(one.scoreKind, 'similarity')
  assertClose([one.items[0]!.labels[0]!.score], [(await similarityOf(clip, 'pulmonary edema'))[0]!])
})

test('without an activation a score is the cosine itself', async () => {
  const { items, scoreKind } = await classifications({
    images,
    labelSet: 'findings-averaged',
    promptAggregation: 'max',
    activation: 'none',
    ...clip,
  })
  assert.equal(scoreKind, 'cosine')
  for (const { score, logit } of items[0]!.labels) assertClose([score * 4], [logit])
})

test("a label's map is of its best prompt and sums to 1", async () => {
  const { items } = await classifications({ images, maps: true, ...clip })
  for (const { labels } of items) {
    for (const { map, prompts } of labels) {
      const best = [...prompts!].sort((a, b) => b.score - a.score)[0]!
      assert.equal(map?.text, best.text)
      assert.deepEqual(map.grid, [4, 4])
      assertClose([map.values.reduce((a, b) => a + b, 0)], [1])
    }
  }
})

test('every dual encoder has the CheXpert vocabulary, with a word of warning', async () => {
  const { items, note, scoreKind } = await classifications({ images, labelSet: 'chexpert-5x-frozen', ...clip })
  assert.equal(items[0]!.labels.length, 5)
  assert.equal(scoreKind, 'similarity')
  assert.match(note ?? '', /was not trained/)
})

test('labels that cannot be read are refused', async () => {
  const refused = [
    { labelSet: 'no-such-set' },
    { labelSet: 'constructor' },
    { labelSet: 'findings', labels: ['edema'] },
    { labels: [] },
    { labels: ['edema', 'edema'] },
    { prompts: {} },
    { prompts: { edema: [] } },
  ]
  for (const asked of refused)
    await assert.rejects(classifications({ images, ...asked, ...clip }), { code: 'invalid_option' })
  await assert.rejects(classifications({ images, labels: [' '], ...clip }), { code: 'invalid_text' })
  await assert.rejects(classifications({ images, prompts: { edema: [''] }, ...clip }), { code: 'invalid_text' })
  const medclip = await openTinyPack('tiny-medclip')
  await assert.rejects(classifications({ images, maps: true, ...medclip }), { code: 'invalid_option' })
})

test('generated prompts of which a cleaner leaves nothing are skipped', async () => {
  const { tokenizer } = clip.model
  const model: TinyDualEncoder['model'] = {
    ...clip.model,
    tokenizer: { encode: (text) => tokenizer.encode(text.includes(' ') ? text : ' ') },
  }
  const { items } = await classifications({ images, labels: ['edema'], model, run: clip.run })
  assert.ok(labelOf(items[0], 'edema').prompts!.every(({ text }) => text !== 'edema'))
})

test('a set that every pack has is scored by the aggregate that the pack has', async () => {
  const similarity = clip.model.components['similarity']!
  const outputs = similarity.outputs.filter(({ kind }) => kind !== 'score_max')
  const model = { ...clip.model, components: { ...clip.model.components, similarity: { ...similarity, outputs } } }
  const { items } = await classifications({ images, labelSet: 'chexpert-5x-frozen', model, run: clip.run })
  assert.equal(items[0]!.labels.length, 5)
})

test('a pack without global vectors reads free labels locally', async () => {
  const score = { ...clip.model.spec.score, global: 'none' as const, combine: { kind: 'none' as const } }
  const model = { ...clip.model, spec: { ...clip.model.spec, score } }
  const { items, scoreKind } = await classifications({ images, labels: ['edema'], model, run: clip.run })
  assert.equal(scoreKind, 'sigmoid')
  assert.ok(Number.isFinite(items[0]!.labels[0]!.score))
})
