import assert from 'node:assert/strict'
import { test } from 'node:test'
import { embeddings, type Embedding, type EmbeddingItem } from '../../../src/families/dual-encoder/embeddings.js'
import type { GlobalEmbedding, LocalEmbedding } from '../../../src/families/dual-encoder/embeddings.js'
import { assertClose } from './golden-file.js'
import { openTinyPack } from './tiny-pack.js'

const PACKS = ['tiny-clip', 'tiny-gloria', 'tiny-mgca', 'tiny-medclip']
const TEXTS = ['pneumonia', 'no pleural effusion, heart size is normal', 'infiltrates in both lungs', 'clear']

const text = (value: string): EmbeddingItem => ({ kind: 'text', text: value })

function globalOf(item: Embedding | undefined): GlobalEmbedding {
  assert.equal(item?.level, 'global')
  return item
}

function localOf(item: Embedding | undefined): LocalEmbedding {
  assert.equal(item?.level, 'local')
  return item
}

for (const name of PACKS) {
  test(`${name}: alone is as in a batch, and items keep their order`, async () => {
    const { model, run, films } = await openTinyPack(name)
    const images = Object.values(films).map((image): EmbeddingItem => ({ kind: 'image', image }))
    const items = [text(TEXTS[0]!), images[0]!, text(TEXTS[1]!), images[1]!, text(TEXTS[2]!), text(TEXTS[3]!)]
    const together = await embeddings({ items, model, run })
    assert.deepEqual(
      together.items.map((item) => item.kind),
      items.map((item) => item.kind),
    )
    for (const [at, item] of items.entries()) {
      const alone = await embeddings({ items: [item], model, run })
      const { vector } = globalOf(alone.items[0])
      assertClose(globalOf(together.items[at]).vector, [...vector])
      assertClose([Math.hypot(...vector)], [1])
    }
  })

  test(`${name}: the feeds of a text do not depend on what else is asked`, async () => {
    const { model, run, calls } = await openTinyPack(name)
    await embeddings({ items: [text(TEXTS[0]!)], model, run })
    await embeddings({ items: [text(TEXTS[1]!), text(TEXTS[0]!), text(TEXTS[2]!)], model, run })
    const feeds = calls.filter(({ role }) => role !== 'text_heads').map((call) => call.feeds['input_ids']!)
    const alone = [...(feeds[0]!.data as BigInt64Array)].join()
    const rows = feeds.slice(1).flatMap(({ dims, data }) => {
      const [count, length] = dims as [number, number]
      return Array.from({ length: count }, (_, row) =>
        [...(data as BigInt64Array).subarray(row * length, (row + 1) * length)].join(),
      )
    })
    assert.ok(rows.includes(alone))
  })
}

test('only what is needed is asked of a graph', async () => {
  const { model, run, calls, films } = await openTinyPack('tiny-clip')
  const image = films['film-portrait.png']!
  await embeddings({ items: [{ kind: 'image', image }, text('edema')], model, run })
  assert.deepEqual(Object.fromEntries(calls.map(({ role, outputs }) => [role, outputs])), {
    image_encoder: ['global'],
    text_encoder: ['global'],
  })
})

test('a study is the mean of its films, of unit length', async () => {
  const { model, run, films } = await openTinyPack('tiny-clip')
  const [a, b] = Object.values(films) as [never, never]
  const items: EmbeddingItem[] = [
    { kind: 'study', images: [a, b] },
    { kind: 'image', image: a },
    { kind: 'image', image: b },
  ]
  const [study, first, second] = (await embeddings({ items, model, run })).items.map(globalOf)
  const sum = [...first!.vector].map((value, d) => value + second!.vector[d]!)
  assertClose(
    study!.vector,
    sum.map((value) => value / Math.hypot(...sum)),
  )
})

test('dimensions cut and normalise again', async () => {
  const { model, run } = await openTinyPack('tiny-clip')
  const full = globalOf((await embeddings({ items: [text('edema')], model, run })).items[0]).vector
  const { items } = await embeddings({ items: [text('edema')], dimensions: 4, model, run })
  const head = [...full.subarray(0, 4)]
  assertClose(
    globalOf(items[0]).vector,
    head.map((value) => value / Math.hypot(...head)),
  )
  for (const dimensions of [0, 17, 2.5]) {
    await assert.rejects(embeddings({ items: [text('edema')], dimensions, model, run }), { code: 'invalid_option' })
  }
})

test('local vectors carry their grid or their words', async () => {
  const { model, run, films } = await openTinyPack('tiny-gloria')
  const image: EmbeddingItem = { kind: 'image', image: films['film-portrait.png']! }
  const { items } = await embeddings({ items: [image, text('Infiltrates, left lung')], level: 'local', model, run })
  const [grid, words] = items.map(localOf)
  assert.deepEqual(grid!.grid, [4, 4])
  assert.equal(grid!.vectors.length, 16 * grid!.dimensions)
  assert.deepEqual(words!.words, ['infiltrates', ',', 'left', 'lung'])
  assert.equal(words!.vectors.length, 4 * words!.dimensions)
  assertClose([Math.hypot(...words!.vectors.subarray(0, 12))], [1])
})

test('local vectors of a pack or an item without them are refused', async () => {
  const clip = await openTinyPack('tiny-clip')
  const medclip = await openTinyPack('tiny-medclip')
  const study: EmbeddingItem = { kind: 'study', images: Object.values(clip.films) }
  await assert.rejects(embeddings({ items: [study], level: 'local', ...clip }), { code: 'invalid_option' })
  await assert.rejects(embeddings({ items: [text('edema')], level: 'local', ...medclip }), { code: 'invalid_option' })
  await assert.rejects(embeddings({ items: [{ kind: 'study', images: [] }], ...clip }), { code: 'invalid_option' })
  await assert.rejects(embeddings({ items: [text('  ')], ...clip }), { code: 'invalid_text' })
})

test('prototypes are the most probable of each vector', async () => {
  const { model, run, films } = await openTinyPack('tiny-mgca')
  const items = [text('edema'), ...Object.values(films).map((image): EmbeddingItem => ({ kind: 'image', image }))]
  const all = (await embeddings({ items, prototypes: 6, model, run })).items.map((item) => globalOf(item).prototypes!)
  for (const shares of all) {
    assertClose([shares.reduce((sum, { probability }) => sum + probability, 0)], [1])
    assert.deepEqual(
      [...shares].sort((a, b) => b.probability - a.probability),
      shares,
    )
  }
  const [first] = (await embeddings({ items: items.slice(0, 1), prototypes: 1, model, run })).items
  assert.equal(globalOf(first).prototypes?.[0]?.index, all[0]?.[0]?.index)
  await assert.rejects(embeddings({ items, prototypes: 7, model, run }), { code: 'invalid_option' })
})

test('tokens are counted as they were read', async () => {
  const { model, run } = await openTinyPack('tiny-clip')
  const long = Array.from({ length: 40 }, () => 'edema').join(' ')
  const { usage } = await embeddings({ items: [text('edema'), text(long)], model, run })
  assert.deepEqual(usage, { tokens: 3 + 24, truncated: 1 })
})
