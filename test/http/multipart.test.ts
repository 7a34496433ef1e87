import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '../../src/errors.js'
import { parseMultipart } from '../../src/http/multipart.js'

/** Encoded by undici, a peer that knows nothing of our reader. */
async function encode(form: FormData): Promise<{ body: Buffer; type: string }> {
  const request = new Request('http://x', { method: 'POST', body: form })
  return { body: Buffer.from(await request.arrayBuffer()), type: request.headers.get('content-type') ?? '' }
}

test('decode(encode(x)) = x for texts, files, empty parts and bytes of every value', async () => {
  const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => (index * 31) % 256)
  const form = new FormData()
  form.append('texts', 'ein "Befund"\r\n--nicht das Ende')
  form.append('texts', '')
  form.append('image', new Blob([bytes], { type: 'image/png' }), 'a "b".png')
  form.append('image', new Blob([]), 'empty.png')
  const { body, type } = await encode(form)
  const parts = parseMultipart(body, type, 10)
  assert.deepEqual(
    parts.map(({ name, isFile, bytes: content }) => [name, isFile, content.length]),
    [
      ['texts', false, Buffer.byteLength('ein "Befund"\r\n--nicht das Ende')],
      ['texts', false, 0],
      ['image', true, 70_000],
      ['image', true, 0],
    ],
  )
  assert.deepEqual(new Uint8Array(parts[2]!.bytes), bytes)
  assert.equal(parts[2]!.contentType, 'image/png')
})

test('a body cut anywhere is refused, never read as a shorter form', async () => {
  const form = new FormData()
  form.append('mode', 'local')
  form.append('image', new Blob([new Uint8Array(50)]), 'x.png')
  const { body, type } = await encode(form)
  const end = body.lastIndexOf('--')
  for (let length = 0; length < end + 2; length++) {
    assert.throws(
      () => parseMultipart(body.subarray(0, length), type, 10),
      (error) => error instanceof AppError && error.code === 'malformed_body',
      `cut after ${length} bytes`,
    )
  }
  assert.equal(parseMultipart(body.subarray(0, end + 2), type, 10).length, 2)
})

const CASES: [string, string, string, RegExp][] = [
  ['no boundary', 'multipart/form-data', '--b\r\n', /names no boundary/],
  ['another boundary', 'multipart/form-data; boundary=b', '--c\r\n\r\n--c--', /does not hold the boundary/],
  ['a part without headers', 'multipart/form-data; boundary=b', '--b\r\n\r\nx\r\n--b--', /has no name/],
  [
    'a part without a name',
    'multipart/form-data; boundary=b',
    '--b\r\ncontent-disposition: form-data\r\n\r\nx\r\n--b--',
    /has no name/,
  ],
  [
    'an encoded part',
    'multipart/form-data; boundary=b',
    '--b\r\ncontent-disposition: form-data; name=a\r\ncontent-transfer-encoding: base64\r\n\r\nx\r\n--b--',
    /transfer-encoding/,
  ],
]
for (const [title, type, body, message] of CASES) {
  test(`${title} is refused`, () => {
    assert.throws(() => parseMultipart(Buffer.from(body), type, 10), { code: 'malformed_body', message })
  })
}

test('preamble, padding, quoted boundary and bare names are read; too many parts are not', () => {
  const body = Buffer.from(
    'preamble\r\n--b c \t\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b c--\r\nepilogue',
  )
  const parts = parseMultipart(body, 'multipart/form-data; boundary="b c"', 1)
  assert.deepEqual(
    parts.map((part) => [part.name, part.bytes.toString()]),
    [['a', '1']],
  )
  assert.throws(() => parseMultipart(body, 'multipart/form-data; boundary="b c"', 0), { code: 'too_large' })
})
