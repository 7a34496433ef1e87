import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test, type TestContext } from 'node:test'
import { AppError } from '../../src/errors.js'
import type { Submission } from '../../src/jobs/job.js'
import { buildHttp } from './build-http.js'
import { createUnopenedJobs } from './tiny-jobs.js'
import { createTinyServices } from './tiny-services.js'

const BODY_BYTES = 100_000

/** A service whose model has no place left; `asked` tells what for it was looked, `deferred` what became a job. */
async function startFull(t: TestContext) {
  const asked: unknown[] = []
  const deferred: string[] = []
  const { catalogue } = createTinyServices()
  const checkRoom = (...what: unknown[]): Promise<void> => {
    asked.push(what)
    return Promise.reject(new AppError('queue_full', 'Full.', { details: { retryAfterMs: 2300 } }))
  }
  const submit = ({ path }: Submission): Promise<never> => {
    deferred.push(path)
    return Promise.reject(new AppError('state_unavailable', 'The database is gone.'))
  }
  const services = { catalogue: { ...catalogue, checkRoom }, jobs: { ...createUnopenedJobs(), submit } }
  const { listen } = await buildHttp(t, { services })
  return { asked, deferred, port: Number(new URL(await listen()).port) }
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

test('a body that names its model inside is read, and what is answered later is not refused early', async (t) => {
  const { asked, deferred, port } = await startFull(t)
  const post = async (path: string, headers: Record<string, string>, body: string): Promise<number> => {
    const reply = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', headers, body })
    await reply.text()
    return reply.status
  }
  assert.equal(await post('/v1/embeddings', { 'content-type': 'application/json' }, '{"input": "abc"}'), 200)
  const later = { prefer: 'respond-async' }
  const run = '/v2/models/tiny.double/infer'
  assert.equal(await post('/v1/embeddings', { ...later, 'content-type': 'image/jpeg' }, 'abc'), 503)
  assert.equal(await post(run, { ...later, 'content-type': 'application/octet-stream' }, 'abc'), 503)
  assert.deepEqual(deferred, ['/v1/embeddings', run])
  assert.deepEqual(asked, [])
})
