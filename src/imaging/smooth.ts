import type { Grid } from './geometry.js'

/** Where the Gaussian is cut off, in standard deviations: scipy's default. */
const TRUNCATE = 4

/**
 * The grid under a Gaussian of `sigma` cells, float32 of the same size: `scipy.ndimage.gaussian_filter` with its own
 * defaults, so cut off at four deviations and mirrored at the borders (d c b a | a b c d | d c b a).
 */
export function smoothGrid(grid: Grid, sigma: number): Grid {
  if (sigma === 0) return grid
  const { width, height } = grid
  const weights = gaussian(sigma)
  const between = filterLines(grid.data, weights, { count: height, length: width, step: 1, stride: width })
  return {
    ...grid,
    data: Float32Array.from(filterLines(between, weights, { count: width, length: height, step: width, stride: 1 })),
  }
}

/** Weights at the distances 0, 1, 2 …; with both sides they sum to 1. */
function gaussian(sigma: number): Float64Array {
  const radius = Math.floor(TRUNCATE * sigma + 0.5)
  const weights = Float64Array.from({ length: radius + 1 }, (_, at) => Math.exp((-0.5 * at * at) / (sigma * sigma)))
  const sum = weights.reduce((total, weight) => total + 2 * weight, -weights[0]!)
  return weights.map((weight) => weight / sum)
}

interface Lines {
  readonly count: number
  readonly length: number
  /** From a value of a line to the next, and from a line to the next. */
  readonly step: number
  readonly stride: number
}

function filterLines(data: ArrayLike<number>, weights: Float64Array, lines: Lines): Float64Array {
  const { count, length, step, stride } = lines
  const filtered = new Float64Array(data.length)
  for (let line = 0; line < count; line++) {
    const valueAt = (at: number): number => data[line * stride + mirrored(at, length) * step]!
    for (let at = 0; at < length; at++) {
      let sum = weights[0]! * valueAt(at)
      for (let far = 1; far < weights.length; far++) sum += weights[far]! * (valueAt(at - far) + valueAt(at + far))
      filtered[line * stride + at * step] = sum
    }
  }
  return filtered
}

/** An index beyond the borders, mirrored back, as often as it takes. */
function mirrored(at: number, length: number): number {
  const period = 2 * length
  const within = ((at % period) + period) % period
  return within < length ? within : period - 1 - within
}
