/** The transfer syntaxes that are read (PS3.5 Annex A), by what has to be done for each. */

/** How the frame is coded; `native` is no code at all. */
export type FrameCoding = 'native' | 'rle' | 'jpeg' | 'jpeg_ls' | 'jpeg_2000' | 'ht_jpeg_2000'

export interface TransferSyntax {
  readonly uid: string
  readonly name: string
  readonly isImplicit?: true
  readonly isBigEndian?: true
  readonly isDeflated?: true
  readonly coding: FrameCoding
  /** The code may leave something out. */
  readonly mayLose?: true
}

const ROOT = '1.2.840.10008.1.2'

const SYNTAXES: readonly TransferSyntax[] = [
  { uid: ROOT, name: 'implicit little endian', isImplicit: true, coding: 'native' },
  { uid: `${ROOT}.1`, name: 'explicit little endian', coding: 'native' },
  { uid: `${ROOT}.1.99`, name: 'deflated explicit little endian', isDeflated: true, coding: 'native' },
  { uid: `${ROOT}.2`, name: 'explicit big endian', isBigEndian: true, coding: 'native' },
  { uid: `${ROOT}.5`, name: 'RLE lossless', coding: 'rle' },
  { uid: `${ROOT}.4.50`, name: 'JPEG baseline', coding: 'jpeg', mayLose: true },
  { uid: `${ROOT}.4.51`, name: 'JPEG extended', coding: 'jpeg', mayLose: true },
  { uid: `${ROOT}.4.57`, name: 'JPEG lossless, process 14', coding: 'jpeg' },
  { uid: `${ROOT}.4.70`, name: 'JPEG lossless, process 14, first-order prediction', coding: 'jpeg' },
  { uid: `${ROOT}.4.80`, name: 'JPEG-LS lossless', coding: 'jpeg_ls' },
  { uid: `${ROOT}.4.81`, name: 'JPEG-LS near-lossless', coding: 'jpeg_ls', mayLose: true },
  { uid: `${ROOT}.4.90`, name: 'JPEG 2000 lossless', coding: 'jpeg_2000' },
  { uid: `${ROOT}.4.91`, name: 'JPEG 2000', coding: 'jpeg_2000', mayLose: true },
  { uid: `${ROOT}.4.201`, name: 'HTJ2K lossless', coding: 'ht_jpeg_2000' },
  { uid: `${ROOT}.4.202`, name: 'HTJ2K lossless RPCL', coding: 'ht_jpeg_2000' },
  { uid: `${ROOT}.4.203`, name: 'HTJ2K', coding: 'ht_jpeg_2000', mayLose: true },
]

export const TRANSFER_SYNTAXES: ReadonlyMap<string, TransferSyntax> = new Map(
  SYNTAXES.map((syntax) => [syntax.uid, syntax]),
)
