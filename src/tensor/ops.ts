import { AppError } from '../errors.js'
import { DTYPES, elementCount, type Tensor, type TensorData } from './tensor.js'

/** Elements of one entry along the first dimension. */
export function rowLength(of: Tensor): number {
  return elementCount(of.dims.slice(1))
}

/** Rows `from` to `to` (exclusive) along the first dimension, as a view onto the same memory. */
export function sliceRows(of: Tensor, from: number, to: number): Tensor {
  const length = rowLength(of)
  return { dtype: of.dtype, dims: [to - from, ...of.dims.slice(1)], data: of.data.subarray(from * length, to * length) }
}

/** As `sliceRows`, in memory of its own: what is kept must not hold a whole batch alive. */
export function copyRows(of: Tensor, from: number, to: number): Tensor {
  const view = sliceRows(of, from, to)
  return { ...view, data: view.data.slice() }
}

/** Stacks tensors of equal dtype and equal trailing dims along the first dimension. */
export function concatRows(parts: readonly Tensor[]): Tensor {
  const [first] = parts
  if (first === undefined) throw new AppError('internal', 'No tensor to stack. This is a bug.')
  if (parts.length === 1) return first
  const rows = parts.reduce((sum, part) => sum + part.dims[0]!, 0)
  const data = new DTYPES[first.dtype](rows * rowLength(first))
  let at = 0
  for (const part of parts) {
    if (part.dtype !== first.dtype || part.dims.slice(1).join() !== first.dims.slice(1).join()) {
      throw new AppError('internal', 'Tensors of different shapes were stacked. This is a bug.')
    }
    copyInto(data, part.data, at)
    at += part.data.length
  }
  return { dtype: first.dtype, dims: [rows, ...first.dims.slice(1)], data }
}

function copyInto(target: TensorData, source: TensorData, at: number): void {
  // The dtypes were compared, so both arrays are of one class; TypeScript cannot see that through the union.
  ;(target as Uint8Array).set(source as Uint8Array, at)
}

/** Whether none is NaN or infinite; a call for each of a million values would take longer than the values took to make. */
export function areFinite(values: Float32Array | Float64Array): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false
  return true
}

/** Divides by the Euclidean norm, in place; a zero vector stays zero. */
export function l2Normalize(vector: Float32Array): Float32Array {
  let sum = 0
  for (let i = 0; i < vector.length; i++) sum += vector[i]! * vector[i]!
  if (sum === 0) return vector
  const scale = 1 / Math.sqrt(sum)
  for (let i = 0; i < vector.length; i++) vector[i]! *= scale
  return vector
}

export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

/** Softmax of plain numbers, shifted by the maximum so that it cannot overflow. */
export function softmax(values: readonly number[], scale = 1): number[] {
  const top = Math.max(...values)
  const powers = values.map((value) => Math.exp((value - top) * scale))
  const sum = powers.reduce((a, b) => a + b, 0)
  return powers.map((power) => power / sum)
}

export function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value))
}
