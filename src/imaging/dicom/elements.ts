/** Values of elements as this service trusts them: of few characters, numbers that are numbers, items that are there. */
import type { DataSet } from 'dicom-parser'
import { dicomFault } from './fault.js'

/** A code string has 16 characters at most (PS3.5 section 6.2); a UID 64. */
const LONGEST_TEXT = 64

/** One value of a text, without its padding; `undefined` where it is absent, empty or longer than any that is read. */
export function textOf(dataSet: DataSet, tag: string, index = 0): string | undefined {
  const element = dataSet.elements[tag]
  if (element === undefined || element.length > LONGEST_TEXT * 8) return undefined
  // A UID is padded with a zero byte, which ends a text for the library.
  const text = dataSet.string(tag, index)?.trim()
  return text === undefined || text === '' || text.length > LONGEST_TEXT ? undefined : text
}

/** All values of a decimal string (DS); `undefined` where it is absent or holds something else. */
export function decimalsOf(dataSet: DataSet, tag: string): number[] | undefined {
  const first = textOf(dataSet, tag)
  if (first === undefined) return undefined
  const count = Math.min(dataSet.numStringValues(tag) ?? 1, 8)
  const values = Array.from({ length: count }, (_, at) => Number(textOf(dataSet, tag, at) ?? NaN))
  return values.every(Number.isFinite) ? values : undefined
}

/** An unsigned short (US). Throws `malformed_image` where there is none. */
export function shortOf(dataSet: DataSet, tag: string, name: string): number {
  const value = optionalShort(dataSet, tag)
  if (value === undefined) throw dicomFault(`it does not say its ${name}`)
  return value
}

export function optionalShort(dataSet: DataSet, tag: string, isSigned = false): number | undefined {
  if ((dataSet.elements[tag]?.length ?? 0) < 2) return undefined
  return isSigned ? dataSet.int16(tag) : dataSet.uint16(tag)
}

/** The first item of a sequence. */
export function firstItem(dataSet: DataSet, tag: string): DataSet | undefined {
  return dataSet.elements[tag]?.items?.[0]?.dataSet
}
