/** The only user of `dcmjs`: attributes by their keywords become a Part 10 file, explicit little endian, texts in UTF-8. */
import { randomUUID } from 'node:crypto'
import dcmjs from 'dcmjs'
import { IMPLEMENTATION_CLASS_UID } from '../part-10.js'

const { DicomDict, DicomMetaDictionary } = dcmjs.data

export type DicomValue =
  string | number | Dataset | readonly string[] | readonly number[] | readonly ArrayBuffer[] | readonly Dataset[]
/** Attributes by keyword (PS3.6); a sequence is a list of data sets. `_vrMap` says the type of those that have several. */
export interface Dataset {
  readonly [keyword: string]: DicomValue
}

/** PixelData (7FE0,0010), which is the last element of every object that is written here. */
export interface PixelBytes {
  readonly vr: 'OB' | 'OW'
  readonly bytes: Uint8Array
}

const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1'
const PIXEL_DATA_HEAD_BYTES = 12

/** A UID by the rule of PS3.5 B.2. */
export function newUid(): string {
  return `2.25.${BigInt(`0x${randomUUID().replaceAll('-', '')}`).toString()}`
}

/**
 * The bytes of the file. The library sees some kilobytes of attributes only; pixels are put behind them, so that an image
 * of 20 MB costs one copy of memory in this thread.
 */
export function writeObject(dataset: Dataset, pixels?: PixelBytes): Buffer {
  const file = new DicomDict(
    DicomMetaDictionary.denaturalizeDataset({
      FileMetaInformationVersion: Uint8Array.of(0, 1).buffer,
      MediaStorageSOPClassUID: dataset['SOPClassUID'],
      MediaStorageSOPInstanceUID: dataset['SOPInstanceUID'],
      TransferSyntaxUID: EXPLICIT_LITTLE_ENDIAN,
      ImplementationClassUID: IMPLEMENTATION_CLASS_UID,
      ImplementationVersionName: 'RADSERVE',
    }),
  )
  file.dict = DicomMetaDictionary.denaturalizeDataset({ SpecificCharacterSet: 'ISO_IR 192', ...dataset })
  const head = Buffer.from(file.write())
  return pixels === undefined ? head : Buffer.concat([head, ...pixelElement(pixels)])
}

/** Explicit VR with a length of 32 bits (PS3.5 section 7.1.2), padded to an even length. */
function pixelElement({ vr, bytes }: PixelBytes): Uint8Array[] {
  const padding = new Uint8Array(bytes.length % 2)
  const head = Buffer.alloc(PIXEL_DATA_HEAD_BYTES)
  head.writeUInt16LE(0x7fe0, 0)
  head.writeUInt16LE(0x0010, 2)
  head.write(vr, 4, 'latin1')
  head.writeUInt32LE(bytes.length + padding.length, 8)
  return [head, bytes, padding]
}
