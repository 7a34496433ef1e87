/**
 * Borders of components as closed polygons through the centres of their border pixels: what OpenCV's `findContours`
 * gives with CHAIN_APPROX_SIMPLE. The algorithm is the border following of Suzuki and Abe, Topological structural
 * analysis of digitized binary images by border following, 1985; where borders begin is known here from the runs, so
 * that no image has to be marked.
 */
import type { Point } from '../geometry.js'
import type { Mask } from './mask.js'

/** [x, y] pairs one after the other, int32[points · 2]; the last point joins the first. */
export type Contour = Int32Array

/** The eight neighbours, clockwise on the screen from the right one. */
const ACROSS = [1, 1, 0, -1, -1, -1, 0, 1] as const
const DOWN = [0, 1, 1, 1, 0, -1, -1, -1] as const
const RIGHT = 0
const LEFT = 4
const NONE = -1

/** Around a component, against the clock; `first` is its first pixel in a scan from the top left. */
export function traceOuter(mask: Mask, first: Point): Contour {
  return trace(mask, first, LEFT)
}

/** The pixels around a hole, clockwise; `first` is the hole's first pixel in a scan from the top left. */
export function traceHole(mask: Mask, first: Point): Contour {
  return trace(mask, { x: first.x - 1, y: first.y }, RIGHT)
}

/** `outside`: direction of a pixel beside `start` that is not inside. */
function trace(mask: Mask, start: Point, outside: number): Contour {
  const last = findInside(mask, start.x, start.y, outside, 1)
  if (last === NONE) return Int32Array.of(start.x, start.y)
  // The border has come around when it goes to the start from the pixel that its following began beside.
  const lastX = start.x + ACROSS[last]!
  const lastY = start.y + DOWN[last]!
  const points: number[] = []
  let { x, y } = start
  // Where the pixel before lies, seen from this one.
  let back = last
  for (;;) {
    const next = findInside(mask, x, y, back - 1, -1)
    // A point on a straight way adds nothing: it goes on in the direction in which it came.
    if (next !== opposite(back)) points.push(x, y)
    const toX = x + ACROSS[next]!
    const toY = y + DOWN[next]!
    if (toX === start.x && toY === start.y && x === lastX && y === lastY) break
    x = toX
    y = toY
    back = opposite(next)
  }
  return Int32Array.from(points)
}

/** Direction of the first inside neighbour from direction `from` on, turning by `turn`; `NONE` when the pixel is alone. */
function findInside({ width, height, data }: Mask, x: number, y: number, from: number, turn: 1 | -1): number {
  for (let i = 0; i < 8; i++) {
    const direction = (from + turn * i + 16) & 7
    const toX = x + ACROSS[direction]!
    const toY = y + DOWN[direction]!
    const isOn = toX >= 0 && toY >= 0 && toX < width && toY < height
    if (isOn && data[toY * width + toX] === 1) return direction
  }
  return NONE
}

function opposite(direction: number): number {
  return (direction + 4) & 7
}
