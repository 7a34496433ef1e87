import type { Rectangle, Size } from '../geometry.js'

/** What is inside and what is not: uint8[height, width] of 1 and 0. */
export interface Mask extends Size {
  readonly data: Uint8Array
}

/** The smallest rectangle that holds every inside pixel, its right and bottom exclusive; `undefined` for an empty mask. */
export function maskBox({ width, height, data }: Mask): Rectangle | undefined {
  const top = data.indexOf(1)
  if (top < 0) return undefined
  const firstRow = Math.floor(top / width)
  const lastRow = Math.floor(data.lastIndexOf(1) / width)
  let left = width
  let right = 0
  for (let y = firstRow; y <= Math.min(lastRow, height - 1); y++) {
    const row = data.subarray(y * width, (y + 1) * width)
    const first = row.indexOf(1)
    if (first < 0) continue
    left = Math.min(left, first)
    right = Math.max(right, row.lastIndexOf(1) + 1)
  }
  return { left, top: firstRow, right, bottom: lastRow + 1 }
}

export function maskArea({ data }: Mask): number {
  let area = 0
  for (let i = 0; i < data.length; i++) area += data[i]!
  return area
}

/** Multiplied by it, four bytes of 0 or 1 stand side by side in the highest of four bytes, the first one lowest. */
const TOGETHER = 0x01020408

/** 1 bit a pixel, row by row without gaps, the first pixel lowest in its byte, as DICOM has it (PS3.5 section 8.1.1). */
export function packMask({ data }: Mask): Uint8Array {
  const bits = new Uint8Array(Math.ceil(data.length / 8))
  const whole = data.length >> 3
  const fours = new Uint32Array(data.buffer, data.byteOffset, whole * 2)
  for (let byte = 0; byte < whole; byte++) {
    const low = Math.imul(fours[byte * 2]!, TOGETHER) >>> 24
    const high = Math.imul(fours[byte * 2 + 1]!, TOGETHER) >>> 24
    bits[byte] = low | (high << 4)
  }
  for (let at = whole * 8; at < data.length; at++) bits[whole]! |= data[at]! << (at & 7)
  return bits
}
