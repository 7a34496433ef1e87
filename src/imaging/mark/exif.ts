/** The few tags that a mark needs, as a TIFF file of its own (CIPA DC-008, section 4.5). */

const ASCII = 2
const LONG = 4
const UNDEFINED = 7
const IMAGE_DESCRIPTION = 0x010e
const SOFTWARE = 0x0131
const EXIF_DIRECTORY = 0x8769
const USER_COMMENT = 0x9286

const HEADER_BYTES = 8
const ENTRY_BYTES = 12
/** A value of up to so many bytes stands in the entry itself. */
const INLINE_BYTES = 4

interface Entry {
  readonly tag: number
  readonly type: number
  /** Of bytes, or of one LONG. */
  readonly count: number
  readonly value: Buffer
}

/** Big-endian, so that the comment's UTF-16 is what every reader takes it for. `comment` is any text. */
export function exifBlock(description: string, comment: string): Buffer {
  const utf16 = Buffer.from(comment, 'utf16le').swap16()
  const ascii = (tag: number, text: string): Entry => bytes(tag, ASCII, Buffer.from(`${text}\0`, 'latin1'))
  const pointer = Buffer.alloc(4)
  const main = [
    ascii(IMAGE_DESCRIPTION, description),
    ascii(SOFTWARE, 'radserve'),
    { tag: EXIF_DIRECTORY, type: LONG, count: 1, value: pointer },
  ]
  const exif = [bytes(USER_COMMENT, UNDEFINED, Buffer.concat([Buffer.from('UNICODE\0', 'latin1'), utf16]))]
  const exifAt = HEADER_BYTES + directory(main, HEADER_BYTES).length
  pointer.writeUInt32BE(exifAt)
  return Buffer.concat([
    Buffer.from([0x4d, 0x4d, 0, 42, 0, 0, 0, HEADER_BYTES]),
    directory(main, HEADER_BYTES),
    directory(exif, exifAt),
  ])
}

function bytes(tag: number, type: number, value: Buffer): Entry {
  return { tag, type, count: value.length, value }
}

/** One directory and behind it the values that do not fit into its entries; `at` is where it will stand. */
function directory(entries: readonly Entry[], at: number): Buffer {
  const head = Buffer.alloc(2 + entries.length * ENTRY_BYTES + 4)
  const values: Buffer[] = []
  head.writeUInt16BE(entries.length)
  let valueAt = at + head.length
  entries.forEach(({ tag, type, count, value }, index) => {
    const entryAt = 2 + index * ENTRY_BYTES
    head.writeUInt16BE(tag, entryAt)
    head.writeUInt16BE(type, entryAt + 2)
    head.writeUInt32BE(count, entryAt + 4)
    if (value.length <= INLINE_BYTES) {
      value.copy(head, entryAt + 8)
      return
    }
    head.writeUInt32BE(valueAt, entryAt + 8)
    // Values begin on a word boundary.
    const padded = value.length % 2 === 0 ? value : Buffer.concat([value, Buffer.alloc(1)])
    values.push(padded)
    valueAt += padded.length
  })
  return Buffer.concat([head, ...values])
}
