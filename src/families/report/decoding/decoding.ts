/** A way to write a text token by token, without the decoder: what it is asked next, and what its answers come to. */

/** A begun text that the decoder continues. */
export interface DecoderRow {
  /** From the begin token on. */
  readonly tokens: readonly number[]
  /** Index of the row of the step before that it goes on from: whose cache is its own. −1 at the first step. */
  readonly parent: number
}

/** Tokens behind the begin token, and for each the logarithm of the probability that the decoder itself gave it. */
export interface Written {
  readonly tokens: readonly number[]
  readonly logProbabilities: readonly number[]
}

/** Why a text ends: its end token came, or it has as many tokens as it may. */
export type WrittenEnd = 'stop' | 'length'

export interface Hypothesis extends Written {
  /** Left out: it is not whole. */
  readonly end?: WrittenEnd
  /** Sum of the log probabilities; of a beam divided by length^penalty. */
  readonly score: number
}

export interface Decoding {
  /** What the decoder is asked next; none when the text is whole. */
  readonly rows: readonly DecoderRow[]
  /** Takes the decoder's answers, float32[vocabulary] for each of `rows`. Throws `model_output_invalid`. */
  accept(logits: readonly Float32Array[]): void
  /** What no later token can change. */
  readonly settled: Written
  /** The text when it is whole, the likeliest so far before. */
  readonly best: Hypothesis
  /** Plain data from which an equal one can be made. */
  readonly state: DecodingState
}

/** How far a single text is. */
export interface Single {
  readonly kind: 'single'
  readonly tokens: number[]
  readonly logProbabilities: number[]
  end?: WrittenEnd
}

/** A text that a beam search still goes on with. */
export interface Beam extends Written {
  readonly score: number
  readonly parent: number
}

/** How far a beam search is. */
export interface Search {
  readonly kind: 'beam'
  running: readonly Beam[]
  /** Whole texts, the best first, as many as beams at most. */
  whole: readonly Hypothesis[]
  isDone: boolean
}

export type DecodingState = Single | Search

/** What every way to write is told. */
export interface DecodingFrame {
  readonly begin: number
  readonly end: number
  /** Tokens at most, the end token among them. */
  readonly maxTokens: number
  readonly rules: readonly LogitsRule[]
}

/** Bars tokens: sets what may not follow `tokens` (from the begin token on) to −∞ in place. */
export type LogitsRule = (scores: Float64Array, tokens: readonly number[]) => void

export const NOTHING: Written = { tokens: [], logProbabilities: [] }

export function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}
