/** From the Pixel Data element to stored samples (PS3.5 section 8 and Annex A.4). */
import type { DataSet, Element } from 'dicom-parser'
import { checkCodestream } from './codestream.js'
import type { DicomFile } from './dataset.js'
import { dicomFault } from './fault.js'
import type { DecodeFrame } from './native-codecs.js'
import { frameBytes, type PixelFormat } from './pixel-format.js'
import { decodeRle } from './rle.js'
import type { TransferSyntax } from './transfer-syntax.js'

export interface StoredSamples {
  /** [rows, columns], with whatever stands in the bits that are not stored. */
  readonly data: Uint8Array | Uint16Array
  /** The frame's code left something out. */
  readonly isLossy: boolean
  /** Of the Pixel Data as it stands in the file. */
  readonly encodedBytes: number
}

/** Throws `malformed_image` for anything but exactly one whole frame. */
export function readSamples({ dataSet, syntax }: DicomFile, format: PixelFormat, decode: DecodeFrame): StoredSamples {
  const element = dataSet.elements['x7fe00010']
  if (element === undefined) throw dicomFault('it holds no pixel data')
  if (syntax.coding === 'native') {
    const bytes = nativeBytes(dataSet, element, format)
    return {
      data: toSamples(bytes, format, isSwapped(element, syntax, format)),
      isLossy: false,
      encodedBytes: bytes.length,
    }
  }
  const frame = encapsulatedFrame(dataSet, element)
  const encodedBytes = frame.length
  if (syntax.coding === 'rle')
    return { data: toSamples(decodeRle(frame, format), format), isLossy: false, encodedBytes }
  const { isReversible } = checkCodestream(frame, syntax, format)
  return { data: toSamples(decode(frame, syntax.coding, format), format), isLossy: !isReversible, encodedBytes }
}

/** Exactly the frame, and one byte of padding where its length is odd. */
function nativeBytes(dataSet: DataSet, element: Element, format: PixelFormat): Uint8Array {
  const expected = frameBytes(format)
  if (element.encapsulatedPixelData === true || element.hadUndefinedLength === true)
    throw dicomFault('its pixel data is encapsulated and its transfer syntax says that it is not')
  if (element.length !== expected + (expected % 2) || element.dataOffset + element.length > dataSet.byteArray.length)
    throw dicomFault(`its pixel data has ${element.length} bytes and its header says ${expected}`)
  return dataSet.byteArray.subarray(element.dataOffset, element.dataOffset + element.length)
}

/** The fragments of the one frame behind the offset table; the table itself says nothing of one frame. */
function encapsulatedFrame(dataSet: DataSet, { fragments, encapsulatedPixelData }: Element): Uint8Array {
  if (encapsulatedPixelData !== true || fragments === undefined || fragments.length === 0)
    throw dicomFault('its pixel data is not encapsulated as its transfer syntax asks')
  const { byteArray } = dataSet
  const parts = fragments.map(({ position, length }) => {
    if (position + length > byteArray.length) throw dicomFault('its pixel data is truncated')
    return byteArray.subarray(position, position + length)
  })
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts)
}

/** Words of a big endian file are swapped; samples of 8 bits too where they stand in words (PS3.5 Annex A.3). */
function isSwapped({ vr }: Element, { isBigEndian }: TransferSyntax, { bitsAllocated }: PixelFormat): boolean {
  return isBigEndian === true && (bitsAllocated === 16 || vr === 'OW')
}

/** Where the samples stand if they can be read there: at any address, and as the machine has them. */
function toSamples(bytes: Uint8Array, format: PixelFormat, isSwapped = false): Uint8Array | Uint16Array {
  const count = format.rows * format.columns
  const isReadable = bytes.byteOffset % 2 === 0 && !isSwapped
  const own = isReadable ? bytes : Uint8Array.from(bytes)
  if (isSwapped) Buffer.from(own.buffer).swap16()
  return format.bitsAllocated === 16 ? new Uint16Array(own.buffer, own.byteOffset, count) : own.subarray(0, count)
}
