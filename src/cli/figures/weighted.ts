import { randomFrom, quantile, type BootstrapOptions } from '../bootstrap.js'

/** A figure with its 95 % interval. */
export interface Figure {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** A figure of rows, each of which counts `weights[row]` times; NaN where such rows have none. */
export type Measure = (weights: Float64Array) => number

/**
 * Percentile bootstrap of any figure (Efron 1979). Whole groups are drawn with replacement, so that several rows of one
 * patient do not pretend to be several patients. Resamples that have no figure (all of one class, say) are left out.
 * Undefined where the rows themselves have none.
 */
export function bootstrapFigure(
  measure: Measure,
  groups: readonly string[],
  { resamples, seed }: BootstrapOptions,
): Figure | undefined {
  const value = measure(new Float64Array(groups.length).fill(1))
  if (Number.isNaN(value)) return undefined
  const numbers = new Map<string, number>()
  const groupOf = groups.map((group) => numbers.get(group) ?? numbers.set(group, numbers.size).size - 1)
  const random = randomFrom(seed)
  const drawn = new Float64Array(numbers.size)
  const weights = new Float64Array(groups.length)
  const found = Array.from({ length: resamples }, () => {
    drawn.fill(0)
    for (let draw = 0; draw < drawn.length; draw++) drawn[Math.floor(random() * drawn.length)]!++
    for (let row = 0; row < weights.length; row++) weights[row] = drawn[groupOf[row]!]!
    return measure(weights)
  })
  const sorted = Float64Array.from(found.filter((figure) => !Number.isNaN(figure))).sort()
  return { value, low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) }
}

/** The mean of values that count as often as their rows do. */
export function meanOf(values: readonly number[]): Measure {
  return (weights) => {
    let [sum, count] = [0, 0]
    for (let row = 0; row < values.length; row++) {
      sum += weights[row]! * values[row]!
      count += weights[row]!
    }
    return count === 0 ? NaN : sum / count
  }
}
