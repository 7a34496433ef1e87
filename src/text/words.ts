/** From token rows to word rows. Cheap, so it is done here and not in a graph. */
import type { EncodedText } from './tokenizer.js'

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

export const MERGES = ['none', 'sum_pieces', 'mean_pieces'] as const

/**
 * How the rows of a word's pieces become one: each piece stays a word; their sum (GLoRIA `text_model.py`
 * aggregate_tokens; MGCA the same); their mean (`bert_embedding` with `oov_way="avg"`, which LViT reads its texts by).
 */
export type Merge = (typeof MERGES)[number]

/** Merges the rows of a text's own tokens, float32[ids, dims]; CLS and SEP stay words of their own. */
export function mergePieces(
  rows: Float32Array,
  dims: number,
  text: Pick<EncodedText, 'ids' | 'pieces' | 'wordIndex'>,
  merge: Merge,
): MergedRows {
  const labels: string[] = []
  const roles: MergedRows['roles'][number][] = []
  const counts: number[] = []
  const vectors = new Float32Array(text.ids.length * dims)
  let before = -1
  for (let piece = 0; piece < text.ids.length; piece++) {
    const word = text.wordIndex[piece]!
    if (merge !== 'none' && word >= 0 && word === before) {
      labels.push(joinPiece(labels.pop()!, text.pieces[piece]!))
      counts[labels.length - 1]!++
    } else {
      labels.push(text.pieces[piece]!)
      roles.push(word >= 0 ? 'word' : piece === 0 ? 'cls' : 'sep')
      counts.push(1)
    }
    const target = (labels.length - 1) * dims
    for (let d = 0; d < dims; d++) vectors[target + d]! += rows[piece * dims + d]!
    before = word
  }
  if (merge === 'mean_pieces')
    for (let i = 0; i < labels.length * dims; i++) vectors[i]! /= counts[Math.floor(i / dims)]!
  return { vectors: vectors.slice(0, labels.length * dims), dims, labels, roles }
}

/** A word's label with one more piece. */
export function joinPiece(label: string, piece: string): string {
  return label === '' ? piece : `${label}${piece.startsWith('##') ? piece.slice(2) : piece}`
}

/** Without the special tokens that the pack drops. */
export function keepWords(rows: MergedRows, drop: readonly ('cls' | 'sep')[]): WordRows {
  return pickRows(rows, keptRows(rows, drop))
}

/** Indices of the rows that `keepWords` keeps. */
export function keptRows({ roles }: Pick<MergedRows, 'roles'>, drop: readonly ('cls' | 'sep')[]): number[] {
  return roles.flatMap((role, row) => (role !== 'word' && drop.includes(role) ? [] : [row]))
}

export function pickRows(rows: WordRows, kept: readonly number[]): WordRows {
  const { dims } = rows
  const vectors = new Float32Array(kept.length * dims)
  kept.forEach((row, at) => vectors.set(rows.vectors.subarray(row * dims, (row + 1) * dims), at * dims))
  return { vectors, dims, labels: kept.map((row) => rows.labels[row]!) }
}
