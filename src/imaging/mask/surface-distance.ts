/** How far the borders of two masks lie apart. */
import type { Rectangle } from '../geometry.js'
import { maskBox, type Mask } from './mask.js'

/** Lengths of one pixel down and across; [1, 1] measures in pixels. */
export type Spacing = readonly [down: number, across: number]

export interface SurfaceDistances {
  /** 95th percentile of the distances of both directions together. */
  readonly hd95: number
  /** Mean of the two means, each the distances of one border to the other. */
  readonly mean: number
}

/**
 * Distances between the centres of border pixels; a border pixel is inside and has one of its four neighbours outside,
 * and beyond the image everything is outside. `hd95` is `numpy.percentile` (linear) of both directions pooled, `mean`
 * the average symmetric surface distance: the definitions of MedPy's `hd95` and `assd` with connectivity 1.
 * `undefined` when either mask is empty. The masks must have one size.
 */
export function surfaceDistances(a: Mask, b: Mask, spacing: Spacing): SurfaceDistances | undefined {
  const [boxA, boxB] = [maskBox(a), maskBox(b)]
  if (boxA === undefined || boxB === undefined) return undefined
  const window = {
    left: Math.min(boxA.left, boxB.left),
    top: Math.min(boxA.top, boxB.top),
    right: Math.max(boxA.right, boxB.right),
    bottom: Math.max(boxA.bottom, boxB.bottom),
  }
  const [borderA, borderB] = [borderIn(a, window), borderIn(b, window)]
  const toB = valuesAt(distancesTo(borderB, window, spacing), borderA)
  const toA = valuesAt(distancesTo(borderA, window, spacing), borderB)
  const pooled = new Float32Array(toB.length + toA.length)
  pooled.set(toB)
  pooled.set(toA, toB.length)
  return { hd95: percentile(pooled, 95), mean: (meanOf(toB) + meanOf(toA)) / 2 }
}

/** uint8[window]: 1 on the border pixels of the mask. */
function borderIn({ width, height, data }: Mask, window: Rectangle): Uint8Array {
  const across = window.right - window.left
  const border = new Uint8Array(across * (window.bottom - window.top))
  for (let y = window.top, to = 0; y < window.bottom; y++) {
    for (let x = window.left, at = y * width + x; x < window.right; x++, at++, to++) {
      if (data[at] === 0) continue
      const isInner =
        x > 0 &&
        x < width - 1 &&
        y > 0 &&
        y < height - 1 &&
        data[at - 1] === 1 &&
        data[at + 1] === 1 &&
        data[at - width] === 1 &&
        data[at + width] === 1
      if (!isInner) border[to] = 1
    }
  }
  return border
}

/**
 * Squared Euclidean distance of every pixel of the window to the nearest border pixel, float32: the two passes of
 * Felzenszwalb and Huttenlocher, Distance transforms of sampled functions, 2012.
 */
function distancesTo(border: Uint8Array, window: Rectangle, [down, across]: Spacing): Float32Array {
  const width = window.right - window.left
  const height = window.bottom - window.top
  const distances = new Float32Array(border.length)
  for (let x = 0; x < width; x++) columnDistances(border, distances, { x, width, height, down })
  const envelope = { at: new Int32Array(width), from: new Float64Array(width + 1) }
  const row = new Float32Array(width)
  for (let y = 0; y < height; y++) {
    row.set(distances.subarray(y * width, (y + 1) * width))
    lowerEnvelope(row, across, envelope, distances.subarray(y * width, (y + 1) * width))
  }
  return distances
}

/** Squared distance to the nearest border pixel of the same column; Infinity where the column has none. */
function columnDistances(
  border: Uint8Array,
  into: Float32Array,
  { x, width, height, down }: { x: number; width: number; height: number; down: number },
): void {
  let steps = Infinity
  for (let y = 0, at = x; y < height; y++, at += width) {
    steps = border[at] === 1 ? 0 : steps + 1
    into[at] = steps
  }
  steps = Infinity
  for (let y = height - 1, at = y * width + x; y >= 0; y--, at -= width) {
    steps = border[at] === 1 ? 0 : steps + 1
    const nearest = Math.min(steps, into[at]!) * down
    into[at] = nearest * nearest
  }
}

/** min over q of heights[q] + (across · (x − q))², from the parabolas that are lowest somewhere. */
function lowerEnvelope(
  heights: Float32Array,
  across: number,
  { at, from }: { at: Int32Array; from: Float64Array },
  into: Float32Array,
): void {
  const scale = across * across
  let last = -1
  for (let q = 0; q < heights.length; q++) {
    const height = heights[q]!
    if (height === Infinity) continue
    let meet = -Infinity
    for (; last >= 0; last--) {
      const p = at[last]!
      meet = ((height - heights[p]!) / scale + q * q - p * p) / (2 * (q - p))
      if (meet > from[last]!) break
      meet = -Infinity
    }
    at[++last] = q
    from[last] = meet
  }
  for (let x = 0, k = 0; x < into.length; x++) {
    while (k < last && from[k + 1]! < x) k++
    const q = at[k]!
    into[x] = last < 0 ? Infinity : heights[q]! + scale * (x - q) * (x - q)
  }
}

function valuesAt(squares: Float32Array, border: Uint8Array): Float32Array {
  const values = new Float32Array(border.reduce((sum, is) => sum + is, 0))
  for (let i = 0, to = 0; i < border.length; i++) if (border[i] === 1) values[to++] = Math.sqrt(squares[i]!)
  return values
}

/** NumPy's `percentile`, linear between the neighbours; sorts `values`. */
function percentile(values: Float32Array, percent: number): number {
  values.sort()
  const at = ((values.length - 1) * percent) / 100
  const below = Math.floor(at)
  const [a, b] = [values[below]!, values[Math.min(below + 1, values.length - 1)]!]
  return a + (b - a) * (at - below)
}

function meanOf(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
