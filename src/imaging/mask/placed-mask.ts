import type { Geometry, Grid } from '../geometry.js'
import { cellRanges, placeGrid, spread, type CellRange, type PlacedGrid, type Range } from '../placed-grid.js'
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
  const data = new Uint8Array(width * height)
  const values = new Float32Array(width)
  eachBand(grid, probabilities, (rows, tiles) => {
    const inside = joined(tiles.filter(({ least }) => least > threshold))
    const crossed = joined(tiles.filter(({ least, most }) => most > threshold && !(least > threshold)))
    if (inside.length + crossed.length === 0) return
    for (let y = rows.start; y < rows.end; y++) {
      const row = data.subarray(y * width, (y + 1) * width)
      for (const { start, end } of inside) row.fill(1, start, end)
      for (const range of crossed) {
        spread(probabilities.cellsAt(y), probabilities.across, values, range)
        for (let x = range.start; x < range.end; x++) if (values[x]! > threshold) row[x] = 1
      }
    }
  })
  return { probabilities, mask: { width, height, data }, maxProbability: greatest(grid, probabilities) }
}

/** The pixels between four cells of the grid, and the least and the greatest of the four. */
interface Tile extends Range {
  readonly least: number
  readonly most: number
}

/** Rows of the canvas that lie between the same two rows of the grid, with their tiles. */
function eachBand(grid: Grid, { across, down }: PlacedGrid, visit: (rows: Range, tiles: Tile[]) => void): void {
  const columns = cellRanges(across)
  for (const rows of cellRanges(down)) {
    const above = rows.cell * grid.width
    const below = Math.min(rows.cell + 1, grid.height - 1) * grid.width
    const tileOf = ({ cell, start, end }: CellRange): Tile => {
      const next = Math.min(cell + 1, grid.width - 1)
      const [a, b] = [grid.data[above + cell]!, grid.data[above + next]!]
      const [c, d] = [grid.data[below + cell]!, grid.data[below + next]!]
      return { start, end, least: Math.min(a, b, c, d), most: Math.max(a, b, c, d) }
    }
    visit(rows, columns.map(tileOf))
  }
}

function joined(ranges: readonly Range[]): Range[] {
  const all: { start: number; end: number }[] = []
  for (const { start, end } of ranges) {
    const last = all.at(-1)
    if (last?.end === start) last.end = end
    else all.push({ start, end })
  }
  return all
}

/** Of all pixels, 0 where the model saw none. Only tiles are looked into that can hold more than what was found before. */
function greatest(grid: Grid, placed: PlacedGrid): number {
  const values = new Float32Array(placed.across.first.length)
  let found = 0
  const look = (rows: Range, range: Range): void => {
    for (let y = rows.start; y < rows.end; y++) {
      spread(placed.cellsAt(y), placed.across, values, range)
      for (let x = range.start; x < range.end; x++) if (values[x]! > found) found = values[x]!
    }
  }
  let best: { readonly rows: Range; readonly tile: Tile } | undefined
  eachBand(grid, placed, (rows, tiles) => {
    for (const tile of tiles) if (tile.most > (best?.tile.most ?? 0)) best = { rows, tile }
  })
  if (best !== undefined) look(best.rows, best.tile)
  eachBand(grid, placed, (rows, tiles) => {
    for (const tile of tiles) if (tile.most > found) look(rows, tile)
  })
  return found
}
