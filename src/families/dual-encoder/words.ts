/** From word rows to one vector, or to the columns of a local score. Cheap, so it is done here and not in a graph. */
import { AppError } from '../../errors.js'
import { pickRows, type MergedRows, type WordRows } from '../../text/words.js'
import type { TextPost } from './spec.js'

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
