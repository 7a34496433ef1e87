import { eachPlacedRow, type Geometry, type Grid } from '../geometry.js'
import type { Mask } from './mask.js'

/** A map of probabilities on its film, and what of it is inside. */
export interface PlacedMask {
  /** float32[height · width]; NaN where the model saw nothing. */
  readonly probabilities: Float32Array
  readonly mask: Mask
  readonly maxProbability: number
}

/** `probability > threshold`, strict, is inside; where the model saw nothing is outside. One pass over millions of pixels. */
export function placeMask(grid: Grid, geometry: Geometry, threshold: number): PlacedMask {
  const { width, height } = geometry.original
  const probabilities = new Float32Array(width * height)
  const data = new Uint8Array(width * height)
  let filled = 0
  let most = 0
  eachPlacedRow(grid, geometry, geometry.original, (y, row) => {
    const base = y * width
    probabilities.fill(NaN, filled, base).set(row, base)
    filled = base + width
    for (let x = 0; x < width; x++) {
      const value = row[x]!
      if (value > threshold) data[base + x] = 1
      if (value > most) most = value
    }
  })
  probabilities.fill(NaN, filled)
  return { probabilities, mask: { width, height, data }, maxProbability: most }
}
