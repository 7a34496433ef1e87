import type { Geometry, Grid } from '../geometry.js'
import { cellRanges, placeGrid, spread, type CellRange, type PlacedGrid } from '../placed-grid.js'
import type { Mask } from './mask.js'

/** A map of probabilities on its film, and what of it is inside. */
export interface PlacedMask {
  readonly probabilities: PlacedGrid
  readonly mask: Mask
  /** Over the whole film. */
  readonly maxProbability: number
}

/**
 * `probability > threshold`, strict, is inside; where the model saw nothing is outside. A film has hundreds of pixels for each cell
 * of the grid, and what lies between four cells is never beyond them, so pixels are looked at one by one only where the border runs.
 */
export function placeMask(grid: Grid, geometry: Geometry, threshold: number): PlacedMask {
  const { width, height } = geometry.original
  const probabilities = placeGrid(grid, geometry, geometry.original)
  const tiles = tilesOf(grid, probabilities)
  const data = new Uint8Array(width * height)
  const values = new Float32Array(width)
  tiles.bands.forEach((rows, band) => {
    const runs = runsOf(tiles, band, threshold)
    if (runs.length === 0) return
    for (let y = rows.start; y < rows.end; y++) {
      const row = data.subarray(y * width, (y + 1) * width)
      const cells = probabilities.cellsAt(y)
      for (const run of runs) {
        if (run.isInside) row.fill(1, run.start, run.end)
        else {
          spread(cells, probabilities.across, values, run)
          for (let x = run.start; x < run.end; x++) if (values[x]! > threshold) row[x] = 1
        }
      }
    }
  })
  return { probabilities, mask: { width, height, data }, maxProbability: greatest(probabilities, tiles) }
}

/** Tiles are the pixels between four cells of the grid: bands of rows by columns. */
interface Tiles {
  readonly bands: readonly CellRange[]
  readonly columns: readonly CellRange[]
  /** Of the four cells the least and the greatest, float32[bands · columns]. */
  readonly least: Float32Array
  readonly most: Float32Array
}

function tilesOf(grid: Grid, { across, down }: PlacedGrid): Tiles {
  const [bands, columns] = [cellRanges(down), cellRanges(across)]
  const least = new Float32Array(bands.length * columns.length)
  const most = new Float32Array(least.length)
  // The cell of each column and the one beside it: to look into the columns for every tile would cost more than the tile.
  const cells = Int32Array.from(columns, ({ cell }) => cell)
  const beside = cells.map((cell) => Math.min(cell + 1, grid.width - 1))
  let at = 0
  for (const { cell: row } of bands) {
    const above = grid.data.subarray(row * grid.width, (row + 1) * grid.width)
    const belowRow = Math.min(row + 1, grid.height - 1)
    const below = grid.data.subarray(belowRow * grid.width, (belowRow + 1) * grid.width)
    for (let column = 0; column < cells.length; column++) {
      const a = above[cells[column]!]!
      const b = above[beside[column]!]!
      const c = below[cells[column]!]!
      const d = below[beside[column]!]!
      least[at] = Math.min(a, b, c, d)
      most[at++] = Math.max(a, b, c, d)
    }
  }
  return { bands, columns, least, most }
}

/** Neighbouring tiles of a band that are all inside, or that the border may run through. */
interface Run {
  readonly start: number
  end: number
  readonly isInside: boolean
}

function runsOf({ columns, least, most }: Tiles, band: number, threshold: number): Run[] {
  const base = band * columns.length
  const runs: Run[] = []
  let last: Run | undefined
  for (let at = 0; at < columns.length; at++) {
    if (!(most[base + at]! > threshold)) continue
    const isInside = least[base + at]! > threshold
    const { start, end } = columns[at]!
    if (last?.end === start && last.isInside === isInside) last.end = end
    else runs.push((last = { start, end, isInside }))
  }
  return runs
}

/** Of all pixels, 0 where the model saw none. Only tiles are looked into that can hold more than what was found before. */
function greatest(placed: PlacedGrid, { bands, columns, most }: Tiles): number {
  const values = new Float32Array(placed.across.first.length)
  const look = (tile: number): void => {
    const rows = bands[Math.floor(tile / columns.length)]!
    const range = columns[tile % columns.length]!
    for (let y = rows.start; y < rows.end; y++) {
      spread(placed.cellsAt(y), placed.across, values, range)
      for (let x = range.start; x < range.end; x++) if (values[x]! > found) found = values[x]!
    }
  }
  let found = 0
  let best = -1
  let bestMost = 0
  for (let tile = 0; tile < most.length; tile++) {
    if (!(most[tile]! > bestMost)) continue
    best = tile
    bestMost = most[tile]!
  }
  if (best >= 0) look(best)
  for (let tile = 0; tile < most.length; tile++) if (most[tile]! > found) look(tile)
  return found
}
