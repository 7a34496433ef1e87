/**
 * Our own reading of what a compressed frame says of itself, before a decoder sees it. The decoders believe the frame or
 * the header, whichever they look at first, and read past the shorter of the two.
 */
import { dicomFault } from './fault.js'
import { readJpeg2000Header } from './jpeg-2000-header.js'
import { readJpegHeader } from './jpeg-header.js'
import type { PixelFormat } from './pixel-format.js'
import type { TransferSyntax } from './transfer-syntax.js'

export interface CodestreamHeader {
  readonly columns: number
  readonly rows: number
  readonly components: number
  /** Bits of a sample. */
  readonly precision: number
  /** JPEG and JPEG-LS know no sign. */
  readonly isSigned?: boolean
  /** The code gives back what went in. */
  readonly isReversible: boolean
}

/** Throws `malformed_image` unless the codestream is of the syntax, whole, and of the size and bits that the header says. */
export function checkCodestream(frame: Uint8Array, syntax: TransferSyntax, format: PixelFormat): CodestreamHeader {
  const header =
    syntax.coding === 'jpeg' || syntax.coding === 'jpeg_ls'
      ? readJpegHeader(frame, syntax)
      : readJpeg2000Header(frame, syntax)
  const { rows, columns, bitsStored, bitsAllocated, isSigned } = format
  if (header.columns !== columns || header.rows !== rows)
    throw dicomFault(
      `its codestream has ${header.columns}x${header.rows} pixels and its header says ${columns}x${rows}`,
    )
  if (header.components !== 1) throw dicomFault(`its codestream has ${header.components} components; a film has one`)
  // The samples may be coded in all of the allocated bits, never in fewer than are stored.
  if (header.precision < bitsStored || header.precision > bitsAllocated)
    throw dicomFault(
      `its codestream has ${header.precision} bits and its header says ${bitsStored} of ${bitsAllocated}`,
    )
  if (header.isSigned !== undefined && header.isSigned !== isSigned)
    throw dicomFault('its codestream and its header do not agree whether samples are signed')
  if (!header.isReversible && syntax.mayLose !== true)
    throw dicomFault('its codestream is lossy and its transfer syntax says that it is not')
  return header
}
