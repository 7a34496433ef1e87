import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { JobRequest } from '../jobs/job.js'

/** Hashed in one turn of the event loop. */
const SLICE_BYTES = 1 << 20
const BOUNDARY = /;\s*boundary="?([^";]+)"?/i

/**
 * sha256 of what a request asks, in hexadecimal: method, URL, media types and body. A form that is sent again has another
 * boundary between its parts, so boundaries are left out.
 */
export async function requestFingerprint({ method, url, headers, body }: JobRequest): Promise<string> {
  const type = headers['content-type'] ?? ''
  const hash = createHash('sha256')
  hash.update(JSON.stringify([method, url, type.replace(BOUNDARY, ''), headers['accept'] ?? '']))
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  for (const piece of piecesOf(bytes, BOUNDARY.exec(type)?.[1])) {
    hash.update(`${piece.length}:`)
    for (let at = 0; at < piece.length; at += SLICE_BYTES) {
      hash.update(piece.subarray(at, at + SLICE_BYTES))
      if (at > 0) await setImmediate()
    }
  }
  return hash.digest('hex')
}

function piecesOf(body: Buffer, boundary: string | undefined): Buffer[] {
  const pieces: Buffer[] = []
  let at = 0
  for (;;) {
    const found = boundary === undefined ? -1 : body.indexOf(boundary, at)
    if (boundary === undefined || found < 0) return [...pieces, body.subarray(at)]
    pieces.push(body.subarray(at, found))
    at = found + boundary.length
  }
}
