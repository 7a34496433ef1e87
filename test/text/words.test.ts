import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'node:test'
import type { TextSpec } from '../../src/text/spec.js'
import { createTokenizer } from '../../src/text/tokenizer.js'
import { keepWords, mergePieces } from '../../src/text/words.js'

const file = JSON.parse(
  readFileSync(resolve(import.meta.dirname, '../fixtures/packs/tiny-clip/1.0.0/tokenizer.json'), 'utf8'),
) as unknown
const LVIT: TextSpec = {
  fill: { below_words: 9, with: 'EOF XXX' },
  clean: 'first-line',
  tokenizer: 'tokenizer.json',
  lowercase: true,
  max_length: 25,
  padding: 'longest',
}

const open = (spec: Partial<TextSpec> = {}) =>
  createTokenizer(file, { ...LVIT, ...spec }, { maxTextCharacters: 10_000 })

/** Words of a text and, as vectors, the mean of the positions of their pieces. */
function words(text: string, spec: Partial<TextSpec> = {}) {
  const encoded = open(spec).encode(text)
  const rows = Float32Array.from(encoded.ids, (_, position) => position)
  return { encoded, kept: keepWords(mergePieces(rows, 1, encoded, 'mean_pieces'), ['cls', 'sep']) }
}

test('a short text is filled with two words for each that it lacks', () => {
  const { encoded, kept } = words('left lung', { max_length: 512 })
  assert.deepEqual(kept.labels, ['left', 'lung', ...Array.from({ length: 7 }, () => ['eof', 'xxx']).flat()])
  assert.equal(encoded.filledFrom, 2)
  assert.equal(encoded.isTruncated, false)
  assert.deepEqual(encoded.cutWords, [])
})

test('words and not pieces or marks are counted, and nine need no filling', () => {
  const nine = words('one two, three. four five six seven eight nine', { max_length: 512 })
  assert.equal(nine.encoded.filledFrom, nine.kept.labels.length)
  assert.ok(!nine.kept.labels.includes('eof'))
  const eight = words('one two, three. four five six seven eight', { max_length: 512 })
  assert.deepEqual(eight.kept.labels.slice(-3), ['eight', 'eof', 'xxx'])
  assert.equal(eight.encoded.filledFrom, eight.kept.labels.length - 2)
})

test('what stands behind the first line is counted but not read', () => {
  const { encoded, kept } = words('left lung\nand one two three four five six', { max_length: 512 })
  assert.deepEqual(kept.labels, ['left', 'lung'])
  assert.equal(encoded.filledFrom, 2)
  // Two words and two words: the filling goes behind the second line and is lost with it.
  assert.deepEqual(words('left lung\nand one', { max_length: 512 }).kept.labels, ['left', 'lung'])
})

test('the mean of the pieces of a word stands for it', () => {
  const { encoded, kept } = words('cardiomegaly of the heart', { max_length: 512 })
  assert.deepEqual(encoded.pieces.slice(1, 6), ['cardio', '##megaly', 'of', 'the', 'heart'])
  assert.deepEqual([...kept.vectors.slice(0, 4)], [1.5, 3, 4, 5])
})

test('words that the model does not read are told', () => {
  const { encoded, kept } = words('left lung and the right lung, cardiomegaly and small effusion', {
    max_length: 8,
  })
  assert.ok(encoded.isTruncated)
  assert.deepEqual(kept.labels, ['left', 'lung', 'and', 'the', 'right', 'lung'])
  assert.deepEqual(encoded.cutWords, [',', 'cardiomegaly', 'and', 'small', 'effusion'])
})

test('a word that is cut in its middle is not among those that are cut', () => {
  const { encoded, kept } = words('left lung cardiomegaly and effusion', { max_length: 5 })
  assert.deepEqual(kept.labels, ['left', 'lung', 'cardio'])
  assert.deepEqual(encoded.cutWords, ['and', 'effusion'])
})

test('a blank text is refused, not filled', () => {
  for (const blank of ['', ' \n ', '\nleft lung']) assert.throws(() => open().encode(blank), { code: 'invalid_text' })
})
