import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { AppError } from '../../src/errors.js'
import type { TextSpec } from '../../src/text/spec.js'
import { createTokenizer, type Tokenizer } from '../../src/text/tokenizer.js'

const FIXTURES = join(import.meta.dirname, '../fixtures/text')
const readJson = (name: string): unknown => JSON.parse(readFileSync(join(FIXTURES, name), 'utf8'))
const sentences = readJson('sentences.json') as string[]
const golden = readJson('ids.json') as Record<string, number[][]>

const KINDS: Readonly<Record<string, { lowercase: boolean; maxLength: number; frame: number }>> = {
  'wordpiece-lower': { lowercase: true, maxLength: 64, frame: 2 },
  'wordpiece-cased': { lowercase: false, maxLength: 64, frame: 2 },
  'clip-bpe': { lowercase: true, maxLength: 77, frame: 2 },
  'gpt2-bpe': { lowercase: false, maxLength: 64, frame: 0 },
  'sentencepiece-bpe': { lowercase: true, maxLength: 64, frame: 2 },
  'sentencepiece-unigram': { lowercase: true, maxLength: 64, frame: 2 },
}

function open(kind: string, changes: Partial<TextSpec> = {}, maxTextCharacters = 10_000): Tokenizer {
  const { lowercase, maxLength } = KINDS[kind]!
  const spec: TextSpec = {
    clean: 'raw',
    tokenizer: 't',
    lowercase,
    max_length: maxLength,
    padding: 'fixed',
    ...changes,
  }
  return createTokenizer(readJson(`tokenizers/${kind}.json`), spec, { maxTextCharacters })
}

const isCode = (code: string) => (error: unknown) => error instanceof AppError && error.code === code

for (const [kind, { frame }] of Object.entries(KINDS)) {
  test(`${kind}: the ids of 1,000 sentences are those of Hugging Face's tokenizer`, () => {
    const tokenizer = open(kind)
    const different = sentences.flatMap((text, at) => {
      const expected = golden[kind]![at]!
      try {
        const { ids, pieces, wordIndex } = tokenizer.encode(text)
        assert.ok(ids.length === pieces.length && ids.length === wordIndex.length)
        return ids.join() === expected.join() ? [] : [{ at, found: [...ids].join(), expected: expected.join() }]
      } catch (error) {
        // What has no token is refused here, where the reference gives the frame alone.
        if (isCode('invalid_text')(error) && (expected.length === frame || text.trim() === '')) return []
        throw error
      }
    })
    assert.deepEqual(different.slice(0, 3), [], `${different.length} of ${sentences.length} differ`)
  })
}

test('a text is cut at the right end and keeps its closing token, and may be refused instead', () => {
  const long = 'mild effusion '.repeat(60)
  const { ids, isTruncated } = open('wordpiece-lower', { max_length: 12 }).encode(long)
  assert.deepEqual([ids.length, ids.at(-1), isTruncated], [12, 3, true])
  assert.throws(
    () => open('wordpiece-lower', { max_length: 12, truncation: 'error' }).encode(long),
    isCode('invalid_text'),
  )
})

test('pieces know their word, whatever marks it', () => {
  for (const kind of ['wordpiece-lower', 'clip-bpe', 'sentencepiece-bpe']) {
    const { pieces, wordIndex } = open(kind).encode('zebra effusion')
    const words = [...wordIndex].filter((index) => index >= 0)
    assert.equal(Math.max(...words), 1, `${kind}: ${pieces.join(' ')} ${words.join()}`)
    assert.deepEqual(words, [...words].sort(), kind)
    assert.deepEqual([wordIndex[0], wordIndex.at(-1)], [-1, -1])
  }
})

test('the pack says whether case counts, not the file', () => {
  const upper = open('wordpiece-lower').encode('EFFUSION').ids
  assert.deepEqual(upper, open('wordpiece-lower').encode('effusion').ids)
  assert.notDeepEqual(open('wordpiece-lower', { lowercase: false }).encode('EFFUSION').ids, upper)
  const cased = open('wordpiece-cased', { lowercase: true })
  assert.deepEqual(cased.encode('EFFUSION').ids, cased.encode('effusion').ids)
})

test('empty and endless texts are refused, and no message quotes a text', () => {
  const tokenizer = open('wordpiece-lower', {}, 50)
  for (const [text, code] of [
    ['', 'invalid_text'],
    [' \n\t', 'invalid_text'],
    ['DOE^JANE '.repeat(10), 'too_large'],
  ] as const) {
    assert.throws(
      () => tokenizer.encode(text),
      (error) => isCode(code)(error) && !(error as AppError).message.includes('DOE'),
    )
  }
  const gloria = open('wordpiece-lower', { clean: 'gloria-sentences' })
  assert.throws(() => gloria.encode('cardiomegaly'), isCode('invalid_text'))
  const lenient = open('wordpiece-lower', { clean: 'gloria-sentences', on_empty: 'raw' })
  assert.deepEqual(lenient.encode('cardiomegaly').ids, open('wordpiece-lower').encode('cardiomegaly').ids)
})

test('what is no tokenizer file is model_invalid', () => {
  const spec: TextSpec = { clean: 'raw', tokenizer: 't', lowercase: true, max_length: 8, padding: 'fixed' }
  for (const file of [null, [], 'x', {}, { model: { type: 'Nonsense' } }]) {
    assert.throws(() => createTokenizer(file, spec, { maxTextCharacters: 10 }), isCode('model_invalid'))
  }
})
