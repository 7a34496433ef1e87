/** Newline-delimited JSON: one JSON text on each line. */
import type { IncomingMessage } from 'node:http'
import { AppError } from '../errors.js'

export const NDJSON = 'application/x-ndjson'
const LINE_FEED = 0x0a

/** One line without its end, or `undefined` where it was longer than allowed and was passed over. */
export interface Line {
  /** Counted from 1, empty ones too. */
  readonly number: number
  readonly bytes: Buffer | undefined
}

/**
 * The lines of a body as they arrive; empty ones are left out. Whoever takes them slowly slows the socket. A line of more
 * than `maxLineBytes` is dropped as it comes. Throws `cancelled` when the connection breaks; what was begun of a line then
 * is no line.
 */
export async function* readLines(raw: IncomingMessage, maxLineBytes: number): AsyncGenerator<Line> {
  let pieces: Buffer[] = []
  let heldBytes = 0
  let isTooLong = false
  let number = 1
  const keep = (piece: Buffer): void => {
    heldBytes += piece.length
    isTooLong ||= heldBytes > maxLineBytes
    if (isTooLong) pieces = []
    else if (piece.length > 0) pieces.push(piece)
  }
  const take = (): Line => {
    const line = { number: number++, bytes: isTooLong ? undefined : Buffer.concat(pieces, heldBytes) }
    pieces = []
    heldBytes = 0
    isTooLong = false
    return line
  }
  for await (const chunk of chunksOf(raw)) {
    let from = 0
    for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, from)) {
      keep(chunk.subarray(from, at))
      from = at + 1
      const line = take()
      if (!isEmpty(line)) yield line
    }
    keep(chunk.subarray(from))
  }
  if (heldBytes > 0) {
    const line = take()
    if (!isEmpty(line)) yield line
  }
}

/** A carriage return alone is an empty line too. */
function isEmpty({ bytes }: Line): boolean {
  return bytes !== undefined && (bytes.length === 0 || (bytes.length === 1 && bytes[0] === 0x0d))
}

async function* chunksOf(raw: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    // The socket must outlive a reader that ends early: it still has to be told why.
    yield* raw.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>
  } catch (cause) {
    throw new AppError('cancelled', 'The connection ended before the stream did.', { cause })
  }
}
