import type { Sample } from './scheduler.js'

/** Values of one sample inside a sampler. */
export type Values = Float64Array | Sample

/** One part of a sum: how much of which values. */
export type Term = readonly [weight: number, values: Values]

/** The terms added up in float64. A weight of 0 leaves its values out, whatever they are. */
export function weightedSum(...terms: readonly [Term, ...Term[]]): Float64Array {
  const sum = new Float64Array(terms[0][1].length)
  for (const [weight, values] of terms) {
    if (weight === 0) continue
    for (let i = 0; i < sum.length; i++) sum[i]! += weight * values[i]!
  }
  return sum
}
