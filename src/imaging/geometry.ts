/**
 * Where a pixel of the prepared image came from. Every step moves, scales or cuts along the axes, so all of them
 * together are one scale and one offset an axis, and one rectangle that survived.
 *
 * Coordinates are continuous: pixel i covers [i, i + 1) and has its centre at i + 0.5. "Original" is the film after its
 * EXIF orientation.
 */
import { AppError } from '../errors.js'

export interface Size {
  readonly width: number
  readonly height: number
}

export interface Point {
  readonly x: number
  readonly y: number
}

export interface Rectangle {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** Plain JSON: prepared = original · scale + offset, along each axis. */
export interface Geometry {
  readonly original: Size
  readonly prepared: Size
  readonly scale: Point
  readonly offset: Point
  /** What of the original the model saw, in original coordinates: all of it unless something was cropped. */
  readonly seen: Rectangle
}

/** The geometry of an image to which nothing has been done. */
export function identityGeometry(original: Size): Geometry {
  const { width, height } = original
  return {
    original: { width, height },
    prepared: { width, height },
    scale: { x: 1, y: 1 },
    offset: { x: 0, y: 0 },
    seen: { left: 0, top: 0, right: width, bottom: height },
  }
}

export function geometryAfterResize(before: Geometry, to: Size): Geometry {
  const x = to.width / before.prepared.width
  const y = to.height / before.prepared.height
  return {
    ...before,
    prepared: to,
    scale: { x: before.scale.x * x, y: before.scale.y * y },
    offset: { x: before.offset.x * x, y: before.offset.y * y },
  }
}

/** A pad or a crop: the canvas becomes `to`, and what was at (0, 0) lies at `shift`, which is negative for a crop. */
export function geometryAfterCanvas(before: Geometry, to: Size, shift: Point): Geometry {
  const moved = { ...before, prepared: to, offset: { x: before.offset.x + shift.x, y: before.offset.y + shift.y } }
  const first = preparedToOriginal(moved, { x: 0, y: 0 })
  const last = preparedToOriginal(moved, { x: to.width, y: to.height })
  const seen = {
    left: Math.max(before.seen.left, first.x),
    top: Math.max(before.seen.top, first.y),
    right: Math.min(before.seen.right, last.x),
    bottom: Math.min(before.seen.bottom, last.y),
  }
  return { ...moved, seen }
}

export function preparedToOriginal({ scale, offset }: Geometry, at: Point): Point {
  return { x: (at.x - offset.x) / scale.x, y: (at.y - offset.y) / scale.y }
}

export function originalToPrepared({ scale, offset }: Geometry, at: Point): Point {
  return { x: at.x * scale.x + offset.x, y: at.y * scale.y + offset.y }
}

/** A grid of values that covers the prepared image evenly: float32[height, width]. */
export interface Grid {
  readonly data: Float32Array
  readonly width: number
  readonly height: number
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
  const placed = new Float32Array(canvas.width * canvas.height).fill(NaN)
  eachPlacedRow(grid, geometry, canvas, (y, row) => placed.set(row, y * canvas.width))
  return placed
}

/**
 * The rows of `placeOnCanvas` in which the model saw something, from the top, float32[canvas width] each: whoever looks at a film's
 * values once needs no memory for all of them. The row is the caller's only until the next one.
 */
export function eachPlacedRow(
  grid: Grid,
  geometry: Geometry,
  canvas: Size,
  visit: (y: number, row: Float32Array) => void,
): void {
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
  // One cell more than there are: beside the last one the neighbour counts nothing, but is read.
  const cells = new Float32Array(grid.width + 1)
  const row = new Float32Array(canvas.width).fill(NaN)
  for (let y = down.start; y < down.end; y++) {
    blendGridRows(grid, down.first[y]!, down.fraction[y]!, cells)
    spread(cells, across, row)
    visit(y, row)
  }
}

function spread(cells: Float32Array, { first, fraction, start, end }: Samples, row: Float32Array): void {
  for (let x = start; x < end; x++) {
    const cell = first[x]!
    const a = cells[cell]!
    row[x] = a + (cells[cell + 1]! - a) * fraction[x]!
  }
}

interface Axis {
  /** Original pixels of one canvas pixel. */
  readonly toOriginal: number
  toCells(original: number): number
  readonly from: number
  readonly to: number
}

/** For each canvas position the cell before it and how far the next one counts; those from `start` to `end` were seen. */
interface Samples {
  readonly first: Int32Array
  readonly fraction: Float64Array
  readonly start: number
  readonly end: number
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
