/** A push to a server of the test that checks the client's assertion itself: up, refusing, slow, and down. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { exportPKCS8, generateKeyPair, jwtVerify } from 'jose'
import { createFhirPush } from '../../src/hospital/fhir/push.js'
import type { Bundle } from '../../src/hospital/fhir/resources.js'
import { silentLog, silentMeter } from '../../src/ports.js'
import { readBundle } from './fhir-validator.js'

const { privateKey, publicKey } = await generateKeyPair('ES384', { extractable: true })
const PEM = await exportPKCS8(privateKey)
const BUNDLE: Bundle = { resourceType: 'Bundle', type: 'collection', timestamp: '2026-11-26T12:00:00.000Z', entry: [] }

type Status = (at: number) => number | 'silent'

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

async function start(t: TestContext, status: Status, more: { timeoutMs?: number; tokenStatus?: number } = {}) {
  const stored = new Map<string, string>()
  const jtis: string[] = []
  const warned: unknown[] = []
  let posts = 0
  const giveToken = async (form: URLSearchParams, response: ServerResponse): Promise<void> => {
    const { payload, protectedHeader } = await jwtVerify(form.get('client_assertion')!, publicKey, {
      ...{ audience: `${url}/token`, issuer: 'radserve', subject: 'radserve', algorithms: ['ES384'] },
      requiredClaims: ['exp', 'jti', 'iat'],
    })
    assert.equal(protectedHeader.kid, 'key-1')
    assert.ok(payload.exp! - Date.now() / 1000 <= 300)
    assert.equal(form.get('grant_type'), 'client_credentials')
    assert.equal(form.get('client_assertion_type'), 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
    assert.equal(form.get('scope'), 'system/Bundle.c')
    jtis.push(payload.jti!)
    response.writeHead(more.tokenStatus ?? 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ access_token: `token-${jtis.length}`, token_type: 'bearer', expires_in: 300 }))
  }
  const server = createServer((request, response) => {
    void (async () => {
      const body = await textOf(request)
      if (request.url === '/token')
        return giveToken(new URLSearchParams(body), response).catch(() => response.writeHead(400).end())
      const is = status(posts++)
      if (is === 'silent') return
      const isKnown = request.headers.authorization === `Bearer token-${jtis.length}`
      if (is === 201 && isKnown) stored.set(String(request.headers['if-none-exist']), body)
      response.writeHead(isKnown ? is : 403).end('PLANTED^NAME')
    })()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const push = createFhirPush({
    baseUrl: url,
    client: {
      ...{ tokenUrl: `${url}/token`, clientId: 'radserve', privateKey: PEM, keyId: 'key-1' },
      ...{ algorithm: 'ES384', scope: 'system/Bundle.c' },
    },
    ...{ timeoutMs: more.timeoutMs ?? 5000, attempts: 3, backoffMs: 1, meter: silentMeter },
    log: { ...silentLog, warn: (fields) => warned.push(fields) },
  })
  const stop = (): void => {
    server.closeAllConnections()
    server.close()
  }
  t.after(() => {
    push.close()
    stop()
  })
  return { push, stored, jtis, warned, stop, posts: () => posts }
}

test('a Bundle is created with a token that a signed assertion bought; the token is used again', async (t) => {
  const { push, stored, jtis } = await start(t, () => 201)
  assert.deepEqual(await push.push(BUNDLE), { outcome: 'accepted' })
  assert.deepEqual(await push.push(BUNDLE), { outcome: 'accepted' })
  assert.deepEqual([stored.size, jtis.length], [2, 1])
  for (const body of stored.values()) readBundle(body)
})

test('a busy server is asked again for the same Bundle; a token that it forgot is bought anew with a new jti', async (t) => {
  const { push, stored, jtis, posts } = await start(t, (at) => [503, 401, 201][at]!)
  assert.deepEqual(await push.push(BUNDLE), { outcome: 'accepted' })
  assert.deepEqual([stored.size, posts(), jtis.length, new Set(jtis).size], [1, 3, 2, 2])
})

test('a Bundle that the server refuses is told at once, and nothing that it said', async (t) => {
  const { push, warned, posts } = await start(t, () => 422)
  assert.deepEqual(await push.push(BUNDLE), { outcome: 'refused', reason: '422' })
  assert.equal(posts(), 1)
  assert.deepEqual(warned, [])
})

test('slow, down, or without a token: undelivered after every attempt, with the reason', async (t) => {
  const slow = await start(t, () => 'silent', { timeoutMs: 200 })
  assert.deepEqual(await slow.push.push(BUNDLE), { outcome: 'undelivered', reason: 'timeout' })
  assert.deepEqual([slow.posts(), slow.warned.length], [3, 3])
  const closed = await start(t, () => 201, { tokenStatus: 500 })
  assert.deepEqual(await closed.push.push(BUNDLE), { outcome: 'undelivered', reason: 'token 500' })
  const down = await start(t, () => 201)
  down.stop()
  assert.deepEqual(await down.push.push(BUNDLE), { outcome: 'undelivered', reason: 'ECONNREFUSED' })
  assert.doesNotMatch(JSON.stringify([slow.warned, closed.warned, down.warned]), /planted|127\.0\.0\.1/i)
})
