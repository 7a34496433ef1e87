/** From token rows to word rows, and from those to one vector. Cheap, so it is done here and not in a graph. */
import { AppError } from '../../errors.js'
import type { EncodedText } from '../../text/tokenizer.js'
import type { TextPost } from './spec.js'

/** Rows with the words they stand for: float32[labels, dims]. */
export interface WordRows {
  readonly vectors: Float32Array
  readonly dims: number
  readonly labels: readonly string[]
}

/** Word rows in the order of the text, the special tokens among them as words of their own. */
export interface MergedRows extends WordRows {
  readonly roles: readonly ('cls' | 'sep' | 'word')[]
}

/**
 * Merges the rows of a text's own tokens, float32[ids, dims]. With `sum_pieces` the rows of a word's pieces are added
 * (GLoRIA `text_model.py` aggregate_tokens; MGCA the same); CLS and SEP stay words of their own.
 */
export function mergePieces(rows: Float32Array, dims: number, text: EncodedText, merge: TextPost['merge']): MergedRows {
  const labels: string[] = []
  const roles: MergedRows['roles'][number][] = []
  const vectors = new Float32Array(text.ids.length * dims)
  let before = -1
  for (let piece = 0; piece < text.ids.length; piece++) {
    const word = text.wordIndex[piece]!
    if (merge === 'sum_pieces' && word >= 0 && word === before) {
      labels.push(`${labels.pop()!}${bare(text.pieces[piece]!)}`)
    } else {
      labels.push(text.pieces[piece]!)
      roles.push(word >= 0 ? 'word' : piece === 0 ? 'cls' : 'sep')
    }
    const target = (labels.length - 1) * dims
    for (let d = 0; d < dims; d++) vectors[target + d]! += rows[piece * dims + d]!
    before = word
  }
  return { vectors: vectors.slice(0, labels.length * dims), dims, labels, roles }
}

function bare(piece: string): string {
  return piece.startsWith('##') ? piece.slice(2) : piece
}

/** The words of the local score: without the special tokens that the pack drops. */
export function keepWords(rows: MergedRows, drop: TextPost['drop']): WordRows {
  const kept = rows.roles.flatMap((role, row) => (role !== 'word' && drop.includes(role) ? [] : [row]))
  return pickRows(rows, kept)
}

/**
 * The columns of GLoRIA's released zero-shot code, `gloria_model.py` at 416466a: from slot 1 as many as the raw prompt
 * has characters other than "[", zero columns beyond the text included, the SEP slot too. Where that code throws or
 * mixes words, above 96 characters, the columns end with the slots.
 */
export function compatColumns(rows: MergedRows, raw: string, slots: number): WordRows {
  // Code points, as Python counts.
  const characters = Array.from(raw).filter((character) => character !== '[').length
  const count = Math.max(1, Math.min(characters, slots - 1))
  const present = pickRows(rows, rows.labels.map((_, row) => row).slice(1, 1 + count))
  const vectors = new Float32Array(count * rows.dims)
  vectors.set(present.vectors)
  return { vectors, dims: rows.dims, labels: [...present.labels, ...blanks(count - present.labels.length)] }
}

/** How many of the rows have a word to be shown for: columns that GLoRIA's released code adds beyond the text do not. */
export function shownWords({ labels }: WordRows): number {
  const first = labels.indexOf('')
  return first < 0 ? labels.length : first
}

function blanks(count: number): string[] {
  return Array.from({ length: count }, () => '')
}

function pickRows(rows: WordRows, kept: readonly number[]): WordRows {
  const { dims } = rows
  const vectors = new Float32Array(kept.length * dims)
  kept.forEach((row, at) => vectors.set(rows.vectors.subarray(row * dims, (row + 1) * dims), at * dims))
  return { vectors, dims, labels: kept.map((row) => rows.labels[row]!) }
}

/**
 * One vector of a text, float32[dims]. `padded`: the graph's rows with padding, float32[length, dims], which MedCLIP's
 * mean counts in (`modeling_medclip.py` at 9c3396f); GLoRIA's mean is over 97 slots of which the absent are zero.
 */
export function poolRows(merged: MergedRows, padded: Float32Array, post: TextPost): Float32Array {
  const { dims, vectors } = merged
  switch (post.pool) {
    case 'cls':
      return vectors.slice(0, dims)
    case 'mean':
      return meanOfRows(vectors, dims, merged.labels.length)
    case 'mean_with_zeros':
      return meanOfRows(vectors, dims, post.fixed_length ?? merged.labels.length)
    case 'mean_with_pad':
      return meanOfRows(padded, dims, padded.length / dims)
    case 'none':
      throw new AppError('model_invalid', 'The pack says neither how tokens are pooled nor gives a pooled vector.')
  }
}

/** Sum of the rows over `count`, which need not be how many there are. */
function meanOfRows(rows: Float32Array, dims: number, count: number): Float32Array {
  const sums = new Float64Array(dims)
  for (let at = 0; at < rows.length; at++) sums[at % dims]! += rows[at]!
  return Float32Array.from(sums, (sum) => sum / count)
}
