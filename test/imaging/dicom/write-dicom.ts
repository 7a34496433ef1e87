/** A writer of small Part 10 files, explicit little endian, for tests: everything can be said wrong. */

export type Value = string | number | readonly number[] | Uint8Array | readonly Elements[]
/** By tag, `ggggeeee`, as [VR, value]; a value of `undefined` leaves the element out. */
export type Elements = Readonly<Record<string, readonly [vr: string, value: Value | undefined]>>

export const EXPLICIT = '1.2.840.10008.1.2.1'
const LONG_FORM: ReadonlySet<string> = new Set(['OB', 'OW', 'SQ', 'UN', 'UT'])

export interface FilmSource {
  readonly rows: number
  readonly columns: number
  readonly samples: Uint8Array | Uint16Array | Int16Array
  readonly bitsStored?: number
}

/** A DX film of the chest in every module that is read, as its makers write it. */
export function filmElements({ rows, columns, samples, bitsStored }: FilmSource): Elements {
  const allocated = samples.BYTES_PER_ELEMENT * 8
  const stored = bitsStored ?? allocated
  return {
    '00080005': ['CS', 'ISO_IR 192'],
    '00080008': ['CS', 'ORIGINAL\\PRIMARY'],
    '00080016': ['UI', '1.2.840.10008.5.1.4.1.1.1.1'],
    '00080018': ['UI', '2.25.1001'],
    '00080020': ['DA', '20261123'],
    '00080060': ['CS', 'DX'],
    '00080068': ['CS', 'FOR PRESENTATION'],
    '00100010': ['PN', 'Planted^Patient'],
    '00100020': ['LO', 'PLANTED-ID-1'],
    '00180015': ['CS', 'CHEST'],
    '00181164': ['DS', '0.143\\0.143'],
    '00185101': ['CS', 'PA'],
    '0020000d': ['UI', '2.25.2001'],
    '0020000e': ['UI', '2.25.3001'],
    '00200013': ['IS', '1'],
    '00200020': ['CS', 'L\\F'],
    '00200062': ['CS', 'U'],
    '00280002': ['US', 1],
    '00280004': ['CS', 'MONOCHROME2'],
    '00280010': ['US', rows],
    '00280011': ['US', columns],
    '00280100': ['US', allocated],
    '00280101': ['US', stored],
    '00280102': ['US', stored - 1],
    '00280103': ['US', samples instanceof Int16Array ? 1 : 0],
    '00280301': ['CS', 'NO'],
    '7fe00010': [allocated === 8 ? 'OB' : 'OW', new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)],
  }
}

export function writeDicom(elements: Elements, syntax = EXPLICIT): Buffer {
  const meta = writeElements({
    '00020001': ['OB', Uint8Array.of(0, 1)],
    '00020002': ['UI', '1.2.840.10008.5.1.4.1.1.1.1'],
    '00020003': ['UI', elements['00080018']?.[1] ?? '2.25.1001'],
    '00020010': ['UI', syntax],
    '00020012': ['UI', '2.25.9'],
  })
  const length = Buffer.alloc(12)
  length.write('\x02\0\0\0UL\x04\0', 'latin1')
  length.writeUInt32LE(meta.length, 8)
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), length, meta, writeElements(elements)])
}

/** One frame as fragments behind an empty offset table; the value of `7fe00010` of an encapsulated syntax. */
export function encapsulate(fragments: readonly Uint8Array[]): Uint8Array {
  const parts = [Uint8Array.of(), ...fragments].map((fragment) => {
    const padded = Buffer.alloc(fragment.length + (fragment.length % 2))
    padded.set(fragment)
    return Buffer.concat([item(padded.length), padded])
  })
  return Buffer.concat([...parts, Buffer.from('feffdde000000000', 'hex')])
}

function writeElements(elements: Elements): Buffer {
  const tags = Object.keys(elements).sort()
  return Buffer.concat(
    tags.flatMap((tag) => {
      const [vr, value] = elements[tag]!
      return value === undefined ? [] : [writeElement(tag, vr, value)]
    }),
  )
}

export function writeElement(tag: string, vr: string, value: Value): Buffer {
  // The VR says so: pixel data that `encapsulate` made has no length.
  const isEncapsulated = vr === 'OB*'
  const own = isEncapsulated ? 'OB' : vr
  const bytes = valueBytes(own, value)
  const isLong = LONG_FORM.has(own)
  const head = Buffer.alloc(isLong ? 12 : 8)
  head.writeUInt16LE(parseInt(tag.slice(0, 4), 16), 0)
  head.writeUInt16LE(parseInt(tag.slice(4), 16), 2)
  head.write(own, 4, 'latin1')
  if (isLong) head.writeUInt32LE(isEncapsulated ? 0xffffffff : bytes.length, 8)
  else head.writeUInt16LE(bytes.length, 6)
  return Buffer.concat([head, bytes])
}

function valueBytes(vr: string, value: Value): Buffer {
  if (typeof value === 'string') return padded(Buffer.from(value, 'utf8'), vr === 'UI' ? 0 : 0x20)
  if (value instanceof Uint8Array) return padded(Buffer.from(value), 0)
  if (vr === 'SQ') {
    const items = (value as readonly Elements[]).map((elements) => writeElements(elements))
    return Buffer.concat(items.flatMap((bytes) => [item(bytes.length), bytes]))
  }
  const numbers = typeof value === 'number' ? [value] : (value as readonly number[])
  return Buffer.from(Uint16Array.from(numbers).buffer)
}

function item(length: number): Buffer {
  const head = Buffer.from('feff00e000000000', 'hex')
  head.writeUInt32LE(length, 4)
  return head
}

function padded(bytes: Buffer, fill: number): Buffer {
  return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.of(fill)])
}
