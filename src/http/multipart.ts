import { AppError } from '../errors.js'

/** One part of a `multipart/form-data` body. `bytes` looks at the body's own memory. */
export interface Part {
  readonly name: string
  readonly isFile: boolean
  readonly contentType: string | undefined
  readonly bytes: Buffer
}

const CRLF = Buffer.from('\r\n')
const HEADERS_END = Buffer.from('\r\n\r\n')
const MAX_HEADER_BYTES = 16_384
const HYPHEN = 0x2d
const SPACE = 0x20
const TAB = 0x09

/**
 * The parts of a whole body (RFC 7578, RFC 2046 section 5.1). The body is in memory anyway, where its bytes are counted
 * once for all forms of request, so a part is a view and nothing is copied or streamed. Throws `malformed_body` for a
 * body without its closing boundary, `too_large` beyond `maxParts`.
 */
export function parseMultipart(body: Buffer, contentType: string, maxParts: number): Part[] {
  const boundary = boundaryOf(contentType)
  const delimiter = Buffer.from(`\r\n--${boundary}`)
  const parts: Part[] = []
  let at = afterFirstDelimiter(body, delimiter)
  while (!isClosing(body, at)) {
    if (parts.length === maxParts) throw new AppError('too_large', `The body has more than ${maxParts} parts.`)
    const headersAt = skipPadding(body, at)
    const hasHeaders = !body.subarray(headersAt, headersAt + 2).equals(CRLF)
    const headersEnd = hasHeaders ? body.indexOf(HEADERS_END, headersAt) : headersAt - CRLF.length
    if (headersEnd < 0) throw cut()
    if (headersEnd - headersAt > MAX_HEADER_BYTES) throw malformed('The headers of a part are too long.')
    const from = headersEnd + HEADERS_END.length
    // A part without content has its delimiter right behind the headers, whose last line break it shares.
    const to = body.indexOf(delimiter, from - CRLF.length)
    if (to < 0) throw cut()
    const headers = body.toString('utf8', headersAt, Math.max(headersAt, headersEnd))
    parts.push(readPart(headers, body.subarray(Math.min(from, to), to)))
    at = to + delimiter.length
  }
  return parts
}

function boundaryOf(contentType: string): string {
  const found = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType)
  const boundary = found?.[1] ?? found?.[2]
  if (boundary === undefined) throw malformed('The content-type of the multipart body names no boundary.')
  return boundary
}

/** The first delimiter may stand at the very start, without a line break before it; a preamble is passed over. */
function afterFirstDelimiter(body: Buffer, delimiter: Buffer): number {
  const bare = delimiter.subarray(CRLF.length)
  if (body.subarray(0, bare.length).equals(bare)) return bare.length
  const at = body.indexOf(delimiter)
  if (at < 0) throw malformed('The multipart body does not hold the boundary that its content-type names.')
  return at + delimiter.length
}

function isClosing(body: Buffer, at: number): boolean {
  if (at + 2 > body.length) throw cut()
  return body[at] === HYPHEN && body[at + 1] === HYPHEN
}

function skipPadding(body: Buffer, at: number): number {
  while (body[at] === SPACE || body[at] === TAB) at++
  if (!body.subarray(at, at + 2).equals(CRLF)) throw cut()
  return at + CRLF.length
}

function readPart(headers: string, bytes: Buffer): Part {
  const lines = headers.split('\r\n')
  const disposition = headerOf(lines, 'content-disposition') ?? ''
  const name = parameterOf(disposition, 'name')
  if (!/^form-data\b/i.test(disposition) || name === undefined) throw malformed('A part of the body has no name.')
  const encoding = headerOf(lines, 'content-transfer-encoding') ?? 'binary'
  // RFC 7578 section 4.7 deprecates it; no client in use sends an encoded part.
  if (!/^(binary|7bit|8bit)$/i.test(encoding)) throw malformed('A part of the body has a content-transfer-encoding.')
  const isFile = /;\s*filename\*?=/i.test(disposition)
  return { name, isFile, contentType: headerOf(lines, 'content-type')?.toLowerCase(), bytes }
}

function headerOf(lines: readonly string[], name: string): string | undefined {
  const line = lines.find((text) => text.slice(0, name.length + 1).toLowerCase() === `${name}:`)
  return line?.slice(name.length + 1).trim()
}

/** Browsers escape a quote in a name as %22, others with a backslash. */
function parameterOf(disposition: string, key: string): string | undefined {
  const found = new RegExp(`;\\s*${key}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;"]+))`, 'i').exec(disposition)
  return found?.[1]?.replace(/\\(.)/g, '$1') ?? found?.[2]
}

function cut(): AppError {
  return malformed('The multipart body ends before its closing boundary.')
}

function malformed(message: string): AppError {
  return new AppError('malformed_body', message)
}
