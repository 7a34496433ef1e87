import assert from 'node:assert/strict'
import { test } from 'node:test'
import { localScores } from '../../../src/families/dual-encoder/local-scores.js'
import { similarities } from '../../../src/families/dual-encoder/similarities.js'
import type { WordRows } from '../../../src/text/words.js'
import { assertClose, goldens, rowsOf } from './golden-file.js'
import { openTinyPack } from './tiny-pack.js'

const TEXTS = ['pneumonia', 'no pleural effusion, heart size is normal', 'infiltrates in both lungs']

for (const name of ['tiny-clip', 'tiny-gloria', 'tiny-mgca']) {
  test(`${name}: a pair alone is as among others, with its maps`, async () => {
    const { model, run, films } = await openTinyPack(name)
    const images = Object.values(films)
    const all = await similarities({ images, texts: TEXTS, mode: 'both', maps: true, model, run })
    assert.equal(all.items.length, 6)
    for (const item of all.items) {
      const pair = { images: [images[item.image]!], texts: [TEXTS[item.text]!] }
      const [alone] = (await similarities({ ...pair, mode: 'both', maps: true, model, run })).items
      assertClose([item.score, item.global!, item.local!], [alone!.score, alone!.global!, alone!.local!])
      assert.deepEqual(item.map!.words, alone!.map!.words)
      assertClose(item.map!.values, [...alone!.map!.values])
    }
  })

  test(`${name}: the cells of a word sum to 1`, async () => {
    const { model, run, films } = await openTinyPack(name)
    const { items } = await similarities({ images: Object.values(films), texts: TEXTS, maps: true, model, run })
    for (const { map } of items) {
      const cells = map!.grid[0] * map!.grid[1]
      assert.equal(map!.values.length, map!.words.length * cells)
      for (let word = 0; word < map!.words.length; word++) {
        assertClose([map!.values.subarray(word * cells, (word + 1) * cells).reduce((a, b) => a + b, 0)], [1])
      }
    }
  })
}

test('the mode decides what is scored, and what is run', async () => {
  const { model, run, calls, films } = await openTinyPack('tiny-clip')
  const images = Object.values(films)
  const byGlobal = await similarities({ images, texts: TEXTS, mode: 'global', model, run })
  assert.ok(!calls.some(({ role }) => role === 'similarity'))
  assert.ok(byGlobal.items.every((item) => item.score === item.global && item.local === undefined))
  const byLocal = await similarities({ images, texts: TEXTS, mode: 'local', model, run })
  assert.ok(byLocal.items.every((item) => item.score === item.local && item.global === undefined))
  const byBoth = await similarities({ images, texts: TEXTS, model, run })
  assertClose(
    byBoth.items.map((item) => item.score),
    byBoth.items.map((item) => 0.75 * item.global! + 0.025 * item.local!),
  )
  const mapped = await similarities({ images, texts: TEXTS, mode: 'global', maps: true, model, run })
  assert.ok(mapped.items.every((item) => item.local === undefined && item.map !== undefined))
})

test('maps say how the pack wants them drawn, and are not changed by it', async () => {
  const { model, run, films } = await openTinyPack('tiny-clip')
  const ask = async (maps: NonNullable<typeof model.spec.maps>) => {
    const shown = { ...model, spec: { ...model.spec, maps } }
    const input = { images: Object.values(films), texts: TEXTS, maps: true, model: shown, run }
    return (await similarities(input)).items[0]!.map!
  }
  const plain = await ask({ values: 'attention', display: 'minmax-image' })
  const soft = await ask({ values: 'attention', display: 'minmax-word', smooth_sigma: 1.5 })
  assert.deepEqual(plain.display, { smoothSigma: 0, range: 'words' })
  assert.deepEqual(soft.display, { smoothSigma: 1.5, range: 'word' })
  assert.deepEqual(soft.values, plain.values)
})

test('a pack says itself that its score is the global one', async () => {
  const { model, run, films } = await openTinyPack('tiny-mgca')
  const { items } = await similarities({ images: Object.values(films), texts: TEXTS, model, run })
  assert.ok(items.every((item) => item.local === undefined && item.score === item.global))
})

test('the same text twice is run once and answered twice', async () => {
  const { model, run, calls, films } = await openTinyPack('tiny-clip')
  const { items, usage } = await similarities({
    images: Object.values(films).slice(0, 1),
    texts: ['edema', 'pneumonia', 'edema'],
    model,
    run,
  })
  assert.equal(items[0]!.score, items[2]!.score)
  assert.equal(calls.find(({ role }) => role === 'text_encoder')?.feeds['input_ids']?.dims[0], 2)
  assert.equal(usage.tokens, 9)
})

test('what a pack has not is refused', async () => {
  const { model, run, films } = await openTinyPack('tiny-medclip')
  const input = { images: Object.values(films), texts: TEXTS, model, run }
  for (const mode of ['local', 'both'] as const) {
    await assert.rejects(similarities({ ...input, mode }), { code: 'invalid_option' })
  }
  await assert.rejects(similarities({ ...input, maps: true }), { code: 'invalid_option' })
  await assert.rejects(similarities({ ...input, texts: ['edema', ''] }), { code: 'invalid_text' })
})

test('nothing to compare gives nothing', async () => {
  const { model, run, films } = await openTinyPack('tiny-clip')
  assert.deepEqual((await similarities({ images: Object.values(films), texts: [], model, run })).items, [])
  assert.deepEqual((await similarities({ images: [], texts: TEXTS, model, run })).items, [])
})

test('runs of the similarity graph stay under the bound on memory, with the same answer', async () => {
  const { model, run, calls } = await openTinyPack('tiny-clip')
  const { dims, n_cells: nCells } = goldens
  const cells = { dtype: 'float32' as const, dims: [2, nCells, dims], data: Float32Array.from(goldens.cells) }
  const texts = goldens.words.map((words): WordRows => {
    const labels = rowsOf(words).map((_, at) => `w${at}`)
    return { vectors: Float32Array.from(words), dims, labels }
  })
  const request = { cells, texts, aggregate: 'logsumexp' as const, wantsMaps: true }
  const whole = await localScores(model, request, run)
  assertClose(whole.scores, goldens.gloria.logsumexp)
  // Texts of 5, 3 and 1 words: a run counts as many word slots as its longest text has.
  const bounds: [maxMapBytes: number, runs: number][] = [
    [2 * 5 * nCells * 4 * 3, 1],
    [2 * 5 * nCells * 4 * 2, 2],
    [2 * 5 * nCells * 4, 3],
    [5 * nCells * 4, 5],
    [1, 6],
  ]
  for (const [maxMapBytes, runs] of bounds) {
    calls.length = 0
    const parts = await localScores(model, { ...request, maxMapBytes }, run)
    assert.equal(calls.length, runs, `${maxMapBytes} bytes`)
    assertClose(parts.scores, [...whole.scores])
    parts.maps!.forEach((ofImage, image) =>
      ofImage.forEach((map, text) => assertClose(map, goldens.gloria.maps[image * texts.length + text]!)),
    )
  }
})
