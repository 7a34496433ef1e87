export type FilmKind = 'png' | 'jpeg' | 'webp' | 'tiff' | 'dicom' | 'other'

/** Bytes that `kindOf` looks at. */
export const HEAD_BYTES = 132

const SIGNATURES: readonly (readonly [FilmKind, number, readonly number[]])[] = [
  ['png', 0, [0x89, 0x50, 0x4e, 0x47]],
  ['jpeg', 0, [0xff, 0xd8, 0xff]],
  ['webp', 8, [0x57, 0x45, 0x42, 0x50]],
  ['tiff', 0, [0x49, 0x49, 0x2a, 0x00]],
  ['tiff', 0, [0x4d, 0x4d, 0x00, 0x2a]],
  // PS3.10 section 7.1: a preamble of 128 bytes, then DICM.
  ['dicom', 128, [0x44, 0x49, 0x43, 0x4d]],
]

/** What a file is by its first bytes, whatever its name says. */
export function kindOf(head: Uint8Array): FilmKind {
  const found = SIGNATURES.find(([, at, bytes]) => bytes.every((byte, index) => head[at + index] === byte))
  return found?.[0] ?? 'other'
}

/** Whether a browser can draw it by itself. */
export function isDrawable(kind: FilmKind): boolean {
  return kind === 'png' || kind === 'jpeg' || kind === 'webp'
}
