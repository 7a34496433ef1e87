/** The values of a NumPy file of little-endian float32 in C order, as `numpy.save` and the service write it. */
export interface NpyArray {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

const MAGIC = '\x93NUMPY'

/** Throws for files of another type, order or version. */
export function readNpy(bytes: Uint8Array): NpyArray {
  const file = Buffer.from(bytes)
  if (file.toString('latin1', 0, 6) !== MAGIC || file[6] !== 1) throw new Error('Not a NumPy file of version 1.')
  const begin = 10 + file.readUInt16LE(8)
  const header = file.toString('latin1', 10, begin)
  if (!header.includes("'<f4'") || !header.includes("'fortran_order': False")) throw new Error(`Not float32: ${header}`)
  const shape = Array.from(/\(([^)]*)\)/.exec(header)![1]!.matchAll(/\d+/g), ([digits]) => Number(digits))
  const values = file.subarray(begin)
  const data = Float32Array.from({ length: values.length / 4 }, (_, at) => values.readFloatLE(at * 4))
  if (data.length !== shape.reduce((product, side) => product * side, 1)) throw new Error('The file is not whole.')
  return { shape, data }
}
