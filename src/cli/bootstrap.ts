/** A mean with its 95 % interval. */
export interface Estimate {
  readonly mean: number
  readonly low: number
  readonly high: number
}

export interface BootstrapOptions {
  readonly resamples: number
  readonly seed: number
}

/**
 * Percentile bootstrap of the mean (Efron 1979): whole groups are drawn with replacement, so that several rows of one
 * patient do not pretend to be several patients. The interval is from the 2.5th to the 97.5th percentile of the means.
 */
export function bootstrapMean(
  values: readonly number[],
  groups: readonly string[],
  { resamples, seed }: BootstrapOptions,
): Estimate {
  const sums = new Map<string, { sum: number; count: number }>()
  values.forEach((value, at) => {
    const { sum, count } = sums.get(groups[at]!) ?? { sum: 0, count: 0 }
    sums.set(groups[at]!, { sum: sum + value, count: count + 1 })
  })
  const drawn = [...sums.values()]
  const random = randomFrom(seed)
  const means = Float64Array.from({ length: resamples }, () => {
    let [sum, count] = [0, 0]
    for (let draw = 0; draw < drawn.length; draw++) {
      const group = drawn[Math.floor(random() * drawn.length)]!
      sum += group.sum
      count += group.count
    }
    return sum / count
  }).sort()
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return { mean, low: quantile(means, 0.025), high: quantile(means, 0.975) }
}

/** Linear between the neighbours, as NumPy's. */
export function quantile(sorted: Float64Array, share: number): number {
  const at = (sorted.length - 1) * share
  const [a, b] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!]
  return a + (b - a) * (at - Math.floor(at))
}

/** Tommy Ettinger's mulberry32: the same numbers from the same seed, everywhere. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
