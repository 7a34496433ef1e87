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
const STEPS: readonly (readonly [dx: number, dy: number])[] = [
  [1, 0],
  [1, 1],
  [0, 1],
  [-1, 1],
  [-1, 0],
  [-1, -1],
  [0, -1],
  [1, -1],
]
const RIGHT = 0
const LEFT = 4

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
  const last = findInside(mask, start, outside, 1)
  if (last === undefined) return Int32Array.of(start.x, start.y)
  const points: number[] = []
  let at = start
  // Where the pixel before lies, seen from this one.
  let back = last
  for (;;) {
    const next = findInside(mask, at, back - 1, -1)!
    // A point on a straight way adds nothing: it goes on in the direction in which it came.
    if (next !== opposite(back)) points.push(at.x, at.y)
    const to = step(at, next)
    if (to.x === start.x && to.y === start.y && isStep(at, start, last)) break
    at = to
    back = opposite(next)
  }
  return Int32Array.from(points)
}

/** Whether `at` is the pixel that the following of the border began beside: then it has come around. */
function isStep(at: Point, start: Point, direction: number): boolean {
  const { x, y } = step(start, direction)
  return at.x === x && at.y === y
}

/** The first inside neighbour from direction `from` on, turning by `turn`; `undefined` when the pixel is alone. */
function findInside(mask: Mask, at: Point, from: number, turn: 1 | -1): number | undefined {
  for (let i = 0; i < STEPS.length; i++) {
    const direction = (from + turn * i + 16) % 8
    const { x, y } = step(at, direction)
    const isOn = x >= 0 && y >= 0 && x < mask.width && y < mask.height
    if (isOn && mask.data[y * mask.width + x] === 1) return direction
  }
  return undefined
}

function step(at: Point, direction: number): Point {
  const [dx, dy] = STEPS[direction]!
  return { x: at.x + dx, y: at.y + dy }
}

function opposite(direction: number): number {
  return (direction + 4) % 8
}
