import { AppError } from '../errors.js'

export const IMAGE_FORMATS = ['png', 'jpeg', 'webp', 'tiff'] as const
export type ImageFormat = (typeof IMAGE_FORMATS)[number]

const MAGIC: readonly (readonly [ImageFormat, readonly number[]])[] = [
  ['png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['jpeg', [0xff, 0xd8, 0xff]],
  ['tiff', [0x49, 0x49, 0x2a, 0x00]],
  ['tiff', [0x4d, 0x4d, 0x00, 0x2a]],
]
const PNG_SIGNATURE_BYTES = 8
/** Length and name before a chunk's body, and a checksum behind it. */
const CHUNK_HEAD_BYTES = 8
const CHUNK_SUM_BYTES = 4
const IEND = [0x49, 0x45, 0x4e, 0x44]
const ACTL = [0x61, 0x63, 0x54, 0x4c]
const RIFF = [0x52, 0x49, 0x46, 0x46]
const WEBP = [0x57, 0x45, 0x42, 0x50]
const DICM = [0x44, 0x49, 0x43, 0x4d]
/** A DICOM file begins with a preamble of 128 bytes that may hold anything (PS3.10 section 7.1). */
const DICOM_PREAMBLE_BYTES = 128

/**
 * The format that the first bytes say, whatever the caller called it. Throws `malformed_image` for an empty file and
 * `unsupported_media_type` for anything that is not read here.
 */
export function sniffFormat(bytes: Uint8Array): ImageFormat {
  if (bytes.length === 0) throw new AppError('malformed_image', 'The image file is empty.')
  for (const [format, magic] of MAGIC) if (hasAt(bytes, 0, magic)) return format
  if (hasAt(bytes, 0, RIFF) && hasAt(bytes, 8, WEBP)) return 'webp'
  if (isDicom(bytes)) {
    throw new AppError('unsupported_media_type', 'A DICOM file is read as a film only; send PNG, JPEG, WebP or TIFF.')
  }
  throw new AppError('unsupported_media_type', 'The file is not a DICOM, PNG, JPEG, WebP or TIFF image.')
}

/** A Part 10 file by its prefix. A data set without one is not guessed at: any bytes could be its beginning. */
export function isDicom(bytes: Uint8Array): boolean {
  return hasAt(bytes, DICOM_PREAMBLE_BYTES, DICM)
}

/**
 * What libpng does not say of a PNG: its frames, more than one where an `acTL` chunk is there, and whether the `IEND`
 * chunk closes it. Throws nothing; a file that ends inside a chunk is not whole.
 */
export function walkPng(bytes: Uint8Array): { frames: number; isWhole: boolean } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let frames = 1
  let at = PNG_SIGNATURE_BYTES
  while (at + CHUNK_HEAD_BYTES + CHUNK_SUM_BYTES <= bytes.length) {
    const bodyBytes = view.getUint32(at)
    const body = at + CHUNK_HEAD_BYTES
    if (hasAt(bytes, at + 4, IEND)) return { frames, isWhole: true }
    if (hasAt(bytes, at + 4, ACTL)) frames = view.getUint32(body)
    at = body + bodyBytes + CHUNK_SUM_BYTES
  }
  return { frames, isWhole: false }
}

function hasAt(bytes: Uint8Array, at: number, magic: readonly number[]): boolean {
  return magic.every((byte, index) => bytes[at + index] === byte)
}
