import { AppError } from '../../errors.js'
import { DTYPES, elementCount, tensor, type DType, type Tensor } from '../../tensor/tensor.js'
import { elementBytes } from './datatypes.js'

/** Bytes that a tensor of these dims has on the wire. */
export function binaryBytes(dtype: DType, dims: readonly number[]): number {
  return elementCount(dims) * elementBytes(dtype)
}

/**
 * Little-endian, row-major bytes as a tensor: a view where they are aligned, as every platform that Node runs on is
 * little-endian. Throws `invalid_tensor` unless the bytes are exactly those of the dims.
 */
export function binaryToTensor(
  name: string,
  dtype: DType,
  { dims, bytes }: { dims: readonly number[]; bytes: Buffer },
): Tensor {
  if (bytes.length !== binaryBytes(dtype, dims)) {
    const expected = binaryBytes(dtype, dims)
    throw new AppError('invalid_tensor', `The input ${name} has ${bytes.length} bytes, its shape asks for ${expected}.`)
  }
  if (dtype === 'bool' && bytes.some((value) => value > 1))
    throw new AppError('invalid_tensor', `The input ${name} holds a value that is no BOOL.`)
  const isAligned = bytes.byteOffset % elementBytes(dtype) === 0
  const { buffer, byteOffset } = isAligned ? bytes : new Uint8Array(bytes)
  // A request's body is never shared memory.
  return tensor(dtype, dims, new DTYPES[dtype](buffer as ArrayBuffer, byteOffset, elementCount(dims)))
}

/** A view onto the tensor's own memory. */
export function tensorToBinary({ data }: Tensor): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength)
}
