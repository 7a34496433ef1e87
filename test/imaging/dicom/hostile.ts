/** Hostile DICOM files from sound ones: headers, lengths and codestreams changed by a seed. */

import { createRandom } from '../../load/random.js'

export const MUTATIONS = ['header', 'lengths', 'body', 'truncated', 'spliced', 'sizes', 'markers', 'anything'] as const

const US_ROWS_TO_SIGN = [0x10, 0x11, 0x100, 0x101, 0x102, 0x103, 0x02, 0x08]

/** The file with the number `seed` of those that can be made of `films`. */
export function hostileFile(films: readonly Uint8Array[], seed: number): { kind: string; bytes: Buffer } {
  const random = createRandom(seed)
  const upTo = (most: number): number => Math.floor(random.next() * most)
  const bytes = Buffer.from(films[upTo(films.length)]!)
  const kind = MUTATIONS[seed % MUTATIONS.length]!
  const headEnd = Math.min(bytes.length, 1600)
  const change = (from: number, to: number, count: number): void => {
    for (let i = 0; i < count; i++) bytes[from + upTo(to - from)] = upTo(256)
  }
  switch (kind) {
    case 'header':
      change(132, headEnd, 1 + upTo(8))
      break
    case 'lengths':
      // Any four bytes of the header as a length near the limits of its kind.
      bytes.writeUInt32LE([0, 1, 0xff, 0xffff, 0x7fffffff, 0xfffffffe, 0xffffffff][upTo(7)]!, 132 + upTo(headEnd - 140))
      break
    case 'body':
      change(headEnd, bytes.length, 1 + upTo(40))
      break
    case 'truncated':
      return { kind, bytes: bytes.subarray(0, upTo(bytes.length)) }
    case 'spliced': {
      const other = films[upTo(films.length)]!
      return { kind, bytes: Buffer.concat([bytes.subarray(0, upTo(bytes.length)), other.subarray(upTo(other.length))]) }
    }
    case 'sizes': {
      const element = US_ROWS_TO_SIGN[upTo(US_ROWS_TO_SIGN.length)]!
      const at = bytes.indexOf(Buffer.from([0x28, 0, element & 0xff, element >> 8, 0x55, 0x53]))
      if (at > 0) bytes.writeUInt16LE([0, 1, 8, 16, 100, 4000, 32767, 65535][upTo(8)]!, at + 8)
      break
    }
    case 'markers': {
      // A marker of JPEG or JPEG 2000 where there was another byte pair, or one of its parameters.
      const at = bytes.indexOf(0xff, headEnd - 400 + upTo(Math.max(1, bytes.length - headEnd)))
      if (at > 0 && at + 8 < bytes.length) change(at, at + 8, 1 + upTo(4))
      break
    }
    case 'anything':
      change(0, bytes.length, 1 + upTo(200))
  }
  return { kind, bytes }
}
