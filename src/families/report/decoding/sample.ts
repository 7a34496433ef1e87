/** Tokens that are drawn: by temperature, among the likeliest, with a seed. */
import { philox } from '../../philox.js'
import type { Decoding, DecodingFrame, Single } from './decoding.js'
import { createSingle } from './greedy.js'

export interface SampleOptions {
  /** Divides the scores; above 0. */
  readonly temperature: number
  /** Only so many of the likeliest tokens; 0 for all. */
  readonly topK: number
  /** Only the likeliest tokens that together are as probable as this; 1 for all. */
  readonly topP: number
  /** 0 to 2^64 − 1. */
  readonly seed: bigint
}

export function createSample(frame: DecodingFrame, options: SampleOptions, state?: Single): Decoding {
  const draw = createDraw(options.seed)
  const pick = (scores: Float64Array, at: number): number => {
    filterScores(scores, options)
    return tokenAt(scores, draw(at))
  }
  return createSingle(frame, pick, state)
}

/** In the order of Hugging Face's `generate`: temperature, then the count, then the share. In place; what is out is −∞. */
export function filterScores(scores: Float64Array, { temperature, topK, topP }: Omit<SampleOptions, 'seed'>): void {
  if (temperature !== 1) for (let i = 0; i < scores.length; i++) scores[i]! /= temperature
  if (topK > 0 && topK < scores.length) keepFrom(scores, scores.slice().sort()[scores.length - topK]!)
  if (topP < 1) keepFrom(scores, leastOfShare(scores, topP))
}

function keepFrom(scores: Float64Array, least: number): void {
  for (let i = 0; i < scores.length; i++) if (scores[i]! < least) scores[i] = -Infinity
}

/** The score of the last token of the nucleus (Holtzman et al. 1904.09751, section 3.1). */
function leastOfShare(scores: Float64Array, share: number): number {
  const sorted = scores.slice().sort()
  const top = sorted.at(-1)!
  const total = sorted.reduce((sum, score) => sum + Math.exp(score - top), 0)
  let below = 0
  for (const score of sorted) {
    below += Math.exp(score - top) / total
    if (below > 1 - share) return score
  }
  return top
}

/** The token under which the point of 0 to 1 falls when the probabilities lie side by side in the order of their ids. */
function tokenAt(scores: Float64Array, point: number): number {
  let top = -Infinity
  for (let i = 0; i < scores.length; i++) if (scores[i]! > top) top = scores[i]!
  const shares = scores
  let total = 0
  for (let i = 0; i < shares.length; i++) total += shares[i] = Math.exp(scores[i]! - top)
  let left = point * total
  let last = 0
  for (let i = 0; i < shares.length; i++) {
    if (shares[i] === 0) continue
    last = i
    left -= shares[i]!
    if (left < 0) break
  }
  return last
}

/** A number of 53 bits in 0 to 1 for each token: Philox over its index, keyed by the seed, so that none depends on another. */
function createDraw(seed: bigint): (at: number) => number {
  const keyLow = Number(seed & 0xffffffffn)
  const keyHigh = Number(seed >> 32n)
  return (at) => {
    const words = new Uint32Array([at, 0, 0, 0])
    philox(words, keyLow, keyHigh)
    return ((words[0]! >>> 5) * 2 ** 26 + (words[1]! >>> 6)) / 2 ** 53
  }
}
