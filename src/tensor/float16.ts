/** IEEE 754 binary16 as raw bits, which is how `DTYPES` holds it: Node has no array class for it before version 24. */
import { AppError } from '../errors.js'
import type { Tensor } from './tensor.js'

const word = new Uint32Array(1)
const real = new Float32Array(word.buffer)

/** Rounded to the nearest, ties to even; beyond 65504 and its half step, infinite. */
export function toFloat16(values: Float32Array): Uint16Array<ArrayBuffer> {
  const bits = new Uint16Array(values.length)
  for (let i = 0; i < values.length; i++) bits[i] = bitsOf(values[i]!)
  return bits
}

function bitsOf(value: number): number {
  real[0] = value
  const bits = word[0]!
  const sign = (bits >>> 16) & 0x8000
  const magnitude = bits & 0x7fffffff
  if (magnitude >= 0x7f800000) return sign | (magnitude > 0x7f800000 ? 0x7e00 : 0x7c00)
  // Below 2^-14 the unit in the last place stays 2^-24; adding 0.5 lets the float32 adder do that rounding.
  if (magnitude < 0x38800000) {
    real[0] = Math.abs(value) + 0.5
    return sign | (word[0]! - 0x3f000000)
  }
  const isOdd = (magnitude >>> 13) & 1
  const rounded = (magnitude - 0x38000000 + 0xfff + isOdd) >>> 13
  return sign | Math.min(rounded, 0x7c00)
}

let table: Float32Array<ArrayBuffer> | undefined

/** Exact. */
export function fromFloat16(bits: Uint16Array): Float32Array<ArrayBuffer> {
  table ??= Float32Array.from({ length: 0x10000 }, (_, half) => valueOf(half))
  const values = new Float32Array(bits.length)
  for (let i = 0; i < bits.length; i++) values[i] = table[bits[i]!]!
  return values
}

function valueOf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1
  const exponent = (half >>> 10) & 0x1f
  const fraction = half & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

/** The values of a float32 or float16 tensor as float32; not a copy where they are. Throws `invalid_tensor` for others. */
export function floatsOf({ dtype, data }: Tensor): Float32Array<ArrayBuffer> {
  if (dtype === 'float32') return data as Float32Array<ArrayBuffer>
  if (dtype === 'float16') return fromFloat16(data as Uint16Array)
  throw new AppError('invalid_tensor', `Expected floats, found ${dtype}.`)
}

/** A tensor of floats in the dtype that a graph takes. Throws `invalid_tensor` for one that is not of floats. */
export function floatTensor(
  dtype: Tensor['dtype'],
  dims: readonly number[],
  values: Float32Array<ArrayBuffer>,
): Tensor {
  if (dtype === 'float32') return { dtype, dims, data: values }
  if (dtype === 'float16') return { dtype, dims, data: toFloat16(values) }
  throw new AppError('invalid_tensor', `A graph takes ${dtype} where floats are fed.`)
}
