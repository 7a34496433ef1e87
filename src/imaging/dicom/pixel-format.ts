/** What the Image Pixel module (PS3.3 C.7.6.3) says of the stored samples, as far as projection radiographs go. */
import type { DataSet } from 'dicom-parser'
import { AppError } from '../../errors.js'
import { decimalsOf, optionalShort, shortOf, textOf } from './elements.js'
import { dicomFault } from './fault.js'

export interface PixelFormat {
  readonly rows: number
  readonly columns: number
  readonly bitsAllocated: 8 | 16
  readonly bitsStored: number
  readonly highBit: number
  readonly isSigned: boolean
  readonly photometric: 'MONOCHROME1' | 'MONOCHROME2'
}

/** As a detector has it at most, and a side of an image of any format. */
const MAX_SIDE_PX = 65_500

/**
 * Throws `image_unfit` for several frames and for colours, `malformed_image` for what is no gray of 8 or 16 bits, and
 * `too_large`.
 */
export function readPixelFormat(dataSet: DataSet, maxPixels: number): PixelFormat {
  const frames = decimalsOf(dataSet, 'x00280008')?.[0] ?? 1
  if (frames !== 1) throw unfit('multi_frame', 'The DICOM file holds several frames; a radiograph is one.')
  const photometric = textOf(dataSet, 'x00280004')
  const samples = shortOf(dataSet, 'x00280002', 'samples per pixel')
  if (samples !== 1 || (photometric !== 'MONOCHROME1' && photometric !== 'MONOCHROME2'))
    throw unfit('photometric', 'The DICOM file is not gray: a radiograph is MONOCHROME1 or MONOCHROME2.')
  const rows = shortOf(dataSet, 'x00280010', 'rows')
  const columns = shortOf(dataSet, 'x00280011', 'columns')
  checkSize(rows, columns, maxPixels)
  const bitsAllocated = shortOf(dataSet, 'x00280100', 'bits allocated')
  const bitsStored = shortOf(dataSet, 'x00280101', 'bits stored')
  const highBit = optionalShort(dataSet, 'x00280102') ?? bitsStored - 1
  const sign = shortOf(dataSet, 'x00280103', 'pixel representation')
  if (bitsAllocated !== 8 && bitsAllocated !== 16)
    throw dicomFault(`it has ${bitsAllocated} bits a pixel; 8 and 16 are read`)
  if (bitsStored < 1 || highBit + 1 < bitsStored || highBit >= bitsAllocated || sign > 1)
    throw dicomFault('its bits stored do not fit into its bits allocated')
  return { rows, columns, bitsAllocated, bitsStored, highBit, isSigned: sign === 1, photometric }
}

function checkSize(rows: number, columns: number, maxPixels: number): void {
  if (rows === 0 || columns === 0) throw dicomFault('it has no pixels')
  if (rows * columns <= maxPixels && Math.max(rows, columns) <= MAX_SIDE_PX) return
  throw new AppError('too_large', `The image has ${columns}x${rows} pixels; at most ${maxPixels} are read.`, {
    details: { limit: 'MAX_IMAGE_PIXELS' },
  })
}

/** Such a file cannot be read as a film at all, whatever the gate is set to. */
function unfit(reason: 'multi_frame' | 'photometric', message: string): AppError {
  return new AppError('image_unfit', message, { details: { reason } })
}

/** Of the whole frame as it is stored without a code. */
export function frameBytes({ rows, columns, bitsAllocated }: PixelFormat): number {
  return rows * columns * (bitsAllocated / 8)
}
