import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import OpenAI from 'openai'
import { file, film, PACKS, postFilm, postJson, startService } from './service.js'

interface EmbeddingsReply {
  data: { embedding: number[] }[]
  model: string
}

const base64 = (bytes: Buffer): string => bytes.toString('base64')

test('the same film as JSON, as a form and as a raw body gives the same vector, in any company', async (t) => {
  const { url } = await startService(t)
  const jpeg = film()
  const form = new FormData()
  form.append('image', new Blob([new Uint8Array(jpeg)], { type: 'image/jpeg' }), 'film.jpg')
  const replies = await Promise.all([
    postJson(`${url}/v1/embeddings`, { input: [{ image: { data: base64(jpeg) } }] }),
    postJson(`${url}/v1/embeddings`, { input: [{ image: { url: `data:image/jpeg;base64,${base64(jpeg)}` } }] }),
    fetch(`${url}/v1/embeddings`, { method: 'POST', body: form }),
    postFilm(`${url}/v1/embeddings`, jpeg),
    ...Array.from({ length: 12 }, () => postFilm(`${url}/v1/embeddings`, film('hannover_1052b0fe.jpg'))),
  ])
  const vectors: number[][] = []
  for (const reply of replies) {
    assert.equal(reply.status, 200)
    assert.match(reply.headers.get('x-model-digest') ?? '', /^[0-9a-f]{64}$/)
    assert.match(reply.headers.get('server-timing') ?? '', /decode.*prepare.*queue.*run.*finish/)
    vectors.push(((await reply.json()) as EmbeddingsReply).data[0]!.embedding)
  }
  for (const vector of vectors.slice(1, 4))
    vector.forEach((value, i) => assert.ok(Math.abs(value - vectors[0]![i]!) <= 1e-5))
  assert.ok(
    vectors[4]!.some((value, i) => Math.abs(value - vectors[0]![i]!) > 1e-3),
    'another film, another vector',
  )
})

test('the openai client: a string, a list, base64, dimensions, and errors that it understands', async (t) => {
  const { url } = await startService(t)
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0 })
  const one = await client.embeddings.create({ model: 'tiny-clip', input: 'normal chest' })
  const [first] = one.data
  assert.equal(first?.embedding.length, 16)
  assert.ok(Math.abs(Math.hypot(...first.embedding) - 1) < 1e-5)
  const list = await client.embeddings.create({
    model: 'tiny-clip',
    input: ['effusion', 'normal chest'],
    encoding_format: 'float',
  })
  list.data[1]?.embedding.forEach((value, i) => assert.ok(Math.abs(value - first.embedding[i]!) < 1e-5))
  const short = await client.embeddings.create({ model: 'tiny-clip', input: 'normal chest', dimensions: 4 })
  assert.equal(short.data[0]?.embedding.length, 4)
  assert.ok(Math.abs(Math.hypot(...short.data[0].embedding) - 1) < 1e-5)
  assert.equal(one.model, 'tiny-clip@1.0.0')
  await assert.rejects(client.embeddings.create({ model: 'nobody', input: 'x' }), (error) => {
    assert.ok(error instanceof OpenAI.NotFoundError && error.code === 'model_not_found' && error.message.length > 10)
    return true
  })
  await assert.rejects(client.embeddings.create({ model: 'tiny-clip', input: '' }), OpenAI.APIError)
  const models = await client.models.list()
  assert.ok(models.data.some(({ id }) => id.startsWith('tiny-clip')))
})

test('similarities give scores and word maps on their grid', async (t) => {
  const { url } = await startService(t)
  const reply = await postJson(`${url}/v1/similarities`, {
    images: [{ data: base64(film()) }, { data: base64(file('gray-16.png')) }],
    texts: ['pneumonia in the right lung', 'normal chest'],
    maps: true,
  })
  assert.equal(reply.status, 200)
  const { data } = (await reply.json()) as {
    data: { image: number; text: number; score: number; map: { words: { values: number[] }[]; grid: number[] } }[]
  }
  assert.deepEqual(
    data.map(({ image, text }) => [image, text]),
    [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ],
  )
  assert.ok(data.every(({ score, map }) => Number.isFinite(score) && map.words.length > 0))
})

test('classifications by free labels, and the map as a picture placed on the original film', async (t) => {
  const { url } = await startService(t)
  const body = { image: { data: base64(film()) }, labels: ['pneumonia', 'effusion'] }
  const reply = await postJson(`${url}/v1/classifications`, body)
  assert.equal(reply.status, 200)
  const { data } = (await reply.json()) as { data: { labels: { label: string; score: number }[] }[] }
  assert.deepEqual(data[0]?.labels.map(({ label }) => label).sort(), ['effusion', 'pneumonia'])
  assert.ok(data[0].labels[0]!.score >= data[0].labels[1]!.score)
  const picture = await postJson(`${url}/v1/classifications`, { ...body, maps: true }, { accept: 'image/png' })
  assert.equal(picture.headers.get('content-type'), 'image/png')
  const png = Buffer.from(await picture.arrayBuffer())
  assert.equal(png.readUInt32BE(0), 0x89504e47)
  assert.ok(png.readUInt32BE(16) > 200, 'as wide as the film')
  const none = await postJson(`${url}/v1/classifications`, body, { accept: 'text/csv' })
  assert.equal(none.status, 406)
})

test('the Open Inference Protocol runs a graph on binary tensors', async (t) => {
  const { url } = await startService(t)
  const metadata = (await (await fetch(`${url}/v2/models/tiny-clip.image_encoder`)).json()) as {
    inputs: { name: string; datatype: string; shape: number[] }[]
  }
  const [input] = metadata.inputs
  assert.equal(input?.datatype, 'UINT8')
  const shape = [2, ...input.shape.slice(1)]
  const bytes = Buffer.alloc(
    shape.reduce((a, b) => a * b, 1),
    100,
  )
  const header = Buffer.from(
    JSON.stringify({
      inputs: [{ name: input.name, shape, datatype: 'UINT8', parameters: { binary_data_size: bytes.length } }],
      parameters: { binary_data_output: true },
    }),
  )
  const reply = await fetch(`${url}/v2/models/tiny-clip.image_encoder/infer`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream', 'inference-header-content-length': String(header.length) },
    body: new Uint8Array(Buffer.concat([header, bytes])),
  })
  assert.equal(reply.status, 200)
  const length = Number(reply.headers.get('inference-header-content-length'))
  const body = Buffer.from(await reply.arrayBuffer())
  const { outputs } = JSON.parse(body.subarray(0, length).toString()) as {
    outputs: { parameters: { binary_data_size: number } }[]
  }
  const size = outputs.reduce((sum, { parameters }) => sum + parameters.binary_data_size, 0)
  assert.equal(body.length, length + size)
  const wrong = await fetch(`${url}/v2/models/tiny-clip.image_encoder/infer`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ inputs: [{ name: input.name, shape: [1], datatype: 'FP32', data: [1] }] }),
  })
  assert.equal(wrong.status, 400)
  assert.equal(typeof ((await wrong.json()) as { error: unknown }).error, 'string')
})

test('models are loaded, used and unloaded over HTTP; metrics, health and the document answer', async (t) => {
  const { url } = await startService(t)
  const load = await fetch(`${url}/v1/models/tiny-gloria/load`, { method: 'POST' })
  assert.equal(load.status, 200)
  assert.equal((await postJson(`${url}/v1/embeddings`, { model: 'tiny-gloria', input: 'small effusion' })).status, 200)
  assert.equal((await fetch(`${url}/v1/models/tiny-gloria/unload`, { method: 'POST' })).status, 200)
  const { created } = (await (await fetch(`${url}/v1/models/tiny-gloria`)).json()) as { created: number }
  assert.equal(created, Math.floor(statSync(join(PACKS, 'tiny-gloria/1.0.0/model.json')).mtimeMs / 1000))
  const refused = await postJson(`${url}/v1/embeddings`, { model: 'tiny-gloria', input: 'small effusion' })
  assert.equal(((await refused.json()) as { code: string }).code, 'model_not_loaded')
  for (const path of [
    '/health/live',
    '/health/ready',
    '/metrics',
    '/openapi.json',
    '/v2',
    '/v1/models',
    '/v1/models/tiny-clip',
  ]) {
    assert.equal((await fetch(url + path)).status, 200, path)
  }
  assert.match(await (await fetch(`${url}/metrics`)).text(), /radserve_batch_rows_bucket/)
})

test('a repeated label set costs no text run', async (t) => {
  const { url, service } = await startService(t)
  const ask = () =>
    postJson(`${url}/v1/classifications`, { image: { data: base64(film()) }, labels: ['pneumonia', 'edema'] })
  await ask()
  const before = service.engine.statistics('tiny-clip@1.0.0').executionCount
  await ask()
  assert.equal(service.engine.statistics('tiny-clip@1.0.0').executionCount - before, 1, 'the image alone')
})

test('no line of the log holds a text, a file name or a pixel', async (t) => {
  const { url, logLines } = await startService(t)
  const form = new FormData()
  form.append('image', new Blob([new Uint8Array(film())]), 'DOE^JANE.jpg')
  form.append('labels', JSON.stringify(['zebrafinding']))
  await fetch(`${url}/v1/classifications?patient=DOE`, { method: 'POST', body: form })
  await postJson(`${url}/v1/embeddings`, { input: 'zebrafinding of DOE' })
  await postJson(`${url}/v1/embeddings`, { model: 'DOE JANE', input: 'x' })
  const log = logLines.join('')
  assert.match(log, /"route":"\/v1\/embeddings"/)
  assert.doesNotMatch(log, /DOE|JANE|zebrafinding/)
})
