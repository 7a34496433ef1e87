import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Tokenizer as LibraryTokenizer } from '@huggingface/tokenizers'
import { loadConfig } from '../../src/config.js'
import type { TextSpec } from '../../src/text/spec.js'
import { readTokenizerFile } from '../../src/text/tokenizer-file.js'
import { createTokenizer } from '../../src/text/tokenizer.js'
import { createUnigram, type ScoredPiece } from '../../src/text/unigram.js'

const KINDS = [
  'wordpiece-lower',
  'wordpiece-cased',
  'clip-bpe',
  'gpt2-bpe',
  'sentencepiece-bpe',
  'sentencepiece-unigram',
] as const
const MAX_LENGTH = 24

const fileOf = (kind: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, `../fixtures/text/tokenizers/${kind}.json`), 'utf8'))

function open(kind: string, maxLength: number) {
  const lowercase = kind !== 'wordpiece-cased' && kind !== 'gpt2-bpe'
  const spec: TextSpec = { clean: 'raw', tokenizer: 't', lowercase, max_length: maxLength, padding: 'fixed' }
  return createTokenizer(fileOf(kind), spec, { maxTextCharacters: 1_000_000 })
}

/** Numbers from 0 to 1 that are the same in every run (Mulberry32). */
function draws(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let mixed = Math.imul(seed ^ (seed >>> 15), seed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const ALPHABETS = [
  'abcdefghilmnorstu',
  'the effusion in a lung. ',
  'aeé\u0301\u0316 \u0903\u3099がÅ',
  '._-,!?()[]#\'"’— ',
  '肺炎 心臓α',
  '😀🫁\u200d\ufe0f a',
  'Σςσ\u0345 İI\u0307',
  'ﬁ①½ﷺ㌀',
  '0123456789. ',
  ' \t\n\u00a0\u2003\u200b▁',
]

function written(length: number, alphabet: string, next: () => number): string {
  const chars = Array.from(alphabet)
  return Array.from({ length }, () => chars[Math.floor(next() * chars.length)]!).join('')
}

/** Random texts, and those that leave a tokenizer no place to stop. */
function texts(): string[] {
  const next = draws(3)
  const random = ALPHABETS.flatMap((alphabet) => [1, 5, 23, 90, 700].map((length) => written(length, alphabet, next)))
  const mixed = Array.from({ length: 40 }, () => {
    const parts = 1 + Math.floor(next() * 12)
    return Array.from({ length: parts }, () =>
      written(1 + Math.floor(next() * 30), ALPHABETS[Math.floor(next() * ALPHABETS.length)]!, next),
    ).join(next() < 0.5 ? '' : ' ')
  })
  const special = ['[SEP]', '[MASK] ', '<|endoftext|>', '<unk>', '</s> a '].map((token) => token.repeat(40))
  return [...random, ...mixed, ...special, ...['a', 'aa ', '.', '肺', '\u0301', '😀'].map((part) => part.repeat(700))]
}

for (const kind of KINDS) {
  test(`${kind}: a tokenizer that stops early gives what the whole text gives`, () => {
    const whole = open(kind, 1_000_000)
    const early = open(kind, MAX_LENGTH)
    let cut = 0
    for (const text of texts()) {
      let expected
      try {
        expected = whole.encode(text)
      } catch {
        assert.throws(() => early.encode(text), { code: 'invalid_text' })
        continue
      }
      const { ids, pieces, wordIndex, isTruncated } = early.encode(text)
      const suffix = kind === 'gpt2-bpe' ? 0 : 1
      const kept = <Item>(items: Iterable<Item>): Item[] => {
        const all = [...items]
        return all.length <= MAX_LENGTH
          ? all
          : [...all.slice(0, MAX_LENGTH - suffix), ...all.slice(all.length - suffix)]
      }
      assert.deepEqual([...ids], kept(expected.ids), text)
      assert.deepEqual(pieces, kept(expected.pieces), text)
      assert.deepEqual([...wordIndex], kept(expected.wordIndex), text)
      assert.equal(isTruncated, expected.ids.length > MAX_LENGTH, text)
      cut += isTruncated ? 1 : 0
    }
    assert.ok(cut > 40, `${cut} texts were cut`)
  })

  if (kind === 'sentencepiece-unigram') continue
  test(`${kind}: whole texts are cut as the library cuts them`, () => {
    const lowercase = kind !== 'wordpiece-cased' && kind !== 'gpt2-bpe'
    const library = new LibraryTokenizer(readTokenizerFile(fileOf(kind), lowercase).json, {})
    const own = open(kind, 1_000_000)
    for (const text of texts()) {
      const expected = library.encode(text.toWellFormed()).ids
      if (text.trim() !== '' && expected.length > (kind === 'gpt2-bpe' ? 0 : 2))
        assert.deepEqual([...own.encode(text).ids], expected, text)
    }
  })
}

test('no other cut of a word into pieces is more probable than the one that is taken', () => {
  const { model } = fileOf('sentencepiece-unigram') as { model: { vocab: ScoredPiece[] } }
  const scores = new Map(model.vocab)
  const unknown = Math.min(...scores.values()) - 10
  const scoreOf = (pieces: readonly string[]): number =>
    pieces.reduce((sum, piece) => sum + (scores.get(piece) ?? unknown * Array.from(piece).length), 0)
  const cut = createUnigram(model.vocab)
  const next = draws(5)
  for (let i = 0; i < 200; i++) {
    const word = `▁${written(1 + Math.floor(next() * 11), i % 2 === 0 ? 'effusion' : 'lung_肺', next)}`
    const pieces = cut(word)
    assert.equal(pieces.join(''), word)
    // Every way to cut a word of twelve characters, 2¹¹ of them.
    const best = everyCut(Array.from(word)).reduce((most, other) => Math.max(most, scoreOf(other)), -Infinity)
    assert.ok(Math.abs(scoreOf(pieces) - best) < 1e-9, `${pieces.join(' ')}: ${scoreOf(pieces)} and ${best}`)
  }
})

function everyCut(chars: readonly string[]): string[][] {
  return Array.from({ length: 2 ** (chars.length - 1) }, (_, breaks) => {
    const pieces = [chars[0]!]
    for (let at = 1; at < chars.length; at++) {
      if ((breaks >> (at - 1)) & 1) pieces.push(chars[at]!)
      else pieces.push(pieces.pop()! + chars[at]!)
    }
    return pieces
  })
}

const HOSTILE: Readonly<Record<string, (length: number) => string>> = {
  'one CJK word': (length) => '肺'.repeat(length),
  'CJK characters, each another': (length) =>
    Array.from({ length }, (_, at) => String.fromCharCode(0x4e00 + at)).join(''),
  'letters without a space': (length) => written(length, ALPHABETS[0]!, draws(1)),
  'one letter': (length) => 'a'.repeat(length),
  'one mark': (length) => '_'.repeat(length),
  periods: (length) => '.'.repeat(length),
  digits: (length) => written(length, '0123456789', draws(2)),
  emoji: (length) => '😀'.repeat(length / 2),
  'combining marks': (length) => `a${'\u0301'.repeat(length - 1)}`,
  'ligatures of 18 characters': (length) => 'ﷺ'.repeat(length),
  'squared words': (length) => '㌀'.repeat(length),
}

/** Microseconds of processor time, which another program does not add to as it does to the time on the wall. */
function cpuUs(act: () => void): number {
  const start = process.cpuUsage()
  act()
  const { user, system } = process.cpuUsage(start)
  return user + system
}

const TRIES = 5
/** Of a text that seems to cost too much: the collector may have come into each of the first. */
const MORE_TRIES = 40

/** What a text costs without the collector and the compiler, which run when they like: the least of some tries. */
function leastUs(kind: string, text: string, enoughUs = Infinity): number {
  let leastUs = Infinity
  for (let at = 0; at < TRIES || (at < MORE_TRIES && leastUs >= enoughUs); at++) {
    // A tokenizer of its own each time: none remembers the text.
    const tokenizer = open(kind, 512)
    leastUs = Math.min(
      leastUs,
      cpuUs(() => void tokenizer.encode(text)),
    )
  }
  return leastUs
}

/** 4.3 at most where it was measured; what grows with the square of the length has hundreds. */
const MOST_RATIO = 10

test('no text within the limit holds the event loop for long', () => {
  const characters = loadConfig({ environment: {} }).MAX_TEXT_CHARACTERS
  for (const kind of KINDS) {
    const findings = 'There is no focal consolidation, pleural effusion or pneumothorax. '
    const ordinaryUs = leastUs(kind, findings.repeat(characters / findings.length))
    for (const [name, make] of Object.entries(HOSTILE)) {
      const ratio = leastUs(kind, make(characters), MOST_RATIO * ordinaryUs) / ordinaryUs
      assert.ok(ratio < MOST_RATIO, `${kind}, ${name}: ${ratio} times an ordinary text of that length`)
    }
  }
})
