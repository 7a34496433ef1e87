import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import type { NamedTensors, Tensor } from '../../../src/tensor/tensor.js'
import { assertClose, goldens, type LocalGolden } from './golden-file.js'
import { openGraph, runGraph } from '../tiny-pack.js'
import { GRAPHS } from './tiny-pack.js'

const { dims, n_cells: nCells } = goldens
const cells = floats([2, nCells, dims], goldens.cells)

function floats(shape: readonly number[], values: readonly number[]): Tensor {
  return { dtype: 'float32', dims: shape, data: Float32Array.from(values) }
}

/** Texts in one run: words float32[texts, slots, dims], padded with noise that the mask must hide. */
function wordFeeds(texts: readonly (readonly number[])[], slots: number, counts = texts.map((t) => t.length / dims)) {
  const words = new Float32Array(texts.length * slots * dims).fill(7.5)
  const mask = new Float32Array(texts.length * slots)
  texts.forEach((text, at) => {
    words.fill(0, at * slots * dims, (at * slots + counts[at]!) * dims)
    words.set(text, at * slots * dims)
    mask.fill(1, at * slots, at * slots + counts[at]!)
  })
  return {
    words: { dtype: 'float32', dims: [texts.length, slots, dims], data: words },
    word_mask: { dtype: 'float32', dims: [texts.length, slots], data: mask },
  } satisfies NamedTensors
}

function temperatures(values: Readonly<Record<string, number>>): NamedTensors {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, floats([], [value])]))
}

for (const name of ['gloria', 'mgca', 'cosine-grid'] as const) {
  test(`similarity-${name} gives PyTorch's scores and maps for all images and texts in one run`, async () => {
    const golden: LocalGolden = goldens[name]
    const session = await openGraph(join(GRAPHS, `similarity-${name}.onnx`))
    const feeds = { cells, ...wordFeeds(goldens.words, 6), ...temperatures(golden.temperatures) }
    const out = await runGraph(session, feeds)
    for (const aggregate of ['logsumexp', 'max', 'mean'] as const) {
      assertClose(out[`score_${aggregate}`]!.data as Float32Array, golden[aggregate])
    }
    const maps = out['maps']!
    assert.deepEqual(maps.dims, [2, 3, 6, nCells])
    golden.maps.forEach((expected, pair) => {
      const all = (maps.data as Float32Array).subarray(pair * 6 * nCells, (pair + 1) * 6 * nCells)
      assertClose(all.subarray(0, expected.length), expected)
      assert.ok(all.subarray(expected.length).every((value) => value === 0))
    })
  })

  test(`similarity-${name} has no NaN where a text has no words, and leaves its neighbours alone`, async () => {
    const golden: LocalGolden = goldens[name]
    const session = await openGraph(join(GRAPHS, `similarity-${name}.onnx`))
    const feeds = { cells, ...wordFeeds([[], goldens.words[0]!], 5), ...temperatures(golden.temperatures) }
    const out = await runGraph(session, feeds)
    for (const { data } of Object.values(out)) assert.ok((data as Float32Array).every(Number.isFinite))
    const scores = out['score_logsumexp']!.data as Float32Array
    assertClose([scores[0]!, scores[2]!], [0, 0])
    assertClose([scores[1]!, scores[3]!], [golden.logsumexp[0]!, golden.logsumexp[3]!])
  })
}

test('the maps of attention sum to 1 over the cells of each word', async () => {
  for (const name of ['gloria', 'mgca'] as const) {
    const session = await openGraph(join(GRAPHS, `similarity-${name}.onnx`))
    const feeds = { cells, ...wordFeeds(goldens.words, 6), ...temperatures(goldens[name].temperatures) }
    const maps = (await runGraph(session, feeds, ['maps']))['maps']!.data as Float32Array
    goldens.word_counts.forEach((count, text) => {
      for (let word = 0; word < count; word++) {
        const from = (text * 6 + word) * nCells
        assertClose([maps.subarray(from, from + nCells).reduce((a, b) => a + b, 0)], [1])
      }
    })
  }
})

test("GLoRIA's character columns: zero columns count as words", async () => {
  const { columns, max, logsumexp } = goldens.compat
  const session = await openGraph(join(GRAPHS, 'similarity-gloria.onnx'))
  const feeds = wordFeeds(goldens.words, columns, [columns, columns, columns])
  const out = await runGraph(session, { cells, ...feeds, ...temperatures(goldens.gloria.temperatures) })
  assertClose(out['score_max']!.data as Float32Array, max)
  assertClose(out['score_logsumexp']!.data as Float32Array, logsumexp)
})

test('large products and temperatures overflow nothing', async () => {
  const session = await openGraph(join(GRAPHS, 'similarity-gloria.onnx'))
  const big = floats(
    [2, nCells, dims],
    goldens.cells.map((value) => value * 1e6),
  )
  const feeds = {
    cells: big,
    ...wordFeeds(goldens.words, 6),
    ...temperatures({ temp_attention: 4, temp_words: 1000, temp_score: 10 }),
  }
  const out = await runGraph(session, feeds)
  for (const { data } of Object.values(out)) assert.ok((data as Float32Array).every(Number.isFinite))
})

test('prototypes gives the softmax over the prototypes, a temperature a row', async () => {
  const { vectors, centres, temperature, probabilities } = goldens.prototypes
  const session = await openGraph(join(GRAPHS, 'prototypes.onnx'))
  const out = await runGraph(session, {
    vectors: floats([3, dims], vectors),
    prototypes: floats([7, dims], centres),
    temp_prototypes: floats([3, 1], [temperature, temperature, temperature]),
  })
  assertClose(out['probabilities']!.data as Float32Array, probabilities)
})
