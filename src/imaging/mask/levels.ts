import { cellRanges, type PlacedGrid, type Range, type Samples } from '../placed-grid.js'
import { eachRun } from './components.js'
import type { CleanedMask } from './mask-regions.js'

export interface ProbabilityLevels {
  readonly mean: number
  readonly max: number
}

/**
 * Of each component, over the probabilities of its pixels. They lie on a line between two cells, so a run of pixels is summed cell by
 * cell: the same mean but for the rounding of each pixel to float32.
 */
export function levelsOf({ components, runs, ranks }: CleanedMask, probabilities: PlacedGrid): ProbabilityLevels[] {
  if (runs === undefined) return []
  const { across, down, cellsAt } = probabilities
  const sums = new Float64Array(components.length)
  const maxima = new Float32Array(components.length)
  const line = lineOf(across)
  eachRun(runs, (label, y, from, to) => {
    const rank = ranks[label]!
    // A hole that was filled can lie where the model saw nothing.
    if (rank < 0 || y < down.start || y >= down.end) return
    const range = { start: Math.max(from, across.start), end: Math.min(to, across.end) }
    const { sum, max } = levelOf(cellsAt(y), line, range)
    sums[rank]! += sum
    maxima[rank] = Math.max(maxima[rank]!, max)
  })
  return components.map(({ areaPx }, rank) => ({ mean: sums[rank]! / areaPx, max: maxima[rank]! }))
}

interface Line extends Samples {
  /** By cell, where its canvas positions end. */
  readonly cellEnds: Int32Array
  /** Sum of the fractions of all positions before. */
  readonly fractionSums: Float64Array
}

function lineOf(across: Samples): Line {
  const { fraction } = across
  const fractionSums = new Float64Array(fraction.length + 1)
  for (let x = 0; x < fraction.length; x++) fractionSums[x + 1] = fractionSums[x]! + fraction[x]!
  const ranges = cellRanges(across)
  const cellEnds = new Int32Array((ranges.at(-1)?.cell ?? 0) + 1)
  for (const { cell, end } of ranges) cellEnds[cell] = end
  return { ...across, cellEnds, fractionSums }
}

function levelOf(cells: Float32Array, line: Line, { start, end }: Range): { sum: number; max: number } {
  const { first, fraction, cellEnds, fractionSums } = line
  let sum = 0
  let max = 0
  for (let x = start; x < end; x = cellEnds[first[x]!]!) {
    const cell = first[x]!
    const next = Math.min(end, cellEnds[cell]!)
    const a = cells[cell]!
    const rise = cells[cell + 1]! - a
    sum += (next - x) * a + rise * (fractionSums[next]! - fractionSums[x]!)
    max = Math.max(max, a + rise * fraction[x]!, a + rise * fraction[next - 1]!)
  }
  return { sum, max }
}
