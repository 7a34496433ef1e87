/** What only a socket shows: bodies that are cut, slow or too many, and clients that leave. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import OpenAI from 'openai'
import supertest from 'supertest'
import { buildHttp } from './build-http.js'
import { until } from './events.js'
import { tinyVector } from './tiny-services.js'

async function open(t: TestContext, address: string): Promise<{ socket: Socket; answer: Promise<string> }> {
  const { port } = new URL(address)
  const socket = connect(Number(port), '127.0.0.1')
  t.after(() => socket.destroy())
  await once(socket, 'connect')
  let text = ''
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')))
  socket.on('error', () => undefined)
  return { socket, answer: once(socket, 'close').then(() => text) }
}

const post = (path: string, headers: string) => `POST ${path} HTTP/1.1\r\nhost: x\r\n${headers}\r\n\r\n`

test('a multipart body whose client stops in the middle ends its request and holds nothing', async (t) => {
  const { listen, lines, services } = await buildHttp(t)
  const { socket } = await open(t, await listen())
  socket.write(post('/v1/similarities', 'content-type: multipart/form-data; boundary=b\r\ncontent-length: 100000'))
  socket.write('--b\r\ncontent-disposition: form-data; name=image; filename=a\r\n\r\nhalf')
  await sleep(50)
  socket.destroy()
  await until(() => lines.length > 0)
  assert.deepEqual([lines[0]?.['status'], lines[0]?.['route']], [499, '/v1/similarities'])
  assert.equal(services.demands.length, 0)
})

test('a multipart body that is whole but lacks its end is a bad request', async (t) => {
  const { listen } = await buildHttp(t)
  const reply = await supertest(await listen())
    .post('/v1/similarities')
    .set('content-type', 'multipart/form-data; boundary=b')
    .send('--b\r\ncontent-disposition: form-data; name=image; filename=a\r\n\r\nhalf')
    .expect(400)
    .expect('content-type', 'application/problem+json')
  assert.equal((reply.body as { code: string }).code, 'malformed_body')
})

test('a form of files and fields gives what the same as JSON gives, and a picture its bytes', async (t) => {
  const { listen } = await buildHttp(t)
  const client = supertest(await listen())
  const films = [Buffer.from([1, 2, 3]), Buffer.from([9])]
  const form = () => client.post('/v1/similarities').field('texts', ['abc', 'xyz'])
  const asForm = await form()
    .attach('image', films[0]!, { filename: 'DOE^JANE.png', contentType: 'image/png' })
    .attach('image', films[1]!, { filename: 'b.jpg', contentType: 'image/jpeg' })
    .expect(200)
  const images = films.map((film) => ({ data: film.toString('base64') }))
  const asJson = await client
    .post('/v1/similarities')
    .send({ images, texts: ['abc', 'xyz'] })
    .expect(200)
  assert.equal((asJson.body as { data: unknown[] }).data.length, 4)
  assert.deepEqual(asForm.body, asJson.body)
  const picture = await form().attach('image', films[0]!, 'a.png').accept('image/png').buffer(true).expect(200)
  assert.equal(picture.headers['content-type'], 'image/png')
  const drawn = await client
    .post('/v1/similarities')
    .send({ images: images.slice(0, 1), texts: ['abc'], maps: true, map_format: 'png' })
    .expect(200)
  const [item] = (drawn.body as { data: { map: { png: string } }[] }).data
  assert.deepEqual(picture.body, Buffer.from(item!.map.png, 'base64'))
})

for (const [title, slow] of [
  ['headers', 'POST /v1/embeddings HTTP/1.1\r\nhost: x\r\nx-a: '],
  ['a body', post('/v1/embeddings', 'content-type: application/json\r\ncontent-length: 1000')],
] as const) {
  test(`a client that sends ${title} byte by byte is told 408 and let go`, async (t) => {
    const { listen } = await buildHttp(t, { http: { uploadTimeoutMs: 300, timeoutCheckMs: 50 } })
    const { socket, answer } = await open(t, await listen())
    socket.write(slow)
    const drip = setInterval(() => socket.write('a'), 50)
    t.after(() => clearInterval(drip))
    const text = await answer
    assert.match(text, /^HTTP\/1\.1 408 /)
    assert.match(text, /"code":"upload_timeout"/)
  })
}

test('what is not HTTP is told so', async (t) => {
  const { listen } = await buildHttp(t)
  const { socket, answer } = await open(t, await listen())
  socket.write('hello\r\n\r\n')
  assert.match(await answer, /^HTTP\/1\.1 400 [^]*"code":"malformed_request"/)
})

test('a client that leaves while its answer is computed aborts the demand', async (t) => {
  const { listen, services, lines } = await buildHttp(t)
  const address = await listen()
  let release: () => void = () => undefined
  services.gate = new Promise<void>((resolve) => (release = resolve))
  const leaving = new AbortController()
  const headers = { 'content-type': 'application/json' }
  const asked = fetch(`${address}/v1/embeddings`, {
    method: 'POST',
    headers,
    body: '{"input":"a"}',
    signal: leaving.signal,
  })
  await until(() => services.demands.length === 1)
  const { signal } = services.demands[0]!
  assert.equal(signal.aborted, false)
  leaving.abort()
  await assert.rejects(asked)
  await until(() => signal.aborted)
  assert.equal((signal.reason as { code: string }).code, 'cancelled')
  release()
  await until(() => lines.some((line) => line['status'] === 499))
})

test('an answered request never aborts its demand', async (t) => {
  const { listen, services, lines } = await buildHttp(t)
  const headers = { 'content-type': 'application/json' }
  await (await fetch(`${await listen()}/v1/embeddings`, { method: 'POST', headers, body: '{"input":"a"}' })).text()
  await until(() => lines.length === 1)
  assert.equal(services.demands[0]?.signal.aborted, false)
})

test('200 MB of base64 is refused at its length, and the client hears it', async (t) => {
  const { listen } = await buildHttp(t)
  const address = await listen()
  const before = process.memoryUsage().rss
  const piece = Buffer.alloc(1 << 20, 'A')
  let sent = 0
  const body = new ReadableStream({
    pull(controller) {
      if (sent++ < 200) controller.enqueue(piece)
      else controller.close()
    },
  })
  const headers = { 'content-type': 'application/json' }
  const reply = await fetch(`${address}/v1/similarities`, {
    method: 'POST',
    headers,
    body,
    duplex: 'half',
  })
  assert.equal(reply.status, 413)
  assert.equal(((await reply.json()) as { limit: string }).limit, 'MAX_BODY_BYTES')
  assert.ok(process.memoryUsage().rss - before < 200 * 2 ** 20)
})

test('a declared length beyond the limit is refused before a byte of the body', async (t) => {
  const { listen } = await buildHttp(t)
  const { socket, answer } = await open(t, await listen())
  socket.write(
    post('/v1/similarities', 'content-type: application/json\r\ncontent-length: 209715200\r\nexpect: 100-continue'),
  )
  await until(() => socket.bytesRead > 0)
  socket.end()
  const text = await answer
  assert.match(text, /^HTTP\/1\.1 413 /)
  assert.doesNotMatch(text, /100 Continue/i)
})

test('the bytes of all bodies together are bounded, and come back when requests end', async (t) => {
  const { listen } = await buildHttp(t, { http: { maxBodiesBytes: 10_000 } })
  const address = await listen()
  const { socket } = await open(t, address)
  socket.write(post('/v1/embeddings', 'content-type: application/json\r\ncontent-length: 9000'))
  await sleep(50)
  const ask = () =>
    fetch(`${address}/v1/embeddings`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ input: 'a'.repeat(2000) }),
    })
  const refused = await ask()
  assert.equal(refused.status, 429)
  assert.equal(refused.headers.get('retry-after'), '1')
  assert.equal(((await refused.json()) as { limit: string }).limit, 'MAX_BODIES_BYTES')
  socket.destroy()
  await sleep(50)
  for (let i = 0; i < 10; i++) {
    const reply = await ask()
    await reply.text()
    assert.equal(reply.status, 200)
  }
})

test('while the server closes, what runs is finished and what comes is turned away', async (t) => {
  const { app, listen, services } = await buildHttp(t)
  const address = await listen()
  let release: () => void = () => undefined
  services.gate = new Promise<void>((resolve) => (release = resolve))
  const headers = { 'content-type': 'application/json' }
  const running = fetch(`${address}/v1/embeddings`, { method: 'POST', headers, body: '{"input":"a"}' })
  await until(() => services.demands.length === 1)
  const { socket, answer } = await open(t, address)
  socket.write('GET /v1/models HTTP/1.1\r\nhost: x\r\n')
  await sleep(50)
  const closed = app.close()
  socket.write('\r\n')
  assert.match(await answer, /^HTTP\/1\.1 503 [^]*connection: close[^]*"code":"draining"/i)
  release()
  assert.equal((await running).status, 200)
  await closed
})

test("OpenAI's client: a string, a list, base64 and floats, dimensions, errors", async (t) => {
  const { listen } = await buildHttp(t)
  const client = new OpenAI({ baseURL: `${await listen()}/v1`, apiKey: 'none', maxRetries: 0 })
  const one = await client.embeddings.create({ model: 'tiny', input: 'abc' })
  assert.deepEqual(one.data[0]?.embedding, Array.from(tinyVector('abc')))
  assert.deepEqual([one.model, one.object, one.usage.prompt_tokens], ['tiny@1.0.0', 'list', 3])
  const two = await client.embeddings.create({
    model: 'tiny',
    input: ['abc', 'd'],
    encoding_format: 'float',
    dimensions: 4,
  })
  assert.deepEqual(
    two.data.map(({ index, embedding }) => [index, embedding.length]),
    [
      [0, 4],
      [1, 4],
    ],
  )
  const wrong = client.embeddings.create({ model: 'none', input: 'a' })
  await assert.rejects(wrong, (error) => {
    assert.ok(error instanceof OpenAI.NotFoundError)
    assert.deepEqual([error.status, error.code, error.type], [404, 'model_not_found', 'invalid_request_error'])
    assert.match(error.message, /There is no model none/)
    assert.match(String(error.requestID), /^[0-9a-f-]{36}$/)
    return true
  })
  const field = client.embeddings.create({ model: 'tiny', input: [[1, 2]] })
  await assert.rejects(field, (error) => error instanceof OpenAI.BadRequestError && error.param === 'input.0')
  const models = await client.models.list()
  assert.deepEqual(
    models.data.map(({ id, object }) => [id, object]),
    [['tiny@1.0.0', 'model']],
  )
  assert.equal((await client.models.retrieve('tiny@1.0.0')).id, 'tiny@1.0.0')
})
