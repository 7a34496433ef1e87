import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test, type TestContext } from 'node:test'
import { AppError } from '../../src/errors.js'
import { buildHttp } from './build-http.js'
import { createTinyServices } from './tiny-services.js'

const BODY_BYTES = 100_000

/** A service whose model has no place left; `asked` tells what for it was looked. */
async function startFull(t: TestContext) {
  const asked: unknown[] = []
  const { catalogue } = createTinyServices()
  const checkRoom = (...what: unknown[]): Promise<void> => {
    asked.push(what)
    return Promise.reject(new AppError('queue_full', 'Full.', { details: { retryAfterMs: 2300 } }))
  }
  const { listen } = await buildHttp(t, { services: { catalogue: { ...catalogue, checkRoom } } })
  return { asked, port: Number(new URL(await listen()).port) }
}

async function openSocket(port: number) {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.setEncoding('latin1')
  return {
    send: (text: string | Buffer) => socket.write(text),
    /** Before the server closes, which would wait for the body that never comes. */
    end: () => socket.destroy(),
    answer: async () => ((await once(socket, 'data')) as [string])[0],
  }
}

const head = (path: string, type: string, more = '') =>
  `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: ${type}\r\ncontent-length: ${BODY_BYTES}\r\n${more}\r\n`

test('a raw image whose model is full is refused before its body, which is dropped when it comes', async (t) => {
  const { asked, port } = await startFull(t)
  const { send, answer, end } = await openSocket(port)
  send(head('/v1/embeddings?model=tiny', 'image/jpeg; q=1'))
  const refusal = await answer()
  assert.match(refusal, /^HTTP\/1\.1 429 [^]*retry-after: 3\r\n/i)
  send(Buffer.alloc(BODY_BYTES, 0x0a))
  send('GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n')
  assert.match(await answer(), /^HTTP\/1\.1 200 /, 'the connection is as good as before')
  send(head('/v1/segmentations', 'image/png'))
  assert.match(await answer(), /^HTTP\/1\.1 429 /)
  end()
  assert.deepEqual(asked, [
    ['tiny', 'embeddings'],
    [undefined, 'segmentations'],
  ])
})

test('a run of one graph is refused before its tensors', async (t) => {
  const { asked, port } = await startFull(t)
  const { send, answer, end } = await openSocket(port)
  send(head('/v2/models/tiny.double/infer', 'application/octet-stream'))
  assert.match(await answer(), /^HTTP\/1\.1 429 [^]*"error"/)
  end()
  assert.deepEqual(asked, [['tiny@1.0.0']])
})

test('a body that names its model inside is read, and who does not wait is not refused for that', async (t) => {
  const { asked, port } = await startFull(t)
  const body = JSON.stringify({ input: 'abc' })
  const json = await fetch(`http://127.0.0.1:${port}/v1/embeddings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  assert.equal(json.status, 200)
  await json.text()
  const later = await fetch(`http://127.0.0.1:${port}/v1/embeddings`, {
    method: 'POST',
    headers: { 'content-type': 'image/jpeg', prefer: 'respond-async' },
    body: Uint8Array.of(1, 2, 3),
  })
  assert.notEqual(later.status, 429)
  await later.text()
  assert.deepEqual(asked, [])
})
