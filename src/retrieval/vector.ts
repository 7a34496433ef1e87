import { AppError } from '../errors.js'

/** pgvector's binary form of a vector: two int16 (length, 0), then float32, all big-endian. */
const HEADER_BYTES = 4

/** Throws `invalid_vector` for a width other than `dimensions`, for NaN, infinities, and a vector of zeros. */
export function checkVector(vector: Float32Array, dimensions: number): Float32Array {
  if (vector.length !== dimensions)
    throw invalid(`The vector has ${vector.length} numbers; those of this index have ${dimensions}.`)
  let isZero = true
  for (const value of vector) {
    if (!Number.isFinite(value)) throw invalid('The vector holds NaN or a number too large for float32.')
    if (value !== 0) isZero = false
  }
  if (isZero) throw invalid('The vector is all zeros, which is near to nothing.')
  return vector
}

function invalid(message: string): AppError {
  return new AppError('invalid_vector', message)
}

/** As a statement's value of type `vector`, bit for bit. */
export function vectorValue(vector: Float32Array): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + vector.byteLength)
  bytes.writeInt16BE(vector.length, 0)
  bytes.writeInt16BE(0, 2)
  Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).copy(bytes, HEADER_BYTES)
  bytes.subarray(HEADER_BYTES).swap32()
  return bytes
}

/** A `vector` as the database writes it, `[1,2,3]`: shortest texts of float32, so nothing is lost. */
export function parseVector(text: string): Float32Array {
  return Float32Array.from(JSON.parse(text) as number[])
}
