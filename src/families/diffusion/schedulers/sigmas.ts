import { linspace } from './timesteps.js'

const f32 = Math.fround

/** Noise over signal, sqrt((1 − alpha) / alpha), at each training timestep. */
export function sigmaTable(alphas: Float32Array): Float32Array {
  return alphas.map((alpha) => Math.sqrt(f32(f32(1 - alpha) / alpha)))
}

/** Linear between the whole timesteps; the ends go on unchanged. */
export function sigmaAt(table: Float32Array, timestep: number): number {
  const below = Math.floor(timestep)
  if (below < 0) return table[0]!
  if (below >= table.length - 1) return table.at(-1)!
  return table[below]! + (table[below + 1]! - table[below]!) * (timestep - below)
}

/** Karras et al. 2022 (2206.00364), equation 5, with rho 7: `count` values from `greatest` down to `least`. */
export function karrasSigmas(greatest: number, least: number, count: number): number[] {
  const [high, low] = [greatest ** (1 / 7), least ** (1 / 7)]
  return linspace(0, 1, count).map((ramp) => (high + ramp * (low - high)) ** 7)
}

/** The timestep, with its fraction, at which the table has a sigma: linear in the logarithm. */
export function timestepsOf(table: Float32Array, sigmas: readonly number[]): number[] {
  const logs = table.map(Math.log)
  return sigmas.map((sigma) => {
    const log = Math.log(Math.max(sigma, 1e-10))
    const from = Math.min(Math.max(lastAtMost(logs, log), 0), logs.length - 2)
    const [low, high] = [logs[from]!, logs[from + 1]!]
    const weight = Math.min(Math.max((low - log) / (low - high), 0), 1)
    return (1 - weight) * from + weight * (from + 1)
  })
}

/** The last index whose value is not above `limit`, in ascending values; −1 where all are. */
function lastAtMost(values: Float32Array, limit: number): number {
  return values.findLastIndex((value) => value <= limit)
}
