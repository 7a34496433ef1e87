import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { InjectOptions } from 'fastify'
import { AppError, type ErrorCode } from '../../src/errors.js'
import { PROBLEM_STATUS } from '../../src/http/problem.js'
import type { HttpServices } from '../../src/http/services.js'
import { buildHttp } from './build-http.js'

const JSON_TYPE = { 'content-type': 'application/json' }
const FILM = { data: 'AQID' }

test('a problem document has the members of RFC 9457 and those of OpenAI', async (t) => {
  const { app } = await buildHttp(t)
  const reply = await app.inject({
    method: 'POST',
    url: '/v1/embeddings',
    headers: { 'x-request-id': '0b8f6c1e-5d3a-4e2f-9a7b-1c2d3e4f5a6b' },
    payload: { input: 'a', model: 'none' },
  })
  assert.equal(reply.statusCode, 404)
  assert.equal(reply.headers['content-type'], 'application/problem+json')
  assert.equal(reply.headers['x-request-id'], '0b8f6c1e-5d3a-4e2f-9a7b-1c2d3e4f5a6b')
  assert.deepEqual(reply.json(), {
    type: 'urn:radserve:problem:model_not_found',
    title: 'There is no such model',
    status: 404,
    detail: 'There is no model none in the store.',
    code: 'model_not_found',
    request_id: '0b8f6c1e-5d3a-4e2f-9a7b-1c2d3e4f5a6b',
    error: {
      message: 'There is no model none in the store.',
      type: 'invalid_request_error',
      param: null,
      code: 'model_not_found',
    },
  })
})

test("Fastify's own refusals go through the catalogue", async (t) => {
  const { app } = await buildHttp(t, { http: { maxBodyBytes: 2000 } })
  const url = '/v1/embeddings'
  const post = { method: 'POST', url, headers: JSON_TYPE } as const
  const table: [InjectOptions, number, string][] = [
    [{ ...post, payload: '{"input":' }, 400, 'malformed_body'],
    [{ ...post, payload: '' }, 400, 'malformed_body'],
    [{ ...post, payload: Buffer.from([0x22, 0xff, 0x22]) }, 400, 'malformed_body'],
    [{ ...post, payload: 'null' }, 400, 'malformed_body'],
    [{ method: 'POST', url }, 400, 'malformed_body'],
    [{ ...post, payload: JSON.stringify({ input: 'a'.repeat(2000) }) }, 413, 'too_large'],
    [{ ...post, headers: { 'content-type': 'text/plain' }, payload: 'a' }, 415, 'unsupported_media_type'],
    [{ ...post, headers: { 'content-type': 'image/gif' }, payload: 'a' }, 415, 'unsupported_media_type'],
    [{ ...post, headers: { 'content-type': 'nonsense' }, payload: 'a' }, 415, 'unsupported_media_type'],
    [{ ...post, headers: { ...JSON_TYPE, 'content-encoding': 'gzip' }, payload: 'a' }, 415, 'unsupported_media_type'],
    [{ ...post, headers: { ...JSON_TYPE, 'x-priority': 'now' }, payload: '{"input":"a"}' }, 400, 'invalid_option'],
    [{ ...post, headers: { ...JSON_TYPE, 'x-timeout-ms': '0' }, payload: '{"input":"a"}' }, 400, 'invalid_option'],
    [{ method: 'GET', url: '/v1/nothing' }, 404, 'route_not_found'],
    [{ method: 'GET', url: '/nothing' }, 404, 'route_not_found'],
    [{ method: 'GET', url: '/%zz' }, 400, 'malformed_request'],
    [{ method: 'GET', url: `/v1/models/${'m'.repeat(300)}` }, 404, 'route_not_found'],
  ]
  for (const [request, status, code] of table) {
    const reply = await app.inject(request)
    const problem = reply.json<{ code: string; status: number; request_id: string }>()
    assert.deepEqual(
      [reply.statusCode, problem.code, problem.status],
      [status, code, status],
      JSON.stringify(request).slice(0, 200),
    )
    assert.equal(problem.request_id, reply.headers['x-request-id'] ?? problem.request_id)
  }
})

test('a wrong method is told which are right, everywhere', async (t) => {
  const { app } = await buildHttp(t)
  const table = [
    ['/v1/embeddings', 'POST'],
    ['/v1/models/tiny', 'GET, HEAD'],
    ['/v2/models/tiny/infer', 'POST'],
    ['/health/live', 'GET, HEAD'],
  ] as const
  for (const [url, allow] of table) {
    const reply = await app.inject({ method: 'DELETE', url })
    assert.deepEqual([reply.statusCode, reply.headers['allow']], [405, allow], url)
  }
})

test('a body that is no JSON is not quoted', async (t) => {
  const { app, lines } = await buildHttp(t)
  const reply = await app.inject({
    method: 'POST',
    url: '/v1/embeddings',
    headers: JSON_TYPE,
    payload: '{"input": Mueller, Hans',
  })
  assert.doesNotMatch(reply.body + JSON.stringify(lines), /Mueller|Hans/)
})

function everyTask(refuse: () => Promise<never>): HttpServices['predict'] {
  return {
    ...{ embeddings: refuse, similarities: refuse, classifications: refuse, segmentations: refuse },
    ...{ generations: refuse, edits: refuse, reports: refuse, prepared: refuse },
  }
}

test('every code has its status on the wire; from 500 up nothing inner is told', async (t) => {
  let thrown: Error
  const refuse = () => Promise.reject(thrown)
  const { app, lines } = await buildHttp(t, {
    services: { predict: everyTask(refuse) },
  })
  const post = () => app.inject({ method: 'POST', url: '/v1/embeddings', payload: { input: 'a' } })
  for (const [code, status] of Object.entries(PROBLEM_STATUS)) {
    thrown = new AppError(code as ErrorCode, 'the secret reason', {
      details: { limit: 'L', fields: [{ pointer: '/secret', detail: 'x' }] },
    })
    const reply = await post()
    assert.equal(reply.statusCode, status, code)
    assert.equal(reply.body.includes('secret'), status < 500, code)
  }
  thrown = new TypeError('the secret reason')
  const reply = await post()
  assert.equal(reply.statusCode, 500)
  assert.equal(reply.json<{ code: string }>().code, 'internal')
  assert.doesNotMatch(reply.body, /secret/)
  assert.ok(
    lines.some((line) => JSON.stringify(line).includes('the secret reason')),
    'the log names it',
  )
})

test('retry-after is what the engine measured, rounded up to seconds', async (t) => {
  const refuse = () => Promise.reject(new AppError('queue_full', 'Full.', { details: { retryAfterMs: 2300 } }))
  const { app } = await buildHttp(t, {
    services: { predict: everyTask(refuse) },
  })
  const reply = await app.inject({ method: 'POST', url: '/v1/embeddings', payload: { input: 'a' } })
  assert.deepEqual([reply.statusCode, reply.headers['retry-after']], [429, '3'])
  assert.equal(reply.json<{ error: { type: string } }>().error.type, 'rate_limit_error')
})

test('each limit names itself', async (t) => {
  const { app } = await buildHttp(t, {
    http: { maxImages: 2, maxTexts: 2, maxTextCharacters: 10, maxImageBytes: 2, maxMaps: 1, maxMapPictures: 1 },
  })
  const small = { data: 'AQ==' }
  const table: [string, object, string][] = [
    ['similarities', { images: [small, small, small], texts: ['a'] }, 'MAX_IMAGES'],
    ['similarities', { image: FILM, texts: ['a'] }, 'MAX_IMAGE_BYTES'],
    ['similarities', { image: small, texts: ['a', 'b', 'c'] }, 'MAX_TEXTS'],
    ['similarities', { image: small, texts: ['a'.repeat(11)] }, 'MAX_TEXT_CHARACTERS'],
    ['similarities', { image: small, texts: ['a', 'b'], maps: true }, 'MAX_MAPS'],
    ['similarities', { image: small, texts: ['a', 'b'], maps: true, map_format: 'both' }, 'MAX_MAP_PICTURES'],
    ['classifications', { image: small, prompts: { a: ['x', 'y'], b: ['z'] } }, 'MAX_TEXTS'],
    ['embeddings', { input: ['a', 'b', { text: 'c' }] }, 'MAX_TEXTS'],
    ['embeddings', { input: 'a'.repeat(11) }, 'MAX_TEXT_CHARACTERS'],
    ['embeddings', { input: [{ image: small }, { study: [small, small] }] }, 'MAX_IMAGES'],
  ]
  for (const [route, payload, limit] of table) {
    const reply = await app.inject({ method: 'POST', url: `/v1/${route}`, payload })
    assert.deepEqual([reply.statusCode, reply.json<{ limit: string }>().limit], [413, limit], reply.body)
  }
})

test('headers become the demand; a request id that cannot be printed is replaced', async (t) => {
  const { app, services } = await buildHttp(t)
  const headers = { 'x-priority': 'stat', 'x-timeout-ms': '1500', 'x-request-id': 'a b' }
  const askedMs = services.clock.nowMs()
  const reply = await app.inject({
    method: 'POST',
    url: '/v1/embeddings',
    headers,
    payload: { input: 'a', deterministic: true },
  })
  const [demand] = services.demands
  assert.deepEqual([demand?.priority, demand?.isDeterministic], ['stat', true])
  const arrivedAtMs = demand!.deadlineMs! - 1500
  assert.ok(arrivedAtMs >= askedMs && arrivedAtMs <= services.clock.nowMs())
  assert.match(String(reply.headers['x-request-id']), /^[0-9a-f-]{36}$/)
})

test('one line a request, without query, text or address', async (t) => {
  const { app, lines } = await buildHttp(t)
  await app.inject({
    method: 'POST',
    url: '/v1/similarities?texts=Mueller',
    headers: { 'content-type': 'image/png' },
    payload: 'pixels',
  })
  await app.inject('/v1/models/hans-mueller')
  assert.equal(lines.length, 2)
  const [first, second] = lines
  assert.deepEqual([first?.['route'], first?.['status'], first?.['msg']], ['/v1/similarities', 200, 'request'])
  assert.deepEqual(
    [second?.['route'], second?.['status'], second?.['code']],
    ['/v1/models/:name', 404, 'model_not_found'],
  )
  assert.doesNotMatch(JSON.stringify(lines), /mueller|pixels|127\.0\.0\.1/i)
})
