/**
 * Resizing as Pillow does it (libImaging/Resample.c, 8 bits a channel): two passes of fixed-point convolution with a
 * filter that grows with the shrink factor. Equal to Pillow 13 to the level.
 */
import type { Plane } from './colour.js'
import { convolveAcross, convolveDown, TAPS_TOGETHER, WEIGHT_BITS, type Kernel } from './convolve.js'
import type { Interpolation } from './steps.js'

export type AntialiasedInterpolation = Extract<Interpolation, 'bilinear_aa' | 'bicubic_aa' | 'lanczos'>

/** Pillow's value of a in Keys' cubic. */
const CUBIC_A = -0.5

interface Filter {
  /** Half the filter's width in output pixels. */
  readonly support: number
  weight(distance: number): number
}

const FILTERS: Record<AntialiasedInterpolation, Filter> = {
  bilinear_aa: { support: 1, weight: triangle },
  bicubic_aa: { support: 2, weight: cubic },
  lanczos: { support: 3, weight: lanczos3 },
}

/** `from` at another size: uint8[height, width] to uint8[toHeight, toWidth]. */
export function resizeAntialiased(
  from: Plane,
  toWidth: number,
  toHeight: number,
  interpolation: AntialiasedInterpolation,
): Plane {
  const filter = FILTERS[interpolation]
  const across = (plane: Plane) =>
    toWidth === plane.width ? plane : convolveAcross(plane, kernelOf(plane.width, toWidth, filter))
  const down = (plane: Plane) =>
    toHeight === plane.height ? plane : convolveDown(plane, kernelOf(plane.height, toHeight, filter))
  return isDownFirst(from, toWidth, toHeight) ? across(down(from)) : down(across(from))
}

/**
 * Each pass rounds to whole levels, so their order shows. Pillow 13 goes down first where that saves it work (found by
 * comparing 4,500 random sizes with it); older ones always went across first, which differs by a level here and there.
 */
function isDownFirst(from: Plane, toWidth: number, toHeight: number): boolean {
  return toHeight < from.height && from.height - toHeight > 2 * (from.width - toWidth)
}

function kernelOf(fromPx: number, toPx: number, filter: Filter): Kernel {
  const scale = fromPx / toPx
  const filterScale = Math.max(scale, 1)
  const support = filter.support * filterScale
  const widest = Math.ceil(support) * 2 + 1
  const taps = Math.ceil(widest / TAPS_TOGETHER) * TAPS_TOGETHER
  const kernel = {
    starts: new Int32Array(toPx),
    counts: new Int32Array(toPx),
    weights: new Int32Array(toPx * taps),
    taps,
  }
  const exact = new Float64Array(taps)
  for (let to = 0; to < toPx; to++) {
    const center = (to + 0.5) * scale
    const start = Math.max(0, Math.trunc(center - support + 0.5))
    const count = Math.min(fromPx, Math.trunc(center + support + 0.5)) - start
    let sum = 0
    for (let i = 0; i < count; i++) {
      exact[i] = filter.weight((i + start - center + 0.5) * (1 / filterScale))
      sum += exact[i]!
    }
    kernel.starts[to] = start
    kernel.counts[to] = count
    for (let i = 0; i < count; i++) kernel.weights[to * taps + i] = fixedPoint(sum === 0 ? exact[i]! : exact[i]! / sum)
  }
  return kernel
}

function fixedPoint(weight: number): number {
  return Math.trunc((weight < 0 ? -0.5 : 0.5) + weight * (1 << WEIGHT_BITS))
}

function triangle(distance: number): number {
  const x = Math.abs(distance)
  return x < 1 ? 1 - x : 0
}

function cubic(distance: number): number {
  const x = Math.abs(distance)
  if (x < 1) return ((CUBIC_A + 2) * x - (CUBIC_A + 3)) * x * x + 1
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * CUBIC_A
  return 0
}

function lanczos3(distance: number): number {
  return distance >= -3 && distance < 3 ? sinc(distance) * sinc(distance / 3) : 0
}

function sinc(x: number): number {
  if (x === 0) return 1
  const angle = x * Math.PI
  return Math.sin(angle) / angle
}
