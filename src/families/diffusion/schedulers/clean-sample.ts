import type { Prediction } from './spec.js'
import type { Values } from './weighted-sum.js'
import { weightedSum } from './weighted-sum.js'

/** Signal and noise of a sample whose variance stays one: alpha² + sigma² = 1. */
export interface Level {
  readonly alpha: number
  readonly sigma: number
}

export function levelOfAlpha(cumulative: number): Level {
  return { alpha: Math.sqrt(cumulative), sigma: Math.sqrt(1 - cumulative) }
}

/** The level at which noise over signal is `ratio`. */
export function levelOfSigma(ratio: number): Level {
  const alpha = 1 / Math.sqrt(ratio * ratio + 1)
  return { alpha, sigma: ratio * alpha }
}

/** The clean sample that the denoiser's output means (Salimans and Ho 2022, 2202.00512, section 4 and appendix D). */
export function cleanSample(
  prediction: Prediction,
  { alpha, sigma }: Level,
  sample: Values,
  output: Values,
): Float64Array {
  switch (prediction) {
    case 'epsilon':
      return weightedSum([1 / alpha, sample], [-sigma / alpha, output])
    case 'v_prediction':
      return weightedSum([alpha, sample], [-sigma, output])
    case 'sample':
      return Float64Array.from(output)
  }
}

/** The noise that the denoiser's output means. */
export function noiseSample(
  prediction: Prediction,
  { alpha, sigma }: Level,
  sample: Values,
  output: Values,
): Float64Array {
  switch (prediction) {
    case 'epsilon':
      return Float64Array.from(output)
    case 'v_prediction':
      return weightedSum([alpha, output], [sigma, sample])
    case 'sample':
      return weightedSum([1 / sigma, sample], [-alpha / sigma, output])
  }
}

export interface Clipping {
  readonly clip_sample: boolean
  readonly clip_sample_range: number
}

export interface Thresholding {
  readonly thresholding: boolean
  readonly dynamic_thresholding_ratio: number
  readonly sample_max_value: number
}

/** Cuts a clean sample to its range, in place. */
export function clip(clean: Float64Array, { clip_sample, clip_sample_range }: Clipping): Float64Array {
  if (clip_sample) clamp(clean, clip_sample_range, 1)
  return clean
}

/**
 * Dynamic thresholding (Saharia et al. 2022, 2205.11487, section 2.3), in place: cut at a percentile of the absolute
 * values, between 1 and `sample_max_value`, and scaled to ± 1.
 */
export function threshold(clean: Float64Array, options: Thresholding): Float64Array {
  if (!options.thresholding) return clean
  const quantile = quantileOf(clean.map(Math.abs).sort(), options.dynamic_thresholding_ratio)
  const limit = Math.min(Math.max(quantile, 1), options.sample_max_value)
  clamp(clean, limit, limit)
  return clean
}

function clamp(values: Float64Array, limit: number, divisor: number): void {
  for (let i = 0; i < values.length; i++) values[i] = Math.min(Math.max(values[i]!, -limit), limit) / divisor
}

/** Linear between neighbours; the rank is float32, as torch has it. */
function quantileOf(ascending: Float64Array, ratio: number): number {
  const rank = Math.fround(Math.fround(ratio) * (ascending.length - 1))
  const below = Math.floor(rank)
  const low = ascending[below]!
  return low + (ascending[Math.min(below + 1, ascending.length - 1)]! - low) * (rank - below)
}
