/** The head of a DICOM file (PS3.10 section 7.1): 128 bytes, `DICM`, and the group 0002 in explicit little endian. */

/** Of this service; made once by the rule of PS3.5 B.2. */
export const IMPLEMENTATION_CLASS_UID = '2.25.231508871904713905274018829937715624170'
export const IMPLEMENTATION_VERSION = 'RADSERVE'

const PREAMBLE_BYTES = 128
const PREFIX = Buffer.from('DICM')
/** Elements of group 0002 that one file may have; the standard knows sixteen. */
const MAX_ELEMENTS = 64
/** Value representations whose length has four bytes (PS3.5 section 7.1.2). */
const LONG = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV'])
/** PS3.5 section 9.1. */
const UID = /^(?=.{1,64}$)\d+(\.\d+)*$/

export interface ObjectIdentity {
  readonly sopClassUid: string
  readonly sopInstanceUid: string
  readonly transferSyntaxUid: string
}

/** `dataSetAt`: the byte where the data set begins, in its transfer syntax. */
export type Part10Head = ObjectIdentity & { readonly dataSetAt: number }

/** `undefined` for bytes that are no whole head with the three UIDs. */
export function readPart10Head(file: Uint8Array): Part10Head | undefined {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
  if (!bytes.subarray(PREAMBLE_BYTES, PREAMBLE_BYTES + PREFIX.length).equals(PREFIX)) return undefined
  const values = new Map<number, string>()
  let at = PREAMBLE_BYTES + PREFIX.length
  for (let read = 0; read < MAX_ELEMENTS && at + 8 <= bytes.length && bytes.readUInt16LE(at) === 2; read++) {
    const isLong = LONG.has(bytes.toString('latin1', at + 4, at + 6))
    if (isLong && at + 12 > bytes.length) return undefined
    const from = at + (isLong ? 12 : 8)
    const to = from + (isLong ? bytes.readUInt32LE(at + 8) : bytes.readUInt16LE(at + 6))
    if (to > bytes.length) return undefined
    if (!isLong) values.set(bytes.readUInt16LE(at + 2), uidText(bytes.subarray(from, to)))
    at = to
  }
  const [sopClassUid = '', sopInstanceUid = '', transferSyntaxUid = ''] = [0x02, 0x03, 0x10].map((tag) =>
    values.get(tag),
  )
  if (![sopClassUid, sopInstanceUid, transferSyntaxUid].every(isUid)) return undefined
  return { sopClassUid, sopInstanceUid, transferSyntaxUid, dataSetAt: at }
}

/** What stands before a data set that came without a file. */
export function writePart10Head(object: ObjectIdentity, source: { readonly aeTitle: string }): Buffer {
  const elements = Buffer.concat([
    fileVersion(),
    short(0x02, 'UI', object.sopClassUid),
    short(0x03, 'UI', object.sopInstanceUid),
    short(0x10, 'UI', object.transferSyntaxUid),
    short(0x12, 'UI', IMPLEMENTATION_CLASS_UID),
    short(0x13, 'SH', IMPLEMENTATION_VERSION),
    short(0x16, 'AE', source.aeTitle),
  ])
  const groupLength = Buffer.from([2, 0, 0, 0, 0x55, 0x4c, 4, 0, 0, 0, 0, 0])
  groupLength.writeUInt32LE(elements.length, 8)
  return Buffer.concat([Buffer.alloc(PREAMBLE_BYTES), PREFIX, groupLength, elements])
}

export function isUid(text: string): boolean {
  return UID.test(text)
}

/** A UID of a field, which is filled with a NUL or, by some, a space. */
export function uidText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString('latin1')
    .replace(/[\0 ]+$/, '')
}

/** (0002,0001) OB 00\01 */
function fileVersion(): Buffer {
  return Buffer.from([2, 0, 1, 0, 0x4f, 0x42, 0, 0, 2, 0, 0, 0, 0, 1])
}

function short(element: number, vr: 'UI' | 'SH' | 'AE', text: string): Buffer {
  const value = Buffer.from(text.length % 2 === 0 ? text : text + (vr === 'UI' ? '\0' : ' '), 'latin1')
  const head = Buffer.alloc(8)
  head.writeUInt16LE(2, 0)
  head.writeUInt16LE(element, 2)
  head.write(vr, 4, 'latin1')
  head.writeUInt16LE(value.length, 6)
  return Buffer.concat([head, value])
}
