import { AppError } from '../../errors.js'

export interface RelatedLimits {
  readonly maxParts: number
  readonly maxPartBytes: number
  /** Of the whole body, headers and boundaries included. */
  readonly maxBytes: number
}

/** `body` is read before the next part is asked for, or it is passed over. */
export interface RelatedPart {
  /** By their names in lower case. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: AsyncIterable<Buffer>
}

export interface RelatedType {
  readonly boundary: string
  /** Media type of the parts, in lower case. */
  readonly type: string | undefined
}

const CRLF = Buffer.from('\r\n')
const HEADERS_END = Buffer.from('\r\n\r\n')
const MAX_HEADER_BYTES = 16_384
const MAX_HEADER_LINES = 64
/** Spaces that may stand between a boundary and the end of its line. */
const MAX_PADDING_BYTES = 256
const MAX_PREAMBLE_BYTES = 65_536

/** RFC 2387. Throws `malformed_body` for another type, or one without its boundary. */
export function relatedTypeOf(contentType: string): RelatedType {
  const parameter = (name: string): string | undefined => {
    const found = new RegExp(`;\\s*${name}=(?:"([^"]{1,256})"|([^\\s;"]{1,256}))`, 'i').exec(contentType)
    return found?.[1] ?? found?.[2]
  }
  const boundary = parameter('boundary')
  if (!/^multipart\/related\s*(;|$)/i.test(contentType) || boundary === undefined || boundary.length > 70)
    throw malformed('The content-type is not multipart/related with a boundary.')
  return { boundary, type: parameter('type')?.toLowerCase() }
}

/**
 * The parts of a `multipart/related` body as they arrive; no more than a chunk of them is in memory. Throws `malformed_body` for a
 * body without its boundaries, with headers that are too long, that ends early or has no part, and `too_large` beyond a limit.
 */
export async function* readRelatedParts(
  stream: AsyncIterable<Uint8Array>,
  contentType: string,
  limits: RelatedLimits,
): AsyncGenerator<RelatedPart, void, undefined> {
  const { boundary } = relatedTypeOf(contentType)
  const chunks = stream[Symbol.asyncIterator]()
  const cursor = createCursor(chunks, limits.maxBytes)
  try {
    let parts = 0
    let isOpen = await skipPreamble(cursor, boundary)
    while (isOpen) {
      if (++parts > limits.maxParts) throw tooLarge(`The body has more than ${limits.maxParts} parts.`)
      const headers = await readHeaders(cursor)
      await passLineBreak(cursor, boundary)
      const part = readBody(cursor, boundary, limits.maxPartBytes)
      yield { headers, body: part.bytes }
      await passOver(part.bytes)
      isOpen = part.isFollowed()
    }
    if (parts === 0) throw malformed('The body has no part.')
  } finally {
    await chunks.return?.()
  }
}

/** The bytes that have arrived and are not used up yet. */
interface Cursor {
  held: Buffer
  /** Adds what arrives next; throws `malformed_body` at the end of the stream. */
  more(): Promise<void>
}

function createCursor(chunks: AsyncIterator<Uint8Array>, maxBytes: number): Cursor {
  let bytes = 0
  return {
    held: Buffer.alloc(0),
    async more() {
      const next = await chunks.next()
      if (next.done === true) throw malformed('The body ends before its closing boundary.')
      const { value } = next
      bytes += value.byteLength
      if (bytes > maxBytes) throw tooLarge(`The body is larger than ${maxBytes} bytes.`)
      const chunk = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
      this.held = this.held.length === 0 ? chunk : Buffer.concat([this.held, chunk])
    },
  }
}

/** Whether a part follows the first boundary, which may stand at the very start, without a line break before it. */
async function skipPreamble(cursor: Cursor, boundary: string): Promise<boolean> {
  const line = Buffer.from(`--${boundary}`)
  while (cursor.held.length < line.length) await cursor.more()
  if (cursor.held.subarray(0, line.length).equals(line)) cursor.held = Buffer.concat([CRLF, cursor.held])
  const preamble = readBody(cursor, boundary, MAX_PREAMBLE_BYTES)
  await passOver(preamble.bytes)
  return preamble.isFollowed()
}

/** Leaves the line break behind them: it belongs to the next boundary where the part has no content. */
async function readHeaders(cursor: Cursor): Promise<Map<string, string>> {
  while (cursor.held.length < CRLF.length) await cursor.more()
  if (cursor.held.subarray(0, CRLF.length).equals(CRLF)) return new Map()
  let end = cursor.held.indexOf(HEADERS_END)
  while (end < 0) {
    if (cursor.held.length > MAX_HEADER_BYTES) throw longHeaders()
    const from = Math.max(0, cursor.held.length - HEADERS_END.length)
    await cursor.more()
    end = cursor.held.indexOf(HEADERS_END, from)
  }
  if (end > MAX_HEADER_BYTES) throw longHeaders()
  const lines = cursor.held.toString('latin1', 0, end).split('\r\n')
  if (lines.length > MAX_HEADER_LINES) throw longHeaders()
  cursor.held = cursor.held.subarray(end + CRLF.length)
  return new Map(lines.map(readHeader))
}

async function passLineBreak(cursor: Cursor, boundary: string): Promise<void> {
  const delimiter = Buffer.from(`\r\n--${boundary}`)
  while (cursor.held.length < delimiter.length) await cursor.more()
  if (!cursor.held.subarray(0, delimiter.length).equals(delimiter)) cursor.held = cursor.held.subarray(CRLF.length)
}

function readHeader(line: string): [string, string] {
  const colon = line.indexOf(':')
  if (colon < 1 || /[\s\0]/.test(line.slice(0, colon)))
    throw malformed('A part of the body has a header without a name.')
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
}

interface BodyReader {
  readonly bytes: AsyncIterable<Buffer>
  /** Once the bytes are read: whether another part follows. */
  isFollowed(): boolean
}

/** What stands before the next boundary. */
function readBody(cursor: Cursor, boundary: string, maxBytes: number): BodyReader {
  const delimiter = Buffer.from(`\r\n--${boundary}`)
  let ending: Ending | undefined
  let bytes = 0
  const take = (length: number): Buffer => {
    bytes += length
    if (bytes > maxBytes) throw tooLarge(`A part of the body is larger than ${maxBytes} bytes.`)
    const taken = cursor.held.subarray(0, length)
    cursor.held = cursor.held.subarray(length)
    return taken
  }
  const read = async function* (): AsyncGenerator<Buffer, void, undefined> {
    while (ending === undefined) {
      const at = cursor.held.indexOf(delimiter)
      const sure = at < 0 ? Math.max(0, cursor.held.length - delimiter.length + 1) : at
      if (sure > 0) yield take(sure)
      if (at < 0) await cursor.more()
      else ending = await endingAt(cursor, delimiter.length)
      // Some other text that begins with the boundary.
      if (at >= 0 && ending === undefined) yield take(delimiter.length)
    }
  }
  const generator = read()
  return {
    // Not closed by whoever stops early: what is left is passed over.
    bytes: { [Symbol.asyncIterator]: () => ({ next: () => generator.next() }) },
    isFollowed: () => ending === 'part',
  }
}

async function passOver(bytes: AsyncIterable<Buffer>): Promise<void> {
  const chunks = bytes[Symbol.asyncIterator]()
  while ((await chunks.next()).done !== true);
}

type Ending = 'part' | 'close'

/** What the text behind a boundary makes of it; the boundary and its line are used up where it is one. */
async function endingAt(cursor: Cursor, delimiterBytes: number): Promise<Ending | undefined> {
  for (let at = delimiterBytes; at < delimiterBytes + MAX_PADDING_BYTES; at++) {
    while (cursor.held.length < at + 2) await cursor.more()
    const two = cursor.held.toString('latin1', at, at + 2)
    if (two === '\r\n' || (two === '--' && at === delimiterBytes)) {
      cursor.held = cursor.held.subarray(at + 2)
      return two === '--' ? 'close' : 'part'
    }
    if (two[0] !== ' ' && two[0] !== '\t') return undefined
  }
  return undefined
}

function longHeaders(): AppError {
  return malformed('The headers of a part of the body are too long.')
}

function tooLarge(message: string): AppError {
  return new AppError('too_large', message)
}

function malformed(message: string): AppError {
  return new AppError('malformed_body', message)
}
