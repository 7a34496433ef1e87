/** The goldens that `test/fixtures/imaging/make_goldens.py` wrote. */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

const FOLDER = new URL('../fixtures/imaging/', import.meta.url)

export interface Golden {
  readonly kind: 'film' | 'odd' | 'file' | 'luma' | 'prepared'
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
  readonly bits: 8 | 16 | 32
  readonly offset: number
  readonly bytes: number
  readonly film?: string
  readonly file?: string
  readonly method?: string
  readonly source?: readonly [number, number]
  readonly within?: number
  readonly spec?: string
}

const pixels = gunzipSync(readFileSync(new URL('goldens.bin.gz', FOLDER)))

export const goldens = JSON.parse(readFileSync(new URL('goldens.json', FOLDER), 'utf8')) as readonly Golden[]

export function goldensOf(kind: Golden['kind']): Golden[] {
  return goldens.filter((golden) => golden.kind === kind)
}

export function goldenPixels(golden: Golden): Uint8Array | Uint16Array | Float32Array {
  const bytes = new Uint8Array(pixels.subarray(golden.offset, golden.offset + golden.bytes))
  if (golden.bits === 32) return new Float32Array(bytes.buffer)
  return golden.bits === 8 ? bytes : new Uint16Array(bytes.buffer)
}

export function fixtureBytes(path: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(path, FOLDER)))
}

/** The largest difference between two arrays of equal length; infinite when the lengths differ. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity
  let largest = 0
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!))
  return largest
}

/** Numbers below an end, the same for the same seed. */
export function seededBelow(seed: number): (end: number) => number {
  let state = seed
  return (end) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    return (state >> 8) % end
  }
}

/** The pixels that `noise` in make_goldens.py makes. */
export function noisePlane(width: number, height: number): { width: number; height: number; data: Uint8Array } {
  const data = new Uint8Array(width * height)
  let state = 12345 + width * 1009 + height
  for (let i = 0; i < data.length; i++) {
    // The product passes 2^53: the low 31 bits are taken from 32-bit arithmetic.
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    data[i] = (state >> 16) & 0xff
  }
  return { width, height, data }
}

export const ROOMY = { imageBytes: 50_000_000, imagePixels: 100_000_000 }
