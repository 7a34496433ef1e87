/** NumPy's file format, version 1.0 (numpy.lib.format): what `numpy.load` takes. */

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]
/** Magic and the length of the header, which ends at a multiple of 64. */
const ALIGN_BYTES = 64

/** float32 in C order, little-endian as every platform that Node runs on. */
export function encodeNpy(dims: readonly number[], data: Float32Array): Uint8Array {
  const shape = dims.length === 1 ? `(${dims[0]},)` : `(${dims.join(', ')})`
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`
  const unpadded = MAGIC.length + 2 + text.length + 1
  const header = `${text}${' '.repeat(Math.ceil(unpadded / ALIGN_BYTES) * ALIGN_BYTES - unpadded)}\n`
  const file = new Uint8Array(MAGIC.length + 2 + header.length + data.byteLength)
  file.set(MAGIC)
  new DataView(file.buffer).setUint16(MAGIC.length, header.length, true)
  new TextEncoder().encodeInto(header, file.subarray(MAGIC.length + 2))
  file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), MAGIC.length + 2 + header.length)
  return file
}
