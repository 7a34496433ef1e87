import { AppError } from '../errors.js'

/** The element types that cross the service, each with the array that holds it. `bool` is one byte, `float16` its raw bits. */
export const DTYPES = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
} as const

export type DType = keyof typeof DTYPES
export type TensorData = InstanceType<(typeof DTYPES)[DType]>

/** A dense, row-major array. The receiver of a tensor must not write into `data` unless it made it. */
export interface Tensor {
  readonly dtype: DType
  readonly dims: readonly number[]
  readonly data: TensorData
  /**
   * The same object is fed to many runs and `data` is never written again: whoever computes with it may keep its bytes. Lost
   * in slices and copies.
   */
  readonly isConstant?: true
}

export type NamedTensors = Readonly<Record<string, Tensor>>

export function elementCount(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1)
}

/** Throws `invalid_tensor` when the length of `data` is not the product of `dims`. */
export function tensor(dtype: DType, dims: readonly number[], data: TensorData): Tensor {
  if (elementCount(dims) !== data.length) {
    throw new AppError('invalid_tensor', `A tensor of dims [${dims.join(', ')}] cannot hold ${data.length} elements.`)
  }
  return { dtype, dims, data }
}

/** The same values as a constant of many runs. */
export function constant(of: Tensor): Tensor {
  return { ...of, isConstant: true }
}

export function emptyTensor(dtype: DType, dims: readonly number[]): Tensor {
  return { dtype, dims, data: new DTYPES[dtype](elementCount(dims)) }
}

/** The tensor's values as float32; throws `invalid_tensor` for any other dtype. */
export function float32Data(of: Tensor): Float32Array {
  if (of.dtype !== 'float32') throw new AppError('invalid_tensor', `Expected float32 values, found ${of.dtype}.`)
  return of.data as Float32Array
}
