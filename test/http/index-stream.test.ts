/** Items as a stream of lines, over real sockets. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import type { TestContext } from 'node:test'
import type { VectorQuery } from '../../src/retrieval/search.js'
import { until as untilWithin } from '../e2e/server.js'
import { openLines, testIndexHttp, type IndexHttp } from './index-http.js'
import { TINY_DIGEST } from './tiny-services.js'

const until = (isSo: () => boolean | Promise<boolean>): Promise<void> => untilWithin('as expected', 60_000, isSo)
const words = (at: number): string => 'abcdefgh'.repeat(3).slice(at % 8, (at % 8) + 1 + (at % 13))
const item = (at: number) => ({ id: `film-${at}`, text: words(at) })

async function storedIds({ indexes }: IndexHttp): Promise<string[]> {
  const found: string[] = []
  for (;;) {
    const page = await indexes.items('films', { limit: 1000, ...(found.length > 0 && { after: found.at(-1)! }) })
    if (page.length === 0) return found
    found.push(...page.map(({ id }) => id))
  }
}

testIndexHttp('a line is answered when it is written, while the next ones are still to come', async (_t, http) => {
  await http.ask('PUT', '/films', { model: 'tiny' })
  const stream = openLines(await http.listen(), '/films/items')
  for (let at = 0; at < 3; at++) {
    stream.send(item(at))
    await stream.has(at + 1)
    assert.equal((await http.ask('GET', `/films/items/film-${at}`)).status, 200)
  }
  stream.end()
  assert.equal(await stream.ended, 200)
  assert.deepEqual(
    stream.lines.map(({ line, id, status }) => [line, id, status]),
    [0, 1, 2].map((at) => [at + 1, `film-${at}`, 'written']),
  )
})

testIndexHttp(
  'many lines: each is answered once and in order, and what is wrong with one does not end them',
  async (_t, http) => {
    await http.ask('PUT', '/films', { model: 'tiny', metadata: { age: 'integer' } })
    const stream = openLines(await http.listen(), '/films/items')
    const wrong: Record<number, object | string> = {
      3: '{"id": "broken", ',
      10: { id: 'no-source' },
      11: { id: 'wide', vector: [1, 2, 3], model_digest: TINY_DIGEST },
      12: { id: 'other', vector: Array(8).fill(1), model_digest: 'e'.repeat(64) },
      40: { ...item(40), metadata: { name: 'DOE' } },
      41: { id: 'empty', text: '' },
      77: '[]',
      78: '"film"',
      79: Buffer.from([0x22, 0xff, 0x22]).toString('latin1'),
    }
    // An empty line is counted and not answered.
    stream.send('')
    for (let at = 0; at < 500; at++) stream.send(wrong[at] ?? item(at))
    // The last line needs no end.
    stream.call.write(JSON.stringify({ ...item(500), metadata: { age: 7 } }))
    stream.end()
    assert.equal(await stream.ended, 200)
    assert.deepEqual(
      stream.lines.map(({ line }) => line),
      Array.from({ length: 501 }, (_, at) => at + 2),
    )
    const refused = stream.lines.filter(({ status }) => status === 'refused')
    assert.deepEqual(
      refused.map(({ line, id, error }) => [line! - 2, id, error?.code]),
      [
        [3, undefined, 'malformed_body'],
        [10, 'no-source', 'malformed_body'],
        [11, 'wide', 'invalid_vector'],
        [12, 'other', 'index_model_mismatch'],
        [40, 'film-40', 'invalid_option'],
        [41, 'empty', 'invalid_text'],
        [77, undefined, 'malformed_body'],
        [78, undefined, 'malformed_body'],
        [79, undefined, 'malformed_body'],
      ],
    )
    const expected = Array.from({ length: 501 }, (_, at) => at).filter((at) => wrong[at] === undefined)
    assert.deepEqual(await storedIds(http), expected.map((at) => `film-${at}`).sort())
  },
)

testIndexHttp('a stream that is cut leaves what was answered, once; sent again it is whole', async (t, http) => {
  await http.ask('PUT', '/films', { model: 'tiny' })
  const url = await http.listen()
  const stream = openLines(url, '/films/items')
  for (let at = 0; at < 200; at++) stream.send(item(at))
  // In the middle of a line.
  stream.call.write('{"id": "half')
  await stream.has(64)
  stream.call.destroy()
  await assert.rejects(stream.ended)
  const answered = stream.lines.map(({ id }) => id!)
  // What was under way is written or dropped; nothing moves after that.
  let before = -1
  await until(async () => {
    const { length } = await storedIds(http)
    const isStill = length === before
    before = length
    return isStill
  })
  const stored = await storedIds(http)
  t.diagnostic(`${answered.length} were answered, ${stored.length} are there`)
  assert.equal(new Set(stored).size, stored.length)
  for (const id of answered) assert.ok(stored.includes(id), id)
  assert.equal(stored.includes('half'), false)
  const again = openLines(url, '/films/items')
  for (let at = 0; at < 200; at++) again.send(item(at))
  again.end()
  assert.equal(await again.ended, 200)
  assert.deepEqual(await storedIds(http), Array.from({ length: 200 }, (_, at) => `film-${at}`).sort())
  assert.equal((await http.indexes.get('films')).serving.items, 200)
})

testIndexHttp(
  'whoever writes faster than the model embeds waits at the socket',
  async (_t, http) => {
    await http.ask('PUT', '/films', { model: 'tiny' })
    const before = http.tiny.demands.length
    let open: () => void = () => undefined
    http.tiny.gate = new Promise<void>((resolve) => (open = resolve))
    const stream = openLines(await http.listen(), '/films/items')
    const padding = 'a'.repeat(3_000)
    let sent = 0
    // More than the sockets of both ends hold.
    while (sent < 20_000 && stream.call.writableLength < 1 << 20) {
      stream.send({ id: `film-${sent++}`, text: padding })
      if (sent % 50 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    await until(() => http.tiny.demands.length - before >= 32)
    assert.equal(http.tiny.demands.length - before, 32, 'what the batcher sees at a time')
    assert.ok(stream.call.writableLength >= 1 << 20, 'the rest stays with the client')
    open()
    stream.end()
    assert.equal(await stream.ended, 200)
    assert.equal(stream.lines.length, sent)
  },
  { maxItems: 100_000 },
)

testIndexHttp(
  'a client that reads nothing before it has sent all is answered all the same',
  async (t, http) => {
    await http.ask('PUT', '/films', { model: 'tiny' })
    const { port } = new URL(await http.listen())
    const socket = connect(Number(port), '127.0.0.1')
    t.after(() => socket.destroy())
    await once(socket, 'connect')
    socket.pause()
    const body = Array.from({ length: 3000 }, (_, at) => `${JSON.stringify(item(at))}\n`).join('')
    const head = `content-type: application/x-ndjson\r\ncontent-length: ${body.length}\r\nconnection: close`
    await new Promise<void>((resolve) =>
      socket.write(`POST /v1/indexes/films/items HTTP/1.1\r\nhost: x\r\n${head}\r\n\r\n${body}`, () => resolve()),
    )
    await until(async () => (await http.indexes.get('films')).serving.items === 3000)
    let text = ''
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()))
    socket.resume()
    await once(socket, 'close')
    assert.equal(text.match(/"status":"written"/g)?.length, 3000)
  },
  { maxItems: 100_000 },
)

testIndexHttp(
  'a line that is too long is passed over, and what follows is read',
  async (_t, http) => {
    await http.ask('PUT', '/films', { model: 'tiny' })
    const stream = openLines(await http.listen(), '/films/items')
    stream.send(item(0))
    stream.send({ id: 'long', text: 'a'.repeat(100_000) })
    stream.send(item(1))
    stream.end()
    assert.equal(await stream.ended, 200)
    assert.deepEqual(
      stream.lines.map(({ line, status, error }) => [line, status, error?.code]),
      [
        [1, 'written', undefined],
        [2, 'refused', 'too_large'],
        [3, 'written', undefined],
      ],
    )
  },
  { http: { maxBodyBytes: 64_000 } },
)

/** Resolves when a body that began now and goes on no more has run into the limit. */
async function stalledBodyIsCut(t: TestContext, url: string): Promise<void> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  t.after(() => socket.destroy())
  socket.write(
    'POST /v1/embeddings HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{',
  )
  const [answer] = (await once(socket, 'data')) as [Buffer]
  assert.match(answer.toString(), /^HTTP\/1\.1 408 /)
}

testIndexHttp(
  'a slow stream outlives the upload limit; one too many does not fit the budget',
  async (t, http) => {
    await http.ask('PUT', '/films', { model: 'tiny' })
    const url = await http.listen()
    const stream = openLines(url, '/films/items')
    stream.send(item(0))
    await stream.has(1)
    const other = openLines(url, '/films/items')
    other.end()
    assert.equal(await other.ended, 429)
    assert.equal(other.lines[0]?.error?.code ?? (other.lines[0] as { code?: string }).code, 'queue_full')
    await stalledBodyIsCut(t, url)
    stream.send(item(1))
    await stream.has(2)
    stream.end()
    assert.equal(await stream.ended, 200)
  },
  { http: { maxBodyBytes: 64_000, maxBodiesBytes: 100_000, uploadTimeoutMs: 200 } },
)

testIndexHttp('an index that is removed under a stream ends it with a line that says so', async (_t, http) => {
  await http.ask('PUT', '/films', { model: 'tiny' })
  const stream = openLines(await http.listen(), '/films/items')
  stream.send(item(0))
  await stream.has(1)
  await http.indexes.remove('films')
  stream.send(item(1))
  assert.equal(await stream.ended, 200)
  assert.deepEqual(
    stream.lines.map(({ line, error }) => [line, error?.code]),
    [
      [1, undefined],
      [undefined, 'index_not_found'],
    ],
  )
  const late = openLines(await http.listen().catch(() => urlOf(http)), '/films/items')
  late.end()
  assert.equal(await late.ended, 404)
})

function urlOf({ app }: IndexHttp): string {
  const address = app.server.address()
  if (address === null || typeof address === 'string') throw new Error('It does not listen.')
  return `http://127.0.0.1:${address.port}`
}

testIndexHttp('a search sees what was answered a moment ago, while more comes', async (_t, http) => {
  await http.ask('PUT', '/films', { model: 'tiny', graph: { from_items: 50 } })
  http.indexes.start()
  const stream = openLines(await http.listen(), '/films/items')
  for (let at = 0; at < 300; at++) {
    stream.send({
      id: `film-${at}`,
      vector: Array.from({ length: 8 }, (_, d) => Math.sin(at * 8 + d) + 0.01),
      model_digest: TINY_DIGEST,
    })
    if (at % 30 !== 29) continue
    await stream.has(at + 1)
    const index = await http.indexes.get('films')
    const asked: Pick<VectorQuery, 'mode'> = { mode: 'auto' }
    const vector = await http.retrieval.items.vector(index, `film-${at}`)
    const { hits } = await http.retrieval.search(index, { vector, k: 1, filter: {}, ...asked })
    assert.equal(hits[0]?.id, `film-${at}`)
  }
  stream.end()
  await stream.ended
  await until(async () => (await http.indexes.get('films')).serving.filled === 300)
})
