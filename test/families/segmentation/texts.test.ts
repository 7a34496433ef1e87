import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { understand } from '../../../src/families/segmentation/known-words.js'
import { lateralityOf } from '../../../src/families/segmentation/laterality.js'
import type { SegmentationModel } from '../../../src/families/segmentation/model.js'
import type { SegmentationSpec } from '../../../src/families/segmentation/spec.js'
import { prepareTexts } from '../../../src/families/segmentation/texts.js'
import { warningsOf } from '../../../src/families/segmentation/warnings.js'
import { createTokenizer } from '../../../src/text/tokenizer.js'
import { PACKS } from '../tiny-pack.js'
import { openTinySegmentation } from './tiny-pack.js'

const halves = await openTinySegmentation('tiny-halves')
const lvit = await openTinySegmentation('tiny-lvit')
/** Room for the pieces that the tiny vocabulary makes of EOF and XXX; BERT's own makes two of each. */
const roomy = {
  ...lvit.model,
  tokenizer: createTokenizer(
    JSON.parse(readFileSync(join(PACKS, 'tiny-lvit/1.0.0/tokenizer.json'), 'utf8')),
    { ...lvit.model.spec.text, max_length: 64 },
    { maxTextCharacters: 10_000 },
  ),
}

const wordsOf = (model: SegmentationModel, text: string) => prepareTexts(model, [text]).rows[0]!.words

test('the first ten words are used and the others named, as LViT reads a text', () => {
  const text = 'Bilateral pulmonary infection, two infected areas, upper left lung and upper right lung.'
  assert.deepEqual(wordsOf(lvit.model, text), {
    used: ['bilateral', 'pulmonary', 'infection', ',', 'two', 'infected', 'areas', ',', 'upper', 'left'],
    filled: 0,
    cut: ['lung', 'and', 'upper', 'right', 'lung', '.'],
  })
})

test("what the model's own rule put there is not the caller's", () => {
  assert.deepEqual(wordsOf(roomy, 'left lung'), {
    used: ['left', 'lung', 'eof', 'xxx', 'eof', 'xxx', 'eof', 'xxx', 'eof', 'xxx'],
    filled: 8,
    cut: [],
  })
  assert.equal(wordsOf(roomy, 'pneumonia').filled, 9)
})

test('nine words without a mark are too few for a model that reads ten', () => {
  const nine = 'one two three four five six seven eight nine'
  assert.throws(() => prepareTexts(roomy, [nine]), { code: 'invalid_text' })
  assert.equal(wordsOf(roomy, `${nine}.`).used.length, 10)
  assert.throws(() => prepareTexts(lvit.model, ['']), { code: 'invalid_text' })
})

test('words beyond the tokens that the model reads are named too', () => {
  const long = Array.from({ length: 200 }, (_, at) => (at % 2 === 0 ? 'left' : 'lung')).join(' ')
  const { rows, usage } = prepareTexts(halves.model, [long, long])
  assert.deepEqual(rows[0]!.words.used, ['left', 'lung', 'left', 'lung', 'left', 'lung'])
  assert.equal(rows[0]!.words.cut.length, 194)
  assert.deepEqual(usage, { tokens: 24, truncated: 2 })
})

test('a phrase is found as whole words in a row, whatever stands between them', () => {
  const known = { phrases: ['lung', 'lower lobe'], vocabulary: ['Left', 'lung', 'lower', 'lobe'] }
  assert.deepEqual(understand(known, 'LEFT lung!'), { isKnown: true, unknownWords: [] })
  assert.deepEqual(understand(known, 'lower, lobe'), { isKnown: true, unknownWords: [] })
  assert.deepEqual(understand(known, 'lower left lobe'), { isKnown: false, unknownWords: [] })
  assert.deepEqual(understand(known, 'lungs of a dog of a'), {
    isKnown: false,
    unknownWords: ['lungs', 'of', 'a', 'dog'],
  })
  assert.deepEqual(understand(undefined, 'whatever'), { isKnown: true, unknownWords: [] })
})

test('the patient’s left is the right of the picture, unless the film is turned', () => {
  const film = { width: 100, height: 50 }
  assert.equal(lateralityOf({ x: 70, y: 1 }, film, 'image_right'), 'left')
  assert.equal(lateralityOf({ x: 30, y: 1 }, film, 'image_right'), 'right')
  assert.equal(lateralityOf({ x: 70, y: 1 }, film, 'image_left'), 'right')
  assert.equal(lateralityOf({ x: 50.4, y: 1 }, film, 'image_right'), 'midline')
})

test('each reason to trust an answer less is a warning', () => {
  const row = (text: string) => prepareTexts(halves.model, [text]).rows[0]!
  const codes = (text: string, areaPx: number, maxProbability: number, channelSpread: number): string[] =>
    warningsOf(halves.model, { text: row(text), segment: { areaPx, maxProbability }, channelSpread }).map(
      ({ code }) => code,
    )
  assert.deepEqual(codes('left lung', 10, 0.9, 0), [])
  assert.deepEqual(codes('heart', 10, 0.9, 0), ['unknown_text'])
  assert.deepEqual(codes('xyzzy of the lung', 10, 0.9, 0), ['unknown_words'])
  assert.deepEqual(codes('the left lung and the right lung', 10, 0.9, 0), ['words_cut'])
  assert.deepEqual(codes('left lung', 10, 0.9, 0.05), ['out_of_domain'])
  assert.deepEqual(codes('left lung', 0, 0.4, 0), ['empty_mask'])
  assert.deepEqual(codes('left lung', 10, 0.55, 0), ['low_confidence'])
  const [warning] = warningsOf(halves.model, {
    ...{ text: row(`lung ${'abcdefghijklmnopqrstuvwxyz'.split('').join(' ')}`), channelSpread: 0 },
    segment: { areaPx: 1, maxProbability: 1 },
  })
  assert.match(warning!.detail, /and 5 more/, '26 letters, of which "a" is known')
})

test('a sound manifest has no faults, and each break of it has one', async () => {
  const { segmentationFaults } = await import('../../../src/families/segmentation/faults.js')
  type Manifest = Parameters<typeof segmentationFaults>[0]
  const manifestOf = ({ spec, components }: SegmentationModel): Manifest => ({
    ...(spec as SegmentationSpec & Record<string, unknown>),
    tasks: ['segmentations'],
    components,
  })
  const { model: apart } = await openTinySegmentation('tiny-apart')
  for (const { model } of [halves, lvit, { model: apart }]) assert.deepEqual(segmentationFaults(manifestOf(model)), [])

  const base = manifestOf(halves.model)
  const { segmenter, image_encoder: encoder, text_tokens: tower } = halves.model.components
  const rewired = (role: string, change: (component: typeof segmenter & object) => object): Manifest => ({
    ...base,
    components: { ...base.components, [role]: { ...base.components[role]!, ...change(base.components[role]!) } },
  })
  const breaks: Manifest[] = [
    { ...base, components: { image_encoder: encoder!, text_tokens: tower! } },
    { ...base, components: { segmenter: segmenter!, text_tokens: tower! } },
    { ...base, components: { segmenter: segmenter!, image_encoder: encoder! } },
    { ...base, text_post: undefined },
    { ...base, text_post: { merge: 'none', drop: [], words: 7, on_short: 'zeros' } },
    { ...base, text: { ...halves.model.spec.text, padding: 'longest_in_class' } },
    { ...base, image: { steps: [{ op: 'gray' }, { op: 'resize', mode: 'exact', size: 95, interpolation: 'area' }] } },
    { ...base, image: { steps: [{ op: 'gray' }] } },
    rewired('segmenter', ({ outputs }) => ({ outputs: [{ ...outputs[0]!, dims: ['rows', 2, 96, 96] }] })),
    rewired('segmenter', ({ outputs }) => ({ outputs: [{ ...outputs[0]!, kind: 'mask' }] })),
    rewired('segmenter', ({ inputs }) => ({ inputs: inputs.map((input) => ({ ...input, kind: `${input.kind}x` })) })),
    rewired('segmenter', ({ inputs }) => ({
      inputs: inputs.map((input, at) => (at === 2 ? { ...input, dims: ['others', 6] } : input)),
    })),
    rewired('image_encoder', ({ outputs }) => ({ outputs: [{ ...outputs[0]!, kind: 'features_2' }] })),
    { ...manifestOf(apart), text: { ...apart.spec.text, padding: 'longest' } },
  ]
  for (const [at, manifest] of breaks.entries())
    assert.ok(segmentationFaults(manifest).length > 0, `break ${at} is not seen`)
})
