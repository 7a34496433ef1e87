import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { addFlipped, makeStore } from './packs.js'
import { startServer, until, type Answer, type Server } from './server.js'

const PLACES = 2
const UPLOAD_TIMEOUT_MS = 1000

test('refusals', async (t) => {
  const store = makeStore()
  addFlipped(store)
  const server = await startServer(t, store, {
    MAX_REQUESTS_IN_FLIGHT: String(PLACES),
    UPLOAD_TIMEOUT_MS: String(UPLOAD_TIMEOUT_MS),
  })
  await t.test('a pack with a flipped bit says so; the packs beside it are served', () => flippedPack(server))
  await t.test('more requests than places: 429 at once, with retry-after', () => overload(server))
  await t.test('a client that sends a byte at a time is ended; the others do not notice', () => trickle(server))
})

async function flippedPack(server: Server): Promise<void> {
  for (let time = 0; time < 2; time++) {
    const { status, headers, body } = await server.embed('flipped')
    assert.equal(status, 409)
    assert.match(headers['content-type'] ?? '', /^application\/problem\+json/)
    const { code, detail } = JSON.parse(body) as { code: string; detail: string }
    assert.equal(code, 'model_invalid')
    assert.match(detail, /^image_encoder\.onnx is not the file .* sha256 differs/)
  }
  assert.equal((await server.embed('good')).status, 200)
  const { body } = await server.ask('/v1/models/flipped')
  const { state, reason } = JSON.parse(body) as { state: string; reason: string }
  assert.equal(state, 'failed')
  assert.match(reason, /sha256/)
  assert.equal((await server.ask('/health/ready')).status, 200)
}

async function overload(server: Server): Promise<void> {
  server.pauseLanes()
  const refused: Answer[] = []
  const answers = Array.from({ length: 6 * PLACES }, async () => {
    const answer = await server.embed('good')
    if (answer.status === 429) refused.push(answer)
    return answer.status
  })
  // Nobody waits to be refused: no run ends before the refusals are out.
  await until('all but the accepted are refused', 5000, () => refused.length === 5 * PLACES)
  assert.ok(refused.every(({ headers }) => Number(headers['retry-after']) >= 1))
  server.resumeLanes()
  const statuses = await Promise.all(answers)
  assert.equal(statuses.filter((status) => status === 200).length, PLACES)
}

async function trickle(server: Server): Promise<void> {
  const socket = connect(server.port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write(
    'POST /v1/embeddings?model=good HTTP/1.1\r\nhost: x\r\ncontent-type: image/jpeg\r\ncontent-length: 9999\r\n\r\n',
  )
  const drip = setInterval(() => socket.write('x'), 100)
  let answer = ''
  socket.setEncoding('utf8').on('data', (text: string) => (answer += text))
  socket.on('error', () => undefined)
  const startMs = performance.now()
  const closed = once(socket, 'close')
  assert.equal((await server.embed('good')).status, 200)
  await closed
  clearInterval(drip)
  const tookMs = performance.now() - startMs
  assert.match(answer, /^HTTP\/1\.1 408 /)
  assert.match(answer, /"upload_timeout"/)
  assert.ok(tookMs < UPLOAD_TIMEOUT_MS + 5000, `it took ${tookMs} ms`)
}
