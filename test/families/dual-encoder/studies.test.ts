import assert from 'node:assert/strict'
import { test } from 'node:test'
import { classifications } from '../../../src/families/dual-encoder/classifications.js'
import { embeddings, type Embedding, type GlobalEmbedding } from '../../../src/families/dual-encoder/embeddings.js'
import type { PixelRow } from '../../../src/families/dual-encoder/model.js'
import { similarities } from '../../../src/families/dual-encoder/similarities.js'
import { assertClose } from './golden-file.js'
import { openTinyPack, type TinyDualEncoder } from './tiny-pack.js'

const FUSED = ['tiny-gated', 'tiny-attend']

function globalOf(item: Embedding | undefined): GlobalEmbedding {
  assert.equal(item?.level, 'global')
  return item
}

async function studyVector(pack: TinyDualEncoder, images: readonly PixelRow[]): Promise<GlobalEmbedding> {
  const { items } = await embeddings({ items: [{ kind: 'study', images }], ...pack })
  return globalOf(items[0])
}

for (const name of [...FUSED, 'tiny-clip']) {
  test(`${name}: a study alone is as beside films, texts and other studies`, async () => {
    const pack = await openTinyPack(name)
    const [a, b] = Object.values(pack.films) as [PixelRow, PixelRow]
    const { items } = await embeddings({
      items: [
        { kind: 'study', images: [b] },
        { kind: 'text', text: 'no pleural effusion' },
        { kind: 'study', images: [a, b] },
        { kind: 'image', image: a },
      ],
      ...pack,
    })
    assert.deepEqual(
      items.map(({ kind }) => kind),
      ['study', 'text', 'study', 'image'],
    )
    for (const [at, images] of [[0, [b]] as const, [2, [a, b]] as const]) {
      const alone = await studyVector(pack, images)
      const found = globalOf(items[at])
      assertClose(found.vector, [...alone.vector])
      assertClose(found.shares!.viewWeights!, [...alone.shares!.viewWeights!])
      assert.equal(found.shares!.viewWeights!.length, images.length)
    }
    assert.equal(globalOf(items[3]).shares, undefined)
  })

  test(`${name}: any order of the films gives the same bytes`, async () => {
    const pack = await openTinyPack(name)
    const [a, b] = Object.values(pack.films) as [PixelRow, PixelRow]
    const first = await studyVector(pack, [a, b, a])
    const turned = await studyVector(pack, [b, a, a])
    assert.deepEqual(turned.vector, first.vector)
    const labels = async (images: readonly PixelRow[]) => {
      const { items } = await classifications({ images, isStudy: true, ...pack })
      return items[0]!.labels
    }
    assert.deepEqual(await labels([b, a, a]), await labels([a, b, a]))
  })
}

test('where the views stand in a row, one film is the study of that film repeated', async () => {
  const pack = await openTinyPack('tiny-gated')
  const image = pack.films['film-portrait.png']!
  const { items } = await embeddings({ items: [{ kind: 'image', image }], ...pack })
  assertClose((await studyVector(pack, [image])).vector, [...globalOf(items[0]).vector])
})

test('weights of patches come when they are asked for', async () => {
  const pack = await openTinyPack('tiny-attend')
  const images = Object.values(pack.films)
  const ask = { items: [{ kind: 'study', images }] as const, ...pack }
  const film = globalOf((await embeddings(ask)).items[0]).shares!
  assert.equal(film.patchWeights, undefined)
  const patch = globalOf((await embeddings({ ...ask, viewWeights: 'patch' })).items[0]).shares!
  assert.deepEqual(patch.grid, [4, 4])
  // Attention over all patches: a film's share is the sum of its own.
  assertClose(
    patch.viewWeights!,
    patch.patchWeights!.map((cells) => cells.reduce((a, b) => a + b, 0)),
  )
  await assert.rejects(embeddings({ ...ask, ...(await openTinyPack('tiny-clip')), viewWeights: 'patch' }), {
    code: 'invalid_option',
  })
})

/** Local scores of each film and one text, by the public task. */
async function localScoresOf(pack: TinyDualEncoder, images: readonly PixelRow[], text: string): Promise<number[]> {
  const { items } = await similarities({ images, texts: [text], mode: 'local', ...pack })
  return items.map(({ score }) => score)
}

test('a study’s score: the cosine with its vector, and the films’ local scores by their shares', async () => {
  const pack = await openTinyPack('tiny-attend')
  const images = Object.values(pack.films)
  const { items } = await classifications({ images, isStudy: true, ...pack })
  assert.equal(items.length, 1)
  const { vector, shares } = await studyVector(pack, images)
  assertClose(items[0]!.shares!.viewWeights!, [...shares!.viewWeights!])
  for (const { prompts } of items[0]!.labels) {
    for (const { text, score } of prompts!) {
      const asked = await embeddings({ items: [{ kind: 'text', text }], ...pack })
      const global = globalOf(asked.items[0]).vector.reduce((sum, value, d) => sum + value * vector[d]!, 0)
      const local = (await localScoresOf(pack, images, text)).map((value, film) => value * shares!.viewWeights![film]!)
      assertClose([score], [0.75 * global + 0.025 * local.reduce((a, b) => a + b)])
    }
  }
})

test('a study of one film is that film, where a study is a mean', async () => {
  const pack = await openTinyPack('tiny-clip')
  const images = [pack.films['film-portrait.png']!]
  for (const labelSet of ['findings', 'findings-averaged', 'findings-zscore', 'binary-calibrated']) {
    const film = await classifications({ images, labelSet, ...pack })
    const study = await classifications({ images, labelSet, isStudy: true, ...pack })
    assert.deepEqual(study.items[0]!.labels, film.items[0]!.labels)
  }
})

test('a pairwise pack has no vector of a study: its score is the mean of the films’', async () => {
  const clip = await openTinyPack('tiny-clip')
  const { score } = clip.model.spec
  const spec = {
    ...clip.model.spec,
    score: { ...score, global: 'none' as const, combine: { kind: 'none' as const }, pairwise: true },
  }
  const pack = { ...clip, model: { ...clip.model, spec } }
  const images = Object.values(pack.films)
  const prompts = { effusion: ['pleural effusion'], clear: ['the lungs are clear'] }
  const { items } = await classifications({ images, prompts, isStudy: true, ...pack })
  for (const label of items[0]!.labels) {
    const [prompt] = label.prompts!
    const films = await localScoresOf(pack, images, prompt!.text)
    assertClose([prompt!.score], [(films[0]! + films[1]!) / 2])
  }
  assertClose(items[0]!.shares!.viewWeights!, [0.5, 0.5])
})

test('a label has a map of each film, of the prompt that fits the study best', async () => {
  const pack = await openTinyPack('tiny-attend')
  const images = Object.values(pack.films)
  const { items } = await classifications({ images, isStudy: true, maps: true, ...pack })
  for (const { map, maps, prompts } of items[0]!.labels) {
    assert.equal(map, undefined)
    assert.equal(maps!.length, 2)
    const best = prompts!.reduce((a, b) => (b.score > a.score ? b : a))
    const { items: pairs } = await similarities({ images, texts: [best.text], maps: true, ...pack })
    for (const [film, { text, values, grid }] of maps!.entries()) {
      assert.equal(text, best.text)
      const words = pairs[film]!.map!
      const cells = grid[0] * grid[1]
      const mean = Array.from({ length: cells }, (_, cell) => {
        const column = words.words.map((_word, word) => words.values[word * cells + cell]!)
        return column.reduce((a, b) => a + b) / column.length
      })
      assertClose(values, mean)
    }
  }
})

test('no film and too many films are refused', async () => {
  const pack = await openTinyPack('tiny-gated')
  const image = pack.films['film-portrait.png']!
  for (const images of [[], [image, image, image, image]]) {
    await assert.rejects(embeddings({ items: [{ kind: 'study', images }], ...pack }), { code: 'invalid_option' })
    await assert.rejects(classifications({ images, isStudy: true, ...pack }), { code: 'invalid_option' })
  }
})

test('a film that is asked for alone is not fused, and only what the fusion gives is asked of it', async () => {
  const pack = await openTinyPack('tiny-gated')
  const image = pack.films['film-portrait.png']!
  await embeddings({ items: [{ kind: 'image', image }], ...pack })
  assert.deepEqual(
    pack.calls.map(({ role }) => role),
    ['image_encoder'],
  )
  await embeddings({ items: [{ kind: 'study', images: [image] }], ...pack })
  assert.deepEqual(pack.calls.at(-1)?.outputs, ['global', 'view_weights'])
})
