/** Packs with an image tower alone: a manifest without `text` and `text_post`. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '../../../src/errors.js'
import { checkGoldens } from '../../../src/families/dual-encoder/check-goldens.js'
import { classifications } from '../../../src/families/dual-encoder/classifications.js'
import { dualEncoder } from '../../../src/families/dual-encoder/dual-encoder.js'
import { embeddings, type EmbeddingItem } from '../../../src/families/dual-encoder/embeddings.js'
import type { FamilyManifest } from '../../../src/families/family.js'
import { openTinyPack, withoutTexts, type TinyDualEncoder } from './tiny-pack.js'

type Json = Record<string, unknown>

const refused = (error: unknown): boolean =>
  error instanceof AppError && error.code === 'invalid_option' && /reads no texts/.test(error.message)

function imagesOf({ films }: TinyDualEncoder): EmbeddingItem[] {
  return Object.values(films).map((image) => ({ kind: 'image', image }))
}

test('films and studies have the vectors that the pack with texts gives', async () => {
  const pack = await openTinyPack('tiny-clip')
  const items = [...imagesOf(pack), { kind: 'study' as const, images: Object.values(pack.films) }]
  const [alone, both] = await Promise.all([
    embeddings({ items, prototypes: 2, model: withoutTexts(pack.model), run: pack.run }),
    embeddings({ items, prototypes: 2, model: pack.model, run: pack.run }),
  ])
  assert.deepEqual(alone, both)
})

test('cells are given although no words are', async () => {
  const { model, run, ...pack } = await openTinyPack('tiny-clip')
  const input = { items: imagesOf({ model, run, ...pack }), level: 'local' as const, run }
  assert.deepEqual(await embeddings({ ...input, model: withoutTexts(model) }), await embeddings({ ...input, model }))
  const blind = withoutTexts(model)
  const image = blind.components['image_encoder']!
  const outputs = image.outputs.filter(({ kind }) => kind !== 'local')
  const components = { image_encoder: { ...image, outputs } }
  await assert.rejects(embeddings({ ...input, model: { ...blind, components } }), /no local vectors/)
})

test('a text is refused before anything runs', async () => {
  const pack = await openTinyPack('tiny-clip')
  const model = withoutTexts(pack.model)
  const items = [...imagesOf(pack), { kind: 'text' as const, text: 'pneumonia' }]
  await assert.rejects(embeddings({ items, model, run: pack.run }), refused)
  const images = Object.values(pack.films)
  await assert.rejects(classifications({ images, labels: ['pneumonia'], model, run: pack.run }), refused)
  assert.equal(pack.calls.length, 0)
})

test('its goldens come out, and do not when they are wrong', async () => {
  const { model, run, films: images } = await openTinyPack('tiny-clip')
  const alone = withoutTexts(model)
  assert.deepEqual(await checkGoldens({ images, model: alone, run }), [])
  const [golden] = alone.spec.goldens
  assert.equal(golden?.kind, 'image')
  golden.global![0]! += 0.1
  assert.equal((await checkGoldens({ images, model: alone, run })).length, 1)
})

const BROKEN: [what: string, change: (manifest: Json, whole: Json) => void, fault: RegExp][] = [
  ['a text section alone', (m, whole) => (m['text'] = whole['text']), /text and text_post go together/],
  ['a text_post section alone', (m, whole) => (m['text_post'] = whole['text_post']), /text and text_post go together/],
  ['a text tower', (m, whole) => (m['components'] = whole['components']), /has no text_encoder, similarity/],
  ['a task that reads texts', (m) => (m['tasks'] = ['embeddings', 'similarities']), /embeddings only/],
  ['a local score', (m, whole) => (m['score'] = whole['score']), /cosine of global vectors/],
  ['no score', (m) => ((m['score'] as Json)['global'] = 'none'), /cosine of global vectors/],
  ['label sets', (m, whole) => (m['zero_shot'] = whole['zero_shot']), /zero_shot and expected_view/],
  ['a golden of a text', (m, whole) => (m['goldens'] = whole['goldens']), /goldens of kinds image and study only/],
]

test('a pack without texts is sound', async () => {
  const { model } = await openTinyPack('tiny-clip')
  assert.deepEqual(dualEncoder.faults(withoutTexts(model).spec as unknown as FamilyManifest), [])
})

for (const [what, change, fault] of BROKEN) {
  test(`a pack without texts, but with ${what}, is refused`, async () => {
    const { model } = await openTinyPack('tiny-clip')
    const manifest = withoutTexts(model).spec as unknown as Json
    change(manifest, structuredClone(model.spec))
    const faults = dualEncoder.faults(manifest as unknown as FamilyManifest)
    assert.ok(
      faults.some((sentence) => fault.test(sentence)),
      faults.join(' '),
    )
  })
}
