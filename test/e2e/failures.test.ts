import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { deflateSync, crc32 as zlibCrc32 } from 'node:zlib'
import { eventually } from '../engine/harness.js'
import { file, film, PACKS, plantStore, postFilm, postJson, startService } from './service.js'
import { program } from '../program.js'

interface Problem {
  code: string
  status: number
  detail: string
  request_id: string
  errors?: { pointer: string }[]
}

const problemOf = async (reply: Response): Promise<Problem> => (await reply.json()) as Problem

test('each bad image has its problem document', async (t) => {
  const { url } = await startService(t)
  const jpeg = film()
  const cases: [Buffer, string, string][] = [
    [Buffer.alloc(0), 'image/jpeg', 'malformed'],
    [jpeg.subarray(0, jpeg.length >> 1), 'image/jpeg', 'malformed_image'],
    [Buffer.from('<html>not a film</html>'), 'image/png', 'unsupported_media_type'],
    [Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'image/png', 'unsupported_media_type'],
    [file('animated.png'), 'image/png', 'malformed_image'],
    [hugePng(50_000), 'image/png', 'too_large'],
  ]
  for (const [bytes, type, code] of cases) {
    const reply = await postFilm(`${url}/v1/classifications`, bytes, type)
    const problem = await problemOf(reply)
    assert.ok(problem.code.startsWith(code), `${problem.code} for ${code}`)
    assert.ok(
      reply.status >= 400 && reply.status < 500 && problem.status === reply.status && problem.detail.length > 10,
    )
    assert.match(reply.headers.get('content-type') ?? '', /problem\+json/)
    assert.equal(problem.request_id, reply.headers.get('x-request-id'))
  }
  for (const name of ['gray-16.png', 'palette.png', 'cmyk.jpg', 'rgb-progressive.jpg']) {
    const type = name.endsWith('png') ? 'image/png' : 'image/jpeg'
    assert.equal((await postFilm(`${url}/v1/embeddings`, file(name), type)).status, 200, name)
  }
})

test('each bad body has its problem document', async (t) => {
  const { url } = await startService(t, { MAX_BODY_BYTES: String(4 << 20) })
  const refused = async (body: unknown, status: number, code: string, pointer?: string) => {
    const reply = await postJson(`${url}/v1/embeddings`, body)
    const problem = await problemOf(reply)
    assert.deepEqual([reply.status, problem.code], [status, code], JSON.stringify(problem).slice(0, 300))
    if (pointer !== undefined)
      assert.ok(
        problem.errors?.some((error) => error.pointer === pointer),
        JSON.stringify(problem.errors),
      )
  }
  await refused({ input: [{ image: { data: '!!' } }] }, 400, 'malformed_body', '/input/0/image/data')
  await refused({ input: 'x', level: 'middle' }, 400, 'malformed_body', '/level')
  await refused({ input: Array.from({ length: 10_000 }, () => 'x') }, 413, 'too_large')
  await refused({ input: 'y'.repeat(1 << 20) }, 413, 'too_large')
  await refused({ input: [{ image: { data: 'A'.repeat(5 << 20) } }] }, 413, 'too_large')
  await refused({ input: 'x', model: 'nobody' }, 404, 'model_not_found')
  await refused({ input: 'x', model: 'tiny-clip@9.9.9' }, 404, 'model_not_found')
  const empty = await postJson(`${url}/v1/embeddings`, { input: ' ' })
  assert.equal(empty.status, 422)
  assert.equal((await postJson(`${url}/v1/embeddings`, { input: '🫁 effusion 肺' })).status, 200)
})

test('a pack with a flipped byte is refused with its reason while its neighbour answers', async (t) => {
  const root = plantStore(['good', 'broken'])
  const path = join(root, 'broken/1.0.0/image_encoder.onnx')
  const bytes = readFileSync(path)
  bytes[bytes.length >> 1]! ^= 1
  writeFileSync(path, bytes)
  const { url } = await startService(t, { MODEL_STORE: root, DEFAULT_MODELS: 'good' })
  const reply = await postJson(`${url}/v1/embeddings`, { model: 'broken', input: 'x' })
  const problem = await problemOf(reply)
  assert.deepEqual([reply.status, problem.code], [409, 'model_invalid'])
  const index = (await (await fetch(`${url}/v2/repository/index`, { method: 'POST' })).json()) as {
    name: string
    reason?: string
  }[]
  assert.ok(
    index.some(({ name, reason }) => name.startsWith('broken') && reason?.includes('sha256')),
    JSON.stringify(index),
  )
  assert.equal((await postJson(`${url}/v1/embeddings`, { input: 'x' })).status, 200)
})

test('kill -9 on the lane under 32 clients: no request hangs or is lost without a 503, and the service comes back', async (t) => {
  const { url, service } = await startService(t)
  const jpeg = film()
  let isOver = false
  const statuses: number[] = []
  const client = async () => {
    while (!isOver) statuses.push((await postFilm(`${url}/v1/embeddings`, jpeg)).status)
  }
  const clients = Array.from({ length: 32 }, client)
  await eventually(() => statuses.length > 50, 'clients are served')
  for (const { pid } of service.engine.status().lanes) if (pid !== undefined) process.kill(pid, 'SIGKILL')
  await eventually(() => service.engine.status().lanes[0]?.restarts === 1, 'the lane is started again')
  const answered = statuses.length
  await eventually(
    () => statuses.slice(answered).filter((status) => status === 200).length > 50,
    'clients are served again',
  )
  isOver = true
  await Promise.all(clients)
  assert.deepEqual(
    [...new Set(statuses)].filter((status) => status !== 200 && status !== 503),
    [],
  )
})

test('a client that leaves gives its permit back', async (t) => {
  const { url } = await startService(t, { MAX_REQUESTS_IN_FLIGHT: '4' })
  const jpeg = film()
  for (let round = 0; round < 5; round++) {
    await Promise.allSettled(
      Array.from({ length: 4 }, () => {
        const leaving = new AbortController()
        setTimeout(() => leaving.abort(), round)
        return fetch(`${url}/v1/embeddings`, {
          ...{ method: 'POST', headers: { 'content-type': 'image/jpeg' } },
          ...{ body: new Uint8Array(jpeg), signal: leaving.signal },
        })
      }),
    )
  }
  const isFree = async () => {
    const replies = await Promise.all(Array.from({ length: 4 }, () => postFilm(`${url}/v1/embeddings`, jpeg)))
    return replies.every(({ status }) => status === 200)
  }
  const endMs = performance.now() + 10_000
  while (!(await isFree())) assert.ok(performance.now() < endMs, 'all four permits come back')
})

test('more than may be in flight is answered 429 with retry-after', async (t) => {
  const { url } = await startService(t, { MAX_REQUESTS_IN_FLIGHT: '2' })
  const replies = await Promise.all(Array.from({ length: 24 }, () => postFilm(`${url}/v1/embeddings`, film())))
  const refused = replies.filter(({ status }) => status === 429)
  assert.ok(refused.length > 0 && replies.some(({ status }) => status === 200))
  for (const reply of refused) assert.ok(Number(reply.headers.get('retry-after')) >= 1)
})

test('a deadline that has passed is 504', async (t) => {
  const { url } = await startService(t)
  const reply = await postFilm(`${url}/v1/embeddings`, film(), 'image/jpeg', { 'x-timeout-ms': '1' })
  assert.equal(reply.status, 504)
  assert.equal((await problemOf(reply)).code, 'deadline_exceeded')
})

test('a client that sends a byte a second is let go', async (t) => {
  const { url } = await startService(t, { UPLOAD_TIMEOUT_MS: '500' })
  const { port, hostname } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.write('POST /v1/embeddings HTTP/1.1\r\nhost: x\r\ncontent-type: image/jpeg\r\ncontent-length: 1000\r\n\r\n')
  const dripping = setInterval(() => socket.write('x'), 200)
  const received: Buffer[] = []
  socket.on('data', (piece: Buffer) => received.push(piece))
  socket.on('error', () => undefined)
  await once(socket, 'close')
  clearInterval(dripping)
  assert.match(Buffer.concat(received).toString(), /^HTTP\/1\.1 408 /)
})

test('SIGTERM under load: what runs is finished, the exit code is 0, no lane is left', async () => {
  const child = spawn(process.execPath, program('main'), {
    cwd: resolve(import.meta.dirname, '../..'),
    env: { ...process.env, PORT: '0', MODEL_STORE: PACKS, DEFAULT_MODELS: 'tiny-clip', DEVICE: 'cpu' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })
  let url = ''
  let lanePid = 0
  for await (const line of lines) {
    const entry = JSON.parse(line) as { msg: string; pid?: number }
    url = /listening at (\S+)/.exec(entry.msg)?.[1] ?? url
    if (entry.msg.startsWith('lane 0')) lanePid = entry.pid ?? 0
    if (entry.msg === 'model is ready' || (url !== '' && (await isReady(url)))) break
  }
  child.stdout.resume()
  await isReady(url)
  const replies = Array.from({ length: 16 }, () =>
    postFilm(`${url}/v1/embeddings`, film()).then(
      ({ status }) => status,
      () => 0,
    ),
  )
  await Promise.race(replies)
  child.kill('SIGTERM')
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
  assert.deepEqual([code, signal], [0, null])
  const statuses = await Promise.all(replies)
  assert.ok(statuses.every((status) => status === 200 || status === 503 || status === 0) && statuses.includes(200))
  assert.throws(() => process.kill(lanePid, 0), 'the lane is gone')
})

async function isReady(url: string): Promise<boolean> {
  const endMs = performance.now() + 30_000
  while (performance.now() < endMs) {
    if ((await fetch(`${url}/health/ready`).catch(() => undefined))?.status === 200) return true
    await new Promise((done) => setTimeout(done, 20))
  }
  throw new Error('the service did not become ready')
}

/** A PNG of `side` × `side` bits: some 300 kB that would be 2.5 gigapixels. */
function hugePng(side: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(side, 0)
  header.writeUInt32BE(side, 4)
  header.set([1, 0, 0, 0, 0], 8)
  const pixels = deflateSync(Buffer.alloc((side / 8 + 1) * 1000), { level: 9 })
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))])
}

function chunk(type: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32BE(zlibCrc32(body))
  return Buffer.concat([length, body, checksum])
}
