import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { AppError } from '../../src/errors.js'
import { createVocabulary } from '../../src/text/vocabulary.js'

const FIXTURES = join(import.meta.dirname, '../fixtures/text')
const readJson = (name: string): unknown => JSON.parse(readFileSync(join(FIXTURES, name), 'utf8'))
const decoded = readJson('decoded.json') as Record<string, { ids: number[]; text: string }[]>
const open = (kind: string, control: readonly number[] = []) =>
  createVocabulary(readJson(`tokenizers/${kind}.json`), control)

for (const [kind, cases] of Object.entries(decoded)) {
  test(`${kind}: 200 texts are read as Hugging Face's tokenizers reads them, at once and piece by piece`, () => {
    const vocabulary = open(kind)
    assert.equal(cases.length, 200)
    for (const { ids, text } of cases) {
      assert.equal(vocabulary.decode(ids), text)
      const stream = vocabulary.begin()
      const parts = ids.map((id) => stream.add(id))
      assert.equal([...parts, stream.end()].join(''), text)
      if (!text.includes('\ufffd')) assert.ok(parts.every((part) => !part.includes('\ufffd')))
    }
  })
}

test('a character of several bytes comes whole, with its last byte', () => {
  const vocabulary = open('sentencepiece-bytes')
  const ids = ['▁', 'a', ...[...Buffer.from('≥é')].map(bytePiece), 'b'].map((piece) => idOf(vocabulary, piece))
  const stream = vocabulary.begin()
  assert.deepEqual(
    ids.map((id) => stream.add(id)),
    ['', 'a', '', '', '≥', '', 'é', 'b'],
  )
  assert.equal(stream.end(), '')
})

test('bytes that are never a character are held back until what follows shows it, or the end', () => {
  const vocabulary = open('sentencepiece-bytes')
  const [half, letter] = [idOf(vocabulary, '<0xE2>'), idOf(vocabulary, 'a')]
  const stream = vocabulary.begin()
  assert.deepEqual(
    [stream.add(half), stream.add(letter), stream.add(half), stream.end()],
    ['', '\ufffda', '', '\ufffd'],
  )
})

test('control tokens never show, whether the file or the pack names them', () => {
  const hidden = open('sentencepiece-bytes', [1, idOf(open('sentencepiece-bytes'), 'b')])
  const ids = [1, ...['▁', 'a', 'b', 'c'].map((piece) => idOf(hidden, piece)), 2, 0]
  assert.equal(hidden.decode(ids), 'ac')
  assert.equal(hidden.decode([1, 2]), '')
  assert.equal(hidden.piece(2), '</s>')
  assert.equal(hidden.piece(1e6), '')
})

test('a control token without a piece is refused', () => {
  assert.throws(
    () => open('sentencepiece-bytes', [100_000]),
    (error) => error instanceof AppError && error.code === 'model_invalid',
  )
})

function bytePiece(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`
}

function idOf({ size, piece }: ReturnType<typeof open>, wanted: string): number {
  return Array.from({ length: size }, (_, id) => id).find((id) => piece(id) === wanted)!
}
