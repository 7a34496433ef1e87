/**
 * Resizing as OpenCV's `cv::resize` does it on 8-bit images (modules/imgproc/src/resize.cpp): INTER_LINEAR with
 * half-pixel centres, and INTER_AREA, which averages in float32 when both sides shrink and otherwise blends two
 * neighbours. INTER_AREA equals OpenCV 5 to the level; INTER_LINEAR is within 1 level, because OpenCV's own paths
 * (scalar, SIMD, Intel's IPP) differ from one another by as much.
 */
import type { Plane } from './colour.js'

/** OpenCV's fixed point of a blend weight (INTER_RESIZE_COEF_BITS). */
const WEIGHT_BITS = 11
const WEIGHT_ONE = 1 << WEIGHT_BITS

/** For each output position two input positions and the weight of the second, out of WEIGHT_ONE. */
interface Blend {
  readonly first: Int32Array
  readonly second: Int32Array
  readonly weight: Int32Array
}

/** INTER_LINEAR: no antialias, except that an exact halving of both sides averages, as in OpenCV. */
export function resizeLinear(from: Plane, toWidth: number, toHeight: number): Plane {
  if (from.width === toWidth && from.height === toHeight) return from
  if (from.width === toWidth * 2 && from.height === toHeight * 2) return resizeArea(from, toWidth, toHeight)
  return blend(from, linearBlend(from.width, toWidth), linearBlend(from.height, toHeight))
}

/** INTER_AREA. */
export function resizeArea(from: Plane, toWidth: number, toHeight: number): Plane {
  if (from.width === toWidth && from.height === toHeight) return from
  if (toWidth <= from.width && toHeight <= from.height) return average(from, toWidth, toHeight)
  return blend(from, areaBlend(from.width, toWidth), areaBlend(from.height, toHeight))
}

function linearBlend(fromPx: number, toPx: number): Blend {
  const scale = fromPx / toPx
  return blendOf(fromPx, toPx, (to) => {
    const at = Math.fround((to + 0.5) * scale - 0.5)
    return { first: Math.floor(at), fraction: at - Math.floor(at) }
  })
}

/** What INTER_AREA does where it cannot average: each output pixel still covers its own share of the input. */
function areaBlend(fromPx: number, toPx: number): Blend {
  const scale = fromPx / toPx
  const inverse = toPx / fromPx
  return blendOf(fromPx, toPx, (to) => {
    const first = Math.floor(to * scale)
    const fraction = Math.fround(to + 1 - (first + 1) * inverse)
    return { first, fraction: fraction <= 0 ? 0 : fraction - Math.floor(fraction) }
  })
}

function blendOf(fromPx: number, toPx: number, place: (to: number) => { first: number; fraction: number }): Blend {
  const result = { first: new Int32Array(toPx), second: new Int32Array(toPx), weight: new Int32Array(toPx) }
  for (let to = 0; to < toPx; to++) {
    const { first, fraction } = place(to)
    const isInside = first >= 0 && first < fromPx - 1
    result.first[to] = Math.min(Math.max(first, 0), fromPx - 1)
    result.second[to] = isInside ? first + 1 : result.first[to]!
    result.weight[to] = isInside ? Math.round(fraction * WEIGHT_ONE) : 0
  }
  return result
}

function blend(from: Plane, across: Blend, down: Blend): Plane {
  const width = across.first.length
  const height = down.first.length
  const data = new Uint8Array(width * height)
  let upper = { row: -1, sums: new Int32Array(width) }
  let lower = { row: -1, sums: new Int32Array(width) }
  for (let y = 0, to = 0; y < height; y++) {
    // Rows come in order: what was the lower one is often the next upper one.
    if (lower.row === down.first[y]!) [upper, lower] = [lower, upper]
    blendRow(from, down.first[y]!, across, upper)
    blendRow(from, down.second[y]!, across, lower)
    const weight = down.weight[y]!
    for (let x = 0; x < width; x++, to++) {
      const a = ((WEIGHT_ONE - weight) * (upper.sums[x]! >> 4)) >> 16
      const b = (weight * (lower.sums[x]! >> 4)) >> 16
      data[to] = (a + b + 2) >> 2
    }
  }
  return { width, height, data }
}

function blendRow(from: Plane, row: number, across: Blend, into: { row: number; sums: Int32Array }): void {
  if (into.row === row) return
  into.row = row
  const base = row * from.width
  for (let x = 0; x < into.sums.length; x++) {
    const weight = across.weight[x]!
    const first = from.data[base + across.first[x]!]!
    into.sums[x] = first * (WEIGHT_ONE - weight) + from.data[base + across.second[x]!]! * weight
  }
}

/** The `counts` input positions from `starts` on that one output position covers, and their weights in rows of `taps`. */
interface Cover {
  readonly starts: Int32Array
  readonly counts: Int32Array
  readonly weights: Float32Array
  readonly taps: number
}

function average(from: Plane, toWidth: number, toHeight: number): Plane {
  const across = coverOf(from.width, toWidth)
  const down = coverOf(from.height, toHeight)
  // OpenCV's own code for exact halves adds 2 and shifts; elsewhere a tie goes to the even level.
  const isHalf = from.width === toWidth * 2 && from.height === toHeight * 2
  const data = new Uint8Array(toWidth * toHeight)
  const row = new Float32Array(toWidth)
  const sums = new Float32Array(toWidth)
  let rowAt = -1
  for (let y = 0; y < toHeight; y++) {
    sums.fill(0)
    for (let i = 0; i < down.counts[y]!; i++) {
      const at = down.starts[y]! + i
      // A row that two output rows share was the last one averaged.
      if (at !== rowAt) averageRow(from, at, across, row)
      rowAt = at
      const weight = down.weights[y * down.taps + i]!
      for (let x = 0; x < toWidth; x++) sums[x] = sums[x]! + Math.fround(row[x]! * weight)
    }
    for (let x = 0; x < toWidth; x++) {
      data[y * toWidth + x] = isHalf ? Math.floor(sums[x]! + 0.5) : roundHalfEven(sums[x]!)
    }
  }
  return { width: toWidth, height: toHeight, data }
}

/** As OpenCV's `computeResizeAreaTab`, which drops slivers of less than 0.001 of a pixel. */
function coverOf(fromPx: number, toPx: number): Cover {
  const scale = fromPx / toPx
  const taps = Math.ceil(scale) + 2
  const cover = {
    starts: new Int32Array(toPx),
    counts: new Int32Array(toPx),
    weights: new Float32Array(toPx * taps),
    taps,
  }
  for (let to = 0; to < toPx; to++) {
    const low = to * scale
    const high = low + scale
    const cell = Math.min(scale, fromPx - low)
    const innerEnd = Math.min(Math.floor(high), fromPx - 1)
    const innerStart = Math.min(Math.ceil(low), innerEnd)
    const hasLow = innerStart - low > 1e-3
    let at = to * taps
    if (hasLow) cover.weights[at++] = (innerStart - low) / cell
    for (let inner = innerStart; inner < innerEnd; inner++) cover.weights[at++] = 1 / cell
    if (high - innerEnd > 1e-3) cover.weights[at++] = Math.min(high - innerEnd, 1, cell) / cell
    cover.starts[to] = hasLow ? innerStart - 1 : innerStart
    cover.counts[to] = at - to * taps
  }
  return cover
}

function averageRow(from: Plane, row: number, { starts, counts, weights, taps }: Cover, into: Float32Array): void {
  const source = from.data
  for (let x = 0; x < into.length; x++) {
    let at = row * from.width + starts[x]!
    const base = x * taps
    const end = base + counts[x]!
    let sum = 0
    for (let i = base; i < end; i++, at++) sum = Math.fround(sum + Math.fround(source[at]! * weights[i]!))
    into[x] = sum
  }
}

/** `cvRound`: a tie goes to the even neighbour. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value)
  const fraction = value - floor
  if (fraction === 0.5) return floor + (floor & 1)
  return fraction < 0.5 ? floor : floor + 1
}
