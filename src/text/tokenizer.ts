import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers'
import { AppError } from '../errors.js'
import { CLEANERS } from './clean.js'
import { createEncodingCache } from './encoding-cache.js'
import type { TextSpec } from './spec.js'
import { boundPieces } from './piece-model.js'
import { readTokenizerFile, type TokenizerFile } from './tokenizer-file.js'
import { wordIndices } from './word-index.js'
import { joinPiece } from './words.js'

/** A text as token ids, special tokens included, no padding. */
export interface EncodedText {
  readonly ids: Int32Array
  readonly pieces: readonly string[]
  /** For each piece the index of its word; -1 for special tokens. */
  readonly wordIndex: Int32Array
  readonly isTruncated: boolean
  /** Words of which the model reads nothing, because the text is longer than it reads; not all of a very long one. */
  readonly cutWords: readonly string[]
  /** Index of the first word that the pack's `fill` put there; the number of words where it put none. */
  readonly filledFrom: number
}

export interface Tokenizer {
  /**
   * Throws `invalid_text` for a text of which nothing is left or that is longer than a model that refuses to cut reads,
   * and `too_large` beyond the bound on characters. No message quotes the text.
   */
  encode(text: string): EncodedText
}

export interface TokenizerOptions {
  readonly maxTextCharacters: number
  /** Encoded texts kept by content: prompts and label sets come again and again. */
  readonly maxRememberedTexts?: number
}

const MAX_REMEMBERED_TEXTS = 4096

/** Pieces behind those that the model reads, from which the words that are cut are told. */
const MAX_CUT_PIECES = 256

/** WordPiece, BPE or SentencePiece, whatever `tokenizer.json` (Hugging Face's format) says. Throws `model_invalid`. */
export function createTokenizer(file: unknown, spec: TextSpec, options: TokenizerOptions): Tokenizer {
  const tokenizerFile = readTokenizerFile(file, spec.lowercase)
  const encoder = createEncoder(tokenizerFile, spec)
  const cache = createEncodingCache<EncodedText>(options.maxRememberedTexts ?? MAX_REMEMBERED_TEXTS)
  return {
    encode(text) {
      if (text.length > options.maxTextCharacters) {
        const message = `A text may have ${options.maxTextCharacters} characters.`
        throw new AppError('too_large', message, { details: { limit: 'MAX_TEXT_CHARACTERS' } })
      }
      return cache.recall(text) ?? cache.remember(text, encodeFilled(text, spec, encoder))
    },
  }
}

type Encoder = (text: string) => Omit<EncodedText, 'filledFrom'>

function encodeFilled(text: string, spec: TextSpec, encode: Encoder): EncodedText {
  // A lone surrogate is no character; the reference's text is UTF-8, where it cannot be.
  const wellFormed = text.toWellFormed()
  const own = encode(cleaned(wellFormed, spec))
  const filled = fill(wellFormed, spec)
  if (filled === wellFormed) return { ...own, filledFrom: wordCount(own) }
  const whole = encode(cleaned(filled, spec))
  // That some of the filling is cut concerns nobody.
  const { isTruncated, cutWords } = own
  return { ...whole, isTruncated, cutWords, filledFrom: Math.min(wordCount(own), wordCount(whole)) }
}

function wordCount({ wordIndex }: Pick<EncodedText, 'wordIndex'>): number {
  return wordIndex.reduce((last, word) => Math.max(last, word), -1) + 1
}

function fill(text: string, spec: TextSpec): string {
  if (spec.fill === undefined) return text
  const words = text.split(/\s+/).filter((word) => word !== '').length
  return text + ` ${spec.fill.with}`.repeat(Math.max(0, spec.fill.below_words - words))
}

function cleaned(wellFormed: string, spec: TextSpec): string {
  const clean = CLEANERS[spec.clean](wellFormed)
  if (clean.trim() !== '') return clean
  if (spec.on_empty === 'raw' && wellFormed.trim() !== '') return wellFormed
  throw new AppError(
    'invalid_text',
    'The text is empty, or the cleaning that the model was trained with leaves nothing of it.',
  )
}

function createEncoder(file: TokenizerFile, spec: TextSpec): Encoder {
  const tokenizer = openTokenizer(file)
  const { prefix, suffix } = specialFrame(tokenizer)
  const room = spec.max_length - prefix - suffix
  if (room < 1) throw new AppError('model_invalid', 'max_length leaves no room beside the special tokens.')
  const begin = boundPieces(tokenizer, file.json, room + MAX_CUT_PIECES)
  return (text) => {
    begin()
    const { ids, tokens } = tokenizer.encode(text)
    const content = ids.length - prefix - suffix
    if (content < 1) throw new AppError('invalid_text', 'The text has nothing that the tokenizer knows.')
    const isTruncated = content > room
    if (isTruncated && spec.truncation === 'error') {
      throw new AppError('invalid_text', `The text has more than the ${spec.max_length} tokens that the model reads.`)
    }
    const end = prefix + room
    const cut = <Item>(items: Item[]): Item[] =>
      isTruncated ? [...items.slice(0, end), ...items.slice(items.length - suffix)] : items
    const words = wordIndices(tokens, { prefix, suffix, joins: file.joins })
    return {
      ids: Int32Array.from(cut(ids)),
      pieces: cut(tokens),
      wordIndex: Int32Array.from(cut([...words])),
      isTruncated,
      cutWords: isTruncated ? cutWords(tokens, words, end) : [],
    }
  }
}

/** Labels of the words that begin at `end` or behind it. */
function cutWords(pieces: readonly string[], words: Int32Array, end: number): string[] {
  const labels = new Map<number, string>()
  for (let at = end; at < pieces.length; at++) {
    const word = words[at]!
    if (word < 0 || word === words[end - 1]) continue
    labels.set(word, joinPiece(labels.get(word) ?? '', pieces[at]!))
  }
  return [...labels.values()]
}

/** Throws `model_invalid`. */
export function openTokenizer(file: Pick<TokenizerFile, 'json'>): HuggingFaceTokenizer {
  try {
    return new HuggingFaceTokenizer(file.json, {})
  } catch (cause) {
    throw new AppError('model_invalid', 'tokenizer.json cannot be used.', { cause })
  }
}

/** How many special tokens stand before and behind every text. */
function specialFrame(tokenizer: HuggingFaceTokenizer): { prefix: number; suffix: number } {
  const framed = tokenizer.encode('a').ids
  const bare = tokenizer.encode('a', { add_special_tokens: false }).ids
  const prefix = framed.findIndex((_, at) => bare.every((id, i) => framed[at + i] === id))
  return { prefix, suffix: framed.length - prefix - bare.length }
}
