/** A grid of values that covers the prepared image, on the pixels of the film that it is about. */
import { AppError } from '../errors.js'
import type { Geometry, Grid, Size } from './geometry.js'

/**
 * A grid on a canvas that shows the whole original, bilinear between the centres of its cells, row by row: whoever looks at a film's
 * values once or twice needs no memory for all of them.
 */
export interface PlacedGrid {
  readonly across: Samples
  readonly down: Samples
  /**
   * The grid at the height of canvas row `y`, float32[grid width + 1]; the last one is beside the grid and counts nothing. The
   * caller's until the next call.
   */
  cellsAt(y: number): Float32Array
}

/** Canvas positions, `end` exclusive. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** For each canvas position the cell before it and how far the next one counts; those from `start` to `end` were seen by the model. */
export interface Samples extends Range {
  readonly first: Int32Array
  readonly fraction: Float64Array
}

/** The canvas positions of one cell, which lie between it and the next. */
export interface CellRange extends Range {
  readonly cell: number
}

/** The cells that have canvas positions, in order. */
export function cellRanges({ first, start, end }: Samples): CellRange[] {
  const ranges: CellRange[] = []
  for (let from = start, to = start; from < end; from = to) {
    while (to < end && first[to] === first[from]) to++
    ranges.push({ cell: first[from]!, start: from, end: to })
  }
  return ranges
}

/** Throws `invalid_tensor` when the grid does not hold as many values as it says. */
export function placeGrid(grid: Grid, geometry: Geometry, canvas: Size): PlacedGrid {
  if (grid.data.length !== grid.width * grid.height || grid.data.length === 0) {
    throw new AppError(
      'invalid_tensor',
      `A grid of ${grid.width}x${grid.height} cannot hold ${grid.data.length} values.`,
    )
  }
  const { original, prepared, seen } = geometry
  const across = samplesAlong(canvas.width, grid.width, {
    toOriginal: original.width / canvas.width,
    toCells: (x) => ((x * geometry.scale.x + geometry.offset.x) / prepared.width) * grid.width,
    from: seen.left,
    to: seen.right,
  })
  const down = samplesAlong(canvas.height, grid.height, {
    toOriginal: original.height / canvas.height,
    toCells: (y) => ((y * geometry.scale.y + geometry.offset.y) / prepared.height) * grid.height,
    from: seen.top,
    to: seen.bottom,
  })
  const cells = new Float32Array(grid.width + 1)
  let row = -1
  return {
    across,
    down,
    cellsAt(y) {
      if (y !== row) blendGridRows(grid, down.first[y]!, down.fraction[y]!, cells)
      row = y
      return cells
    },
  }
}

/** Values of a canvas row from `start` to `end`, as float32 where they stand in `row`, float32[canvas width]. */
export function spread(cells: Float32Array, { first, fraction }: Samples, row: Float32Array, range: Range): void {
  const { end } = range
  for (let x = range.start; x < end; x++) {
    const cell = first[x]!
    const a = cells[cell]!
    row[x] = a + (cells[cell + 1]! - a) * fraction[x]!
  }
}

/**
 * The grid's values at every pixel of the original, float32[original height · original width], bilinear between the
 * centres of the cells; NaN where the model saw nothing. Padding is cut away. Throws `invalid_tensor` when `grid` does
 * not hold `gridHeight` × `gridWidth` values.
 */
export function placeOnOriginal(
  grid: Float32Array,
  gridHeight: number,
  gridWidth: number,
  geometry: Geometry,
): Float32Array {
  return placeOnCanvas({ data: grid, width: gridWidth, height: gridHeight }, geometry, geometry.original)
}

/** As `placeOnOriginal`, on a `canvas` of another size that shows the whole original: float32[height · width]. */
export function placeOnCanvas(grid: Grid, geometry: Geometry, canvas: Size): Float32Array {
  const { across, down, cellsAt } = placeGrid(grid, geometry, canvas)
  const placed = new Float32Array(canvas.width * canvas.height).fill(NaN)
  for (let y = down.start; y < down.end; y++) {
    const row = placed.subarray(y * canvas.width, (y + 1) * canvas.width)
    spread(cellsAt(y), across, row, across)
  }
  return placed
}

interface Axis {
  /** Original pixels of one canvas pixel. */
  readonly toOriginal: number
  toCells(original: number): number
  readonly from: number
  readonly to: number
}

function samplesAlong(canvasPx: number, cells: number, axis: Axis): Samples {
  const first = new Int32Array(canvasPx)
  const fraction = new Float64Array(canvasPx)
  let start = canvasPx
  let end = 0
  for (let i = 0; i < canvasPx; i++) {
    const original = (i + 0.5) * axis.toOriginal
    if (original < axis.from || original > axis.to) continue
    start = Math.min(start, i)
    end = i + 1
    const at = Math.min(Math.max(axis.toCells(original) - 0.5, 0), cells - 1)
    first[i] = Math.floor(at)
    fraction[i] = at - Math.floor(at)
  }
  return { first, fraction, start, end }
}

function blendGridRows(grid: Grid, first: number, fraction: number, into: Float32Array): void {
  const base = first * grid.width
  const next = fraction === 0 ? base : base + grid.width
  for (let x = 0; x < grid.width; x++) {
    const a = grid.data[base + x]!
    into[x] = a + (grid.data[next + x]! - a) * fraction
  }
}
