/** What each word of a text counts in a local score: MGCA's weights of its word loss. Cheap, so it is done here. */
import type { EncodedText } from '../../text/tokenizer.js'
import type { MergedRows, WordRows } from '../../text/words.js'

export const WORD_WEIGHTINGS = ['token-attention', 'compat-shifted'] as const

/**
 * `token-attention`: the sum over a word's pieces. `compat-shifted`: as MGCA's released code, `aggregate_tokens` in
 * `encoder.py` at 680fe4a, which gives every piece the weight of the next one, and of a text that fills all its tokens
 * loses the last word and SEP.
 */
export type WordWeighting = (typeof WORD_WEIGHTINGS)[number]

/** Weights are clipped to these quantiles of those that are not zero (`mgca_module.py`). */
const CLIPPED_TO = [0.1, 0.9] as const

export interface WeightedWords extends WordRows {
  /** float32[labels], adding up to 1; absent where the pack has none. */
  readonly weights?: Float32Array
}

/**
 * One weight for each merged row, CLS and SEP among them: not yet clipped, nor adding up to anything.
 * `tokenWeights`: float32[ids] of the text's own tokens.
 */
export function weighRows(
  rows: MergedRows,
  tokenWeights: Float32Array,
  { wordIndex }: Pick<EncodedText, 'wordIndex'>,
  weighting: WordWeighting,
  maxLength: number,
): Float32Array {
  const isShifted = weighting === 'compat-shifted'
  const sums = new Float32Array(rows.labels.length)
  let row = -1
  for (let piece = 0, before = -1; piece < wordIndex.length; piece++) {
    const word = wordIndex[piece]!
    if (word < 0 || word !== before) row++
    before = word
    sums[row]! += (isShifted ? tokenWeights[piece + 1] : tokenWeights[piece]) ?? 0
  }
  if (isShifted && wordIndex.length >= maxLength) sums.fill(0, -2)
  return sums
}

/** The rows that are kept, with their weights clipped and made to add up to 1; without any weight, all count the same. */
export function withWeights(kept: WordRows, weights: readonly number[]): WeightedWords {
  const given = weights.filter((weight) => weight !== 0).sort((a, b) => a - b)
  const [low, high] = CLIPPED_TO.map((share) => quantile(given, share)) as [number, number]
  const clipped = weights.map((weight) => (weight === 0 ? 0 : Math.min(Math.max(weight, low), high)))
  const sum = clipped.reduce((total, weight) => total + weight, 0)
  const shares = clipped.map((weight) => (sum > 0 ? weight / sum : 1 / weights.length))
  return { ...kept, weights: Float32Array.from(shares) }
}

/** Linear between the two nearest, as `torch.quantile`; `sorted` rises. */
function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1)
  const below = sorted[Math.floor(at)] ?? 0
  return below + (at - Math.floor(at)) * ((sorted[Math.ceil(at)] ?? 0) - below)
}
