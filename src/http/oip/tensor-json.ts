import { AppError } from '../../errors.js'
import { DTYPES, elementCount, tensor, type DType, type Tensor, type TensorData } from '../../tensor/tensor.js'
import { dtypeToOip } from './datatypes.js'

/** Least and greatest value of the integer types that a JSON number can hold exactly. */
const RANGES = {
  uint8: [0, 0xff],
  uint16: [0, 0xffff],
  uint32: [0, 0xffffffff],
  int8: [-0x80, 0x7f],
  int16: [-0x8000, 0x7fff],
  int32: [-0x80000000, 0x7fffffff],
} as const

/** The tensor of a JSON list, flat or nested. Throws `invalid_tensor` for a value that the datatype cannot hold. */
export function jsonToTensor(name: string, dtype: DType, { dims, data }: { dims: number[]; data: unknown[] }): Tensor {
  const values = data.some(Array.isArray) ? data.flat(Infinity) : data
  if (values.length !== elementCount(dims)) {
    throw invalid(name, `has ${values.length} elements, its shape [${dims.join(', ')}] asks for ${elementCount(dims)}`)
  }
  const isFitting = fits(dtype)
  if (!values.every(isFitting)) throw invalid(name, `holds a value that is no ${dtypeToOip(dtype)}`)
  return tensor(dtype, dims, toTypedArray(dtype, values))
}

function fits(dtype: DType): (value: unknown) => boolean {
  if (dtype === 'float16') throw new AppError('invalid_tensor', 'FP16 is carried in binary only.')
  if (dtype === 'bool') return (value) => typeof value === 'boolean' || value === 0 || value === 1
  if (dtype === 'float32' || dtype === 'float64') return (value) => typeof value === 'number'
  if (dtype === 'int64') return (value) => Number.isSafeInteger(value)
  if (dtype === 'uint64') return (value) => Number.isSafeInteger(value) && (value as number) >= 0
  const [least, greatest] = RANGES[dtype]
  return (value) => Number.isInteger(value) && (value as number) >= least && (value as number) <= greatest
}

function toTypedArray(dtype: DType, values: readonly unknown[]): TensorData {
  if (dtype === 'int64') return BigInt64Array.from(values as number[], (value) => BigInt(value))
  if (dtype === 'uint64') return BigUint64Array.from(values as number[], (value) => BigInt(value))
  // Every value was checked against the datatype; `Number` makes 1 of true.
  const data = new DTYPES[dtype](values.length)
  for (let i = 0; i < data.length; i++) data[i] = Number(values[i])
  return data
}

/** The tensor's values as JSON text: 64-bit integers keep every digit, which a JavaScript number would not. */
export function tensorToJson({ dtype, data }: Tensor): string {
  if (dtype === 'float16') throw new AppError('invalid_option', 'FP16 is carried in binary only: set binary_data.')
  if (dtype === 'bool') return JSON.stringify(Array.from(data as Uint8Array, (value) => value !== 0))
  const text = `[${data.join(',')}]`
  // JSON has no words for numbers that are none; null is what JSON.stringify writes too.
  return /[aI]/.test(text) ? text.replace(/NaN|-?Infinity/g, 'null') : text
}

function invalid(name: string, what: string): AppError {
  return new AppError('invalid_tensor', `The input ${name} ${what}.`)
}
