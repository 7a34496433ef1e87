/** Servers that do what Orthanc does not: refuse in part, send elsewhere, stop in the middle. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { AppError } from '../../../src/errors.js'
import { createDicomwebClient } from '../../../src/hospital/dicomweb/client.js'
import type { DicomwebOptions } from '../../../src/hospital/dicomweb/dicomweb.js'
import { newUid, writeObject } from '../../../src/hospital/dicom/write-object.js'

const PLANTED = 'PLANTED^NAME'
const PATH = { study: '1.2', series: '1.2.3', instance: '1.2.3.4' }
const [FIRST, SECOND] = [newUid(), newUid()]

async function serve(t: TestContext, answer: (request: IncomingMessage, reply: ServerResponse) => void) {
  const server = createServer((request, reply) => {
    request.resume()
    answer(request, reply)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return (other: Partial<DicomwebOptions> = {}) =>
    createDicomwebClient({ baseUrl, timeoutMs: 5000, maxBytes: 1 << 20, maxParts: 10, ...other })
}

function objectOf(sopInstanceUid: string): Buffer {
  return writeObject({ SOPClassUID: '1.2.840.10008.5.1.4.1.1.7', SOPInstanceUID: sopInstanceUid })
}

const failed = (uid: string, reason?: number) => ({
  '00081155': { vr: 'UI', Value: [uid] },
  ...(reason !== undefined && { '00081197': { vr: 'US', Value: [reason] } }),
})

const ANSWERS: readonly {
  name: string
  status: number
  body: unknown
  first: unknown
  second: unknown
  whole: string
}[] = [
  {
    name: 'one is refused',
    status: 202,
    body: {
      '00081198': { vr: 'SQ', Value: [failed(SECOND, 0xa900)] },
      '00081199': { vr: 'SQ', Value: [failed(FIRST)] },
    },
    first: { outcome: 'accepted' },
    second: { outcome: 'refused', reason: 'status A900' },
    whole: 'refused',
  },
  {
    name: 'one finds no room, the other is there already',
    status: 409,
    body: { '00081198': { vr: 'SQ', Value: [failed(FIRST, 0xa700), failed(SECOND, 0x0111)] } },
    first: { outcome: 'undelivered', reason: 'status A700' },
    second: { outcome: 'accepted' },
    whole: 'undelivered',
  },
  {
    name: 'one is not mentioned',
    status: 202,
    body: { '00081199': { vr: 'SQ', Value: [failed(FIRST)] } },
    first: { outcome: 'accepted' },
    second: { outcome: 'undelivered', reason: 'http 202' },
    whole: 'undelivered',
  },
  {
    name: 'a page instead of an answer',
    status: 409,
    body: PLANTED,
    first: { outcome: 'refused', reason: 'http 409' },
    second: { outcome: 'refused', reason: 'http 409' },
    whole: 'refused',
  },
  {
    name: 'too busy',
    status: 503,
    body: {},
    first: { outcome: 'undelivered', reason: 'http 503' },
    second: { outcome: 'undelivered', reason: 'http 503' },
    whole: 'undelivered',
  },
]

for (const { name, status, body, first, second, whole } of ANSWERS) {
  test(`STOW-RS: ${name}`, async (t) => {
    const client = await serve(t, (_request, reply) => reply.writeHead(status).end(JSON.stringify(body)))
    const { instances, outcome } = await client().store([objectOf(FIRST), objectOf(SECOND)])
    assert.deepEqual(instances, [
      { sopInstanceUid: FIRST, ...(first as object) },
      { sopInstanceUid: SECOND, ...(second as object) },
    ])
    assert.equal(outcome, whole)
  })
}

test('nothing is sent on to where an answer says', async (t) => {
  const asked: string[] = []
  const client = await serve(t, ({ url }, reply) => {
    asked.push(url ?? '')
    reply.writeHead(307, { location: '/elsewhere' }).end()
  })
  assert.equal((await client().store([objectOf(FIRST)])).outcome, 'undelivered')
  await assert.rejects(client().search('studies', {}), fails('upstream_failed'))
  assert.deepEqual(asked, ['/studies', '/studies'])
})

test('a server that says nothing, or stops in the middle, is given up in time', async (t) => {
  const client = await serve(t, ({ url }, reply) => {
    if (url?.includes('1.2.3.4') !== true) return
    reply.writeHead(200, { 'content-type': 'multipart/related; boundary=B' }).write('--B\r\n\r\nhalf')
  })
  const hurried = client({ timeoutMs: 150 })
  await assert.rejects(hurried.search('series', {}), fails('deadline_exceeded'))
  await assert.rejects(hurried.retrieve(PATH).next(), fails('deadline_exceeded'))
  const { outcome, instances } = await hurried.store([objectOf(FIRST)])
  assert.equal(outcome, 'undelivered')
  assert.deepEqual(instances[0], { sopInstanceUid: FIRST, outcome: 'undelivered', reason: 'timeout' })
  const leaving = new AbortController()
  const asked = client().retrieve(PATH, leaving.signal).next()
  leaving.abort(new AppError('cancelled', 'The client left.'))
  await assert.rejects(asked, fails('cancelled'))
})

test('answers that are no answers are told of in our words alone', async (t) => {
  let say = (reply: ServerResponse): void => void reply.end()
  const client = (await serve(t, (_request, reply) => say(reply)))()
  const answers: readonly [string, (reply: ServerResponse) => void][] = [
    ['upstream_failed', (reply) => reply.end(PLANTED)],
    ['upstream_failed', (reply) => reply.writeHead(500).end(PLANTED)],
    ['upstream_failed', (reply) => reply.writeHead(200, { 'content-type': 'application/dicom' }).end(PLANTED)],
    ['upstream_failed', (reply) => cutShort(reply)],
    ['dicom_not_found', (reply) => reply.writeHead(404).end(PLANTED)],
    ['too_large', (reply) => reply.end(JSON.stringify(['x'.repeat(2 << 20)]))],
  ]
  for (const [code, answer] of answers) {
    say = answer
    await assert.rejects(client.search('studies', {}), fails(code))
    if (code !== 'too_large') await assert.rejects(client.retrieve(PATH).next(), fails(code))
  }
})

function cutShort(reply: ServerResponse): void {
  reply.writeHead(200, { 'content-type': 'multipart/related; boundary=B', 'content-length': '1000' })
  reply.write('--B\r\n\r\nhalf', () => reply.socket?.destroy())
}

function fails(code: string): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof AppError)
    assert.equal(error.code, code)
    assert.doesNotMatch(`${error.message} ${JSON.stringify(error.details)}`, new RegExp(PLANTED.replace('^', '\\^')))
    return true
  }
}
