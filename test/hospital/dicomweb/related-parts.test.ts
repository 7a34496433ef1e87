import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { AppError } from '../../../src/errors.js'
import { readRelatedParts, type RelatedLimits } from '../../../src/hospital/dicomweb/related-parts.js'

const TYPE = 'multipart/related; type="application/dicom"; boundary=B'
const LIMITS: RelatedLimits = { maxParts: 8, maxPartBytes: 1 << 20, maxBytes: 4 << 20 }
const BODY =
  '--B\r\nContent-Type: application/dicom\r\nX-Odd:  a \r\n\r\none\r\n--B\r\n\r\ntwo\r\n--Bx\r\n--B \t\r\nA: b\r\n\r\n\r\n--B--\r\nepilogue'
const PARTS = [
  { headers: { 'content-type': 'application/dicom', 'x-odd': 'a' }, text: 'one' },
  { headers: {}, text: 'two\r\n--Bx' },
  { headers: { a: 'b' }, text: '' },
]

function inPieces(text: string, size: number): AsyncIterable<Buffer> {
  const bytes = Buffer.from(text, 'latin1')
  const count = Math.ceil(bytes.length / size)
  return Readable.from(Array.from({ length: count }, (_none, at) => bytes.subarray(at * size, (at + 1) * size)))
}

async function partsOf(stream: AsyncIterable<Uint8Array>, { type = TYPE, limits = LIMITS } = {}) {
  const parts: { headers: Record<string, string>; text: string }[] = []
  for await (const { headers, body } of readRelatedParts(stream, type, limits)) {
    const chunks: Buffer[] = []
    for await (const chunk of body) chunks.push(chunk)
    parts.push({ headers: Object.fromEntries(headers), text: Buffer.concat(chunks).toString('latin1') })
  }
  return parts
}

test('parts come out the same wherever the chunks are cut', async () => {
  for (let size = 1; size <= BODY.length; size++) assert.deepEqual(await partsOf(inPieces(BODY, size)), PARTS)
})

test('a preamble is passed over, and so is what nobody reads', async () => {
  const seen: string[] = []
  for await (const { headers } of readRelatedParts(inPieces(`hello\r\n${BODY}`, 7), TYPE, LIMITS))
    seen.push(headers.get('content-type') ?? 'none')
  assert.deepEqual(seen, ['application/dicom', 'none', 'none'])
})

test('the boundary may be quoted, and hold what a token may not', async () => {
  const body = BODY.replaceAll('--B', '--a b:(c)?')
  const parts = await partsOf(inPieces(body, 9), { type: 'Multipart/Related;boundary="a b:(c)?"' })
  assert.deepEqual(parts, JSON.parse(JSON.stringify(PARTS).replace('--B', '--a b:(c)?')))
})

test('a large part passes through in pieces', async () => {
  const piece = Buffer.alloc(65_536, '\r\n--')
  const pieces = Array.from({ length: 256 }, () => piece)
  const large = Readable.from([Buffer.from('--B\r\n\r\n'), ...pieces, Buffer.from('\r\n--B--')])
  let bytes = 0
  let largest = 0
  const limits = { maxParts: 1, maxPartBytes: 16 << 20, maxBytes: 17 << 20 }
  for await (const { body } of readRelatedParts(large, TYPE, limits))
    for await (const chunk of body) {
      bytes += chunk.length
      largest = Math.max(largest, chunk.length)
    }
  assert.equal(bytes, 256 * piece.length)
  assert.ok(largest < 2 * piece.length)
})

const HOSTILE: Readonly<
  Record<string, { body: string; code: string; type?: string; limits?: Partial<RelatedLimits> }>
> = {
  'another type': { body: BODY, type: 'multipart/form-data; boundary=B', code: 'malformed_body' },
  'no boundary': { body: BODY, type: 'multipart/related; type="application/dicom"', code: 'malformed_body' },
  'a long boundary': { body: BODY, type: `multipart/related; boundary=${'B'.repeat(71)}`, code: 'malformed_body' },
  nothing: { body: '', code: 'malformed_body' },
  'the boundary of another': { body: BODY.replaceAll('--B', '--C'), code: 'malformed_body' },
  'a preamble without end': { body: 'x'.repeat(100_000), code: 'too_large' },
  'no part': { body: '--B--\r\n', code: 'malformed_body' },
  'an end inside the headers': { body: '--B\r\nContent-Ty', code: 'malformed_body' },
  'an end inside a part': { body: '--B\r\nA: b\r\n\r\nhal', code: 'malformed_body' },
  'an end inside the boundary': { body: '--B\r\nA: b\r\n\r\nhalf\r\n--B', code: 'malformed_body' },
  'no closing boundary': { body: '--B\r\nA: b\r\n\r\nhalf\r\n--B\r\n', code: 'malformed_body' },
  'a header that is too long': { body: `--B\r\nA: ${'b'.repeat(20_000)}\r\n\r\nx\r\n--B--`, code: 'malformed_body' },
  'a header that does not end': { body: `--B\r\nA: ${'b'.repeat(200_000)}`, code: 'malformed_body' },
  'too many headers': { body: `--B\r\n${'A: b\r\n'.repeat(65)}\r\nx\r\n--B--`, code: 'malformed_body' },
  'a header without a name': { body: '--B\r\n: b\r\n\r\nx\r\n--B--', code: 'malformed_body' },
  'too many parts': { body: `${'--B\r\n\r\nx\r\n'.repeat(9)}--B--`, code: 'too_large' },
  'a part that is too large': { body: BODY, limits: { maxPartBytes: 2 }, code: 'too_large' },
  'a body that is too large': { body: BODY, limits: { maxBytes: 40 }, code: 'too_large' },
}

for (const [name, { body, code, type, limits }] of Object.entries(HOSTILE)) {
  test(`refused: ${name}`, async () => {
    for (const size of [1, 13, body.length || 1]) {
      const asked = partsOf(inPieces(body, size), { ...(type && { type }), limits: { ...LIMITS, ...limits } })
      await assert.rejects(asked, (error) => error instanceof AppError && error.code === code)
    }
  })
}

test('whoever stops early closes the stream', async () => {
  let isClosed = false
  async function* watched() {
    try {
      yield* inPieces(BODY, 5)
    } finally {
      isClosed = true
    }
  }
  for await (const part of readRelatedParts(watched(), TYPE, LIMITS)) {
    assert.ok(part.headers.size > 0)
    break
  }
  assert.ok(isClosed)
})
