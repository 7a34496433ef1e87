import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import sharp from 'sharp'
import { buildHttp } from './build-http.js'

const URL = '/v1/segmentations'
const FILM = Buffer.from('a film of a chest, in bytes')
const data = (bytes: Buffer) => ({ data: bytes.toString('base64') })

interface Reply {
  data: { text: number; area_px: number; words: { cut: string[] }; ground_truth?: { dice: number } }[]
}

async function postForm(app: FastifyInstance, entries: readonly (readonly [string, string | Buffer])[]) {
  const form = new FormData()
  for (const [name, value] of entries) {
    if (typeof value === 'string') form.append(name, value)
    else form.append(name, new Blob([new Uint8Array(value)]), 'file.png')
  }
  const request = new Request('http://x', { method: 'POST', body: form })
  const headers = { 'content-type': request.headers.get('content-type') ?? '' }
  return app.inject({ method: 'POST', url: URL, headers, payload: Buffer.from(await request.arrayBuffer()) })
}

const truth = await sharp(
  Uint8Array.from({ length: 16 }, (_, at) => (at % 4 >= 2 ? 255 : 0)),
  {
    raw: { width: 4, height: 4, channels: 1 },
  },
)
  .png()
  .toBuffer()

test('JSON, a form and a raw body ask the same and get the same', async (t) => {
  const { app } = await buildHttp(t)
  const options = { output: ['mask', 'contours'], mask_format: 'rle', threshold: 0.25, fill_holes: true }
  const json = await app.inject({
    ...{ method: 'POST', url: URL },
    payload: { image: data(FILM), text: 'left lung', ...options },
  })
  assert.equal(json.statusCode, 200, json.body)
  const form = await postForm(app, [
    ['image', FILM],
    ['text', 'left lung'],
    ['output', 'mask'],
    ['output', 'contours'],
    ['mask_format', 'rle'],
    ['threshold', '0.25'],
    ['fill_holes', 'true'],
  ])
  const raw = await app.inject({
    ...{
      method: 'POST',
      url: `${URL}?text=left+lung&output=mask&output=contours&mask_format=rle&threshold=0.25&fill_holes=true`,
    },
    ...{ headers: { 'content-type': 'image/png' }, payload: FILM },
  })
  for (const reply of [form, raw]) assert.deepEqual(reply.json(), json.json(), reply.body)
})

test('ground truths come as files of a form too, and are counted with the images', async (t) => {
  const { app } = await buildHttp(t, { http: { maxImages: 3 } })
  const two = await postForm(app, [
    ['image', FILM],
    ['texts', 'left lung'],
    ['texts', 'right lung'],
    ['ground_truths', truth],
    ['ground_truths', truth],
  ])
  assert.equal(two.statusCode, 200, two.body)
  const dices = two.json<Reply>().data.map(({ ground_truth: agreement }) => agreement?.dice)
  assert.ok(dices[0]! > 0.9 && dices[1]! < 0.1, dices.join())
  const many = await app.inject({
    ...{ method: 'POST', url: URL },
    payload: { images: [data(FILM), data(FILM)], text: 'left', ground_truths: [data(truth), data(truth)] },
  })
  assert.deepEqual([many.statusCode, many.json<{ limit: string }>().limit], [413, 'MAX_IMAGES'])
  const stray = await postForm(app, [
    ['image', FILM],
    ['text', 'left'],
    ['truth', truth],
  ])
  assert.equal(stray.statusCode, 400)
  const notFile = await postForm(app, [
    ['image', FILM],
    ['text', 'left'],
    ['ground_truth', 'a text'],
  ])
  assert.equal(notFile.json<{ errors: { pointer: string }[] }>().errors[0]!.pointer, '/ground_truth')
})

test('text and texts are one list; every text is looked for in every image', async (t) => {
  const { app } = await buildHttp(t)
  const reply = await app.inject({
    ...{ method: 'POST', url: URL },
    payload: { images: [data(FILM), data(FILM)], text: 'left lung', texts: ['right lung and a fourth word'] },
  })
  const items = reply.json<Reply>().data
  assert.deepEqual(
    items.map(({ text }) => text),
    [0, 1, 0, 1],
  )
  assert.deepEqual(items[1]!.words.cut, ['a', 'fourth', 'word'])
})

test('a file names its warnings in a header', async (t) => {
  const { app } = await buildHttp(t)
  const post = (accept: string, body: object) =>
    app.inject({ method: 'POST', url: URL, headers: { accept }, payload: { image: data(FILM), ...body } })
  const overlay = await post('image/png', { text: 'right lung' })
  assert.deepEqual([overlay.headers['content-type'], overlay.headers['x-warnings']], ['image/png', 'unknown_text'])
  assert.equal(overlay.rawPayload[2], FILM.length)
  const npy = await post('application/x-npy', { text: 'left lung' })
  assert.deepEqual([npy.headers['content-type'], npy.headers['x-warnings']], ['application/x-npy', undefined])
  assert.equal(npy.rawPayload.toString('latin1', 1, 6), 'NUMPY')
  for (const picture of ['mask', 'probabilities']) {
    const png = await sharp((await post('image/png', { text: 'left', picture })).rawPayload).metadata()
    assert.deepEqual([png.width, png.depth], [4, picture === 'mask' ? 'uchar' : 'ushort'])
  }
})

test('the OpenAPI document tells of files in forms and of five media types', async (t) => {
  const { app } = await buildHttp(t)
  const document = (await app.inject('/openapi.json')).json<{
    paths: Record<
      string,
      {
        post: {
          requestBody: { content: Record<string, { schema: unknown }> }
          responses: Record<string, { content: object }>
        }
      }
    >
  }>()
  const { requestBody, responses } = document.paths[URL]!.post
  const form = requestBody.content['multipart/form-data']!.schema as { properties: Record<string, object> }
  assert.deepEqual(form.properties['ground_truth'], { type: 'string', format: 'binary' })
  assert.deepEqual(Object.keys(responses['200']!.content), [
    'application/json',
    'image/png',
    'application/x-npy',
    'application/fhir+json',
    'application/dicom',
  ])
  assert.ok(!JSON.stringify(document).includes('x-image'))
})
