/**
 * Separable convolution of a plane with fixed-point weights, in WebAssembly (`convolve.wat`): the same integers as in
 * JavaScript, four to sixteen at a time.
 */
import type { Plane } from './colour.js'
import { CONVOLVE_WASM } from './convolve-wasm.js'

/** Weights are integers of this scale; 32 bits less 8 for the pixel and 2 for a filter's overshoot. Known to `convolve.wat`. */
export const WEIGHT_BITS = 32 - 8 - 2
/** `Kernel.taps` is a multiple of it. */
export const TAPS_TOGETHER = 4

/** For each output position, the first input position and how many follow, and their weights in rows of `taps`, zeros at the end. */
export interface Kernel {
  readonly starts: Int32Array
  readonly counts: Int32Array
  readonly weights: Int32Array
  readonly taps: number
}

interface Passes {
  readonly memory: WebAssembly.Memory
  across(
    source: number,
    stride: number,
    starts: number,
    weights: number,
    taps: number,
    into: number,
    count: number,
  ): void
  down(source: number, width: number, rows: number, weights: number, into: number): void
}

const PAGE_BYTES = 65_536
/** Both passes read, and `down` writes, up to 15 bytes beyond what they are asked for. */
const SLACK_BYTES = 16
const ROWS_TOGETHER = 4
/** Rows are worked on in bands of about so much: they stay in the processor's cache. */
const BAND_BYTES = 1 << 18
/** A memory that one huge film made larger is not kept. */
const KEPT_BYTES = 1 << 24

const module = new WebAssembly.Module(Buffer.from(CONVOLVE_WASM, 'base64'))
let passes: Passes | undefined

/** uint8[height, width] to uint8[height, kernel.starts.length]. */
export function convolveAcross(from: Plane, kernel: Kernel): Plane {
  const { width, height, data: source } = from
  const toWidth = kernel.starts.length
  const band = ROWS_TOGETHER * Math.max(1, Math.floor(BAND_BYTES / ROWS_TOGETHER / width))
  const weightsAt = aligned(toWidth * Int32Array.BYTES_PER_ELEMENT)
  const sourceAt = aligned(weightsAt + kernel.weights.byteLength)
  const intoAt = aligned(sourceAt + band * width + SLACK_BYTES)
  const data = new Uint8Array(toWidth * height)
  withMemory(intoAt + band * toWidth, (bytes, { across }) => {
    bytes.set(bytesOf(kernel.starts), 0)
    bytes.set(bytesOf(kernel.weights), weightsAt)
    for (let top = 0; top < height; top += band) {
      const rows = Math.min(band, height - top)
      bytes.set(source.subarray(top * width, (top + rows) * width), sourceAt)
      for (let row = 0; row < rows; row += ROWS_TOGETHER) {
        across(sourceAt + row * width, width, 0, weightsAt, kernel.taps, intoAt + row * toWidth, toWidth)
      }
      data.set(bytes.subarray(intoAt, intoAt + rows * toWidth), top * toWidth)
    }
  })
  return { width: toWidth, height, data }
}

/** uint8[height, width] to uint8[kernel.starts.length, width]. */
export function convolveDown(from: Plane, kernel: Kernel): Plane {
  const { width, data: source } = from
  const { starts, counts, weights, taps } = kernel
  const height = starts.length
  const sourceAt = aligned(weights.byteLength)
  const intoAt = aligned(sourceAt + taps * width + SLACK_BYTES)
  const data = new Uint8Array(width * height)
  withMemory(intoAt + width + SLACK_BYTES, (bytes, { down }) => {
    bytes.set(bytesOf(weights), 0)
    for (let y = 0; y < height; y++) {
      bytes.set(source.subarray(starts[y]! * width, (starts[y]! + counts[y]!) * width), sourceAt)
      down(sourceAt, width, counts[y]!, y * taps * Int32Array.BYTES_PER_ELEMENT, intoAt)
      data.set(bytes.subarray(intoAt, intoAt + width), y * width)
    }
  })
  return { width, height, data }
}

function withMemory(sizeBytes: number, work: (bytes: Uint8Array, passes: Passes) => void): void {
  passes ??= new WebAssembly.Instance(module).exports as unknown as Passes
  const { memory } = passes
  const missing = sizeBytes - memory.buffer.byteLength
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES))
  work(new Uint8Array(memory.buffer), passes)
  if (memory.buffer.byteLength > KEPT_BYTES) passes = undefined
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / SLACK_BYTES) * SLACK_BYTES
}

function bytesOf({ buffer, byteOffset, byteLength }: Int32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}
