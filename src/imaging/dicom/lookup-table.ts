/** Lookup tables of the Modality and VOI LUT modules (PS3.3 C.11.1.1 and C.11.2.1.1). */
import type { DataSet } from 'dicom-parser'
import { firstItem, optionalShort } from './elements.js'
import { dicomFault } from './fault.js'

export interface LookupTable {
  /** The input that the first entry is of; below and above the ends the first and the last entry hold. */
  readonly first: number
  readonly entries: Uint16Array
  /** Bits of an entry. */
  readonly bits: number
}

/** The first item of a sequence of tables; `undefined` where there is none. Throws `malformed_image` for one that is not sound. */
export function readLookupTable(dataSet: DataSet, sequence: string, isSigned: boolean): LookupTable | undefined {
  const item = firstItem(dataSet, sequence)
  if (item === undefined) return undefined
  const descriptor = item.elements['x00283002']
  const data = item.elements['x00283006']
  const bits = descriptor === undefined ? undefined : item.uint16('x00283002', 2)
  const said = optionalShort(item, 'x00283002')
  if (descriptor === undefined || data === undefined || descriptor.length < 6 || said === undefined) throw broken()
  if (bits === undefined || bits < 8 || bits > 16) throw broken()
  // C.11.1.1.1: 0 is 65536 entries, and the second value has the sign of the samples.
  const count = said === 0 ? 65_536 : said
  const first = (isSigned ? item.int16('x00283002', 1) : item.uint16('x00283002', 1))!
  const entries = readEntries(item, count, bits)
  return { first, entries, bits }
}

function readEntries(item: DataSet, count: number, bits: number): Uint16Array {
  const { length, dataOffset } = item.elements['x00283006']!
  if (dataOffset + length > item.byteArray.length) throw broken()
  // Entries of 8 bits stand two in a word, or one as some writers have it.
  const isPacked = bits === 8 && length === count + (count % 2)
  if (!isPacked && length !== count * 2) throw broken()
  return Uint16Array.from({ length: count }, (_, at) =>
    isPacked ? item.byteArray[dataOffset + at]! : item.uint16('x00283006', at)!,
  )
}

export function lookUp({ first, entries }: LookupTable, value: number): number {
  return entries[Math.min(Math.max(Math.round(value) - first, 0), entries.length - 1)]!
}

function broken() {
  return dicomFault('a lookup table is not sound')
}
