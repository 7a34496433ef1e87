import assert from 'node:assert/strict'
import { test } from 'node:test'
import { negotiate } from '../../src/http/accept.js'
import { AppError } from '../../src/errors.js'
import { placeStudy, readImages, withPlaces } from '../../src/http/read-images.js'
import { Upload } from '../../src/http/upload.js'

const LIMITS = { maxImages: 2, maxImageBytes: 8 }
const ROOMY = { maxImages: 2, maxImageBytes: 64 }
const image = (input: { data: string } | { url: string } | Upload) => [{ pointer: '/images/0', input }]

test('base64 is decoded strictly', () => {
  assert.deepEqual([...readImages(image({ data: 'AQID' }), LIMITS)[0]!], [1, 2, 3])
  assert.deepEqual([...readImages(image({ data: 'AQ==' }), LIMITS)[0]!], [1])
  for (const data of ['AQI', 'A_ID', 'A-ID', 'AQ ID', 'AQID\n', 'A=ID', '====', 'AQ!D']) {
    assert.throws(
      () => readImages(image({ data }), ROOMY),
      (error: { code?: string; details?: { fields?: { pointer: string }[] } }) =>
        error.code === 'malformed_body' && error.details?.fields?.[0]?.pointer === '/images/0/data',
      data,
    )
  }
})

test('a data: URL is read, an address is refused and never fetched', () => {
  assert.deepEqual([...readImages(image({ url: 'data:image/png;base64,AQID' }), LIMITS)[0]!], [1, 2, 3])
  assert.deepEqual([...readImages(image({ url: 'data:;base64,AQID' }), LIMITS)[0]!], [1, 2, 3])
  for (const url of [
    'http://169.254.169.254/latest',
    'HTTPS://x/y.png',
    'file:///etc/passwd',
    'data:image/png,raw',
    '',
  ])
    assert.throws(() => readImages(image({ url }), LIMITS), { code: 'malformed_body' }, url)
})

test('limits name themselves, and a large text is not decoded first', () => {
  const large = image({ data: 'A'.repeat(1_000_000) })
  assert.throws(() => readImages(large, LIMITS), {
    code: 'too_large',
    details: { limit: 'MAX_IMAGE_BYTES', fields: [{ pointer: '/images/0/data', detail: 'is larger than 8 bytes' }] },
  })
  assert.throws(() => readImages(image(new Upload(new Uint8Array(9))), LIMITS), { code: 'too_large' })
  const three = [0, 1, 2].map((index) => ({ pointer: `/images/${index}`, input: new Upload(new Uint8Array(1)) }))
  assert.throws(() => readImages(three, LIMITS), { code: 'too_large', details: { limit: 'MAX_IMAGES' } })
  assert.throws(() => readImages(image(new Upload(new Uint8Array(0))), LIMITS), { code: 'malformed_image' })
  assert.throws(() => readImages(image({ data: '' }), LIMITS), { code: 'malformed_image' })
})

test('a study stands in place of images, each film with its place', () => {
  const study = [new Upload(new Uint8Array(1)), { data: 'AQID' }]
  assert.equal(placeStudy({ images: study }), undefined)
  assert.deepEqual(
    placeStudy({ study })?.map(({ pointer }) => pointer),
    ['/study/0', '/study/1'],
  )
  for (const other of [{ image: study[0]! }, { images: study }])
    assert.throws(() => placeStudy({ study, ...other }), { code: 'malformed_body' })
})

test('an error about one of the images gets its place, any other none', async () => {
  const places = placeStudy({ study: [{ data: 'AQID' }, { data: 'AQID' }] })!
  const failWith = (error: unknown) => withPlaces(places, () => Promise.reject(error as Error))
  const damaged = new AppError('malformed_image', 'It is truncated.', { details: { image: 1 } })
  await assert.rejects(failWith(damaged), {
    code: 'malformed_image',
    details: { image: 1, fields: [{ pointer: '/study/1', detail: 'It is truncated.' }] },
  })
  for (const error of [new AppError('malformed_image', 'It is.'), new TypeError('a bug')])
    await assert.rejects(failWith(error), (found) => found === error)
  assert.equal(await withPlaces(places, () => Promise.resolve(3)), 3)
})

test('accept is negotiated by quality, then by what is offered first', () => {
  const offers: [string, string] = ['application/json', 'image/png']
  const table: [string | undefined, string][] = [
    [undefined, 'application/json'],
    ['*/*', 'application/json'],
    ['image/png', 'image/png'],
    ['image/*', 'image/png'],
    ['image/png, application/json', 'application/json'],
    ['application/json;q=0.5, image/png', 'image/png'],
    ['image/png;q=0, */*', 'application/json'],
    ['text/html, */*;q=0.1', 'application/json'],
    ['IMAGE/PNG; q=0.9, application/*; q=0.3', 'image/png'],
  ]
  for (const [accept, expected] of table) assert.equal(negotiate(accept, offers), expected, accept)
  for (const accept of ['text/html', 'application/json;q=0', 'image/png;q=2', 'nonsense'])
    assert.throws(() => negotiate(accept, offers), { code: 'not_acceptable' }, accept)
})
