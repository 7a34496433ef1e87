import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { buildHttp } from './build-http.js'

const FILM = Buffer.from('a film of a chest, in bytes')

async function postForm(app: FastifyInstance, url: string, entries: [string, string | Blob][]) {
  const form = new FormData()
  for (const [name, value] of entries) {
    if (typeof value === 'string') form.append(name, value)
    else form.append(name, value, 'film.png')
  }
  const request = new Request('http://x', { method: 'POST', body: form })
  const headers = { 'content-type': request.headers.get('content-type') ?? '' }
  return app.inject({ method: 'POST', url, headers, payload: Buffer.from(await request.arrayBuffer()) })
}

test('JSON, a form and a raw body ask the same and get the same', async (t) => {
  const { app } = await buildHttp(t)
  const url = '/v1/similarities'
  const texts = ['no effusion', '[pneumothorax']
  const data = FILM.toString('base64')
  const json = await app.inject({
    method: 'POST',
    url,
    payload: { image: { data }, texts, maps: true, mode: 'global' },
  })
  assert.equal(json.statusCode, 200, json.body)
  const listed = await app.inject({
    method: 'POST',
    url,
    payload: { images: [{ url: `data:image/png;base64,${data}` }], texts, maps: true },
  })
  const film = new Blob([FILM])
  const form = await postForm(app, url, [
    ['image', film],
    ['texts', texts[0]!],
    ['texts', texts[1]!],
    ['maps', 'true'],
    ['mode', 'global'],
  ])
  const jsonPart = await postForm(app, url, [
    ['texts', JSON.stringify(texts)],
    ['maps', 'true'],
    ['image', film],
  ])
  const query = `?${texts.map((text) => `texts=${encodeURIComponent(text)}`).join('&')}&maps=true`
  const raw = await app.inject({
    method: 'POST',
    url: url + query,
    headers: { 'content-type': 'image/png' },
    payload: FILM,
  })
  for (const reply of [listed, form, jsonPart, raw]) assert.deepEqual(reply.json(), json.json(), reply.body)
})

test('one schema checks all three forms, with the same pointers', async (t) => {
  const { app } = await buildHttp(t)
  const url = '/v1/similarities'
  const replies = [
    await app.inject({ method: 'POST', url, payload: { image: { data: 'AQID' }, mode: 'loud', maps: 3, extra: 1 } }),
    await postForm(app, url, [
      ['image', new Blob([FILM])],
      ['mode', 'loud'],
      ['maps', 'perhaps'],
      ['extra', '1'],
    ]),
    await app.inject({
      method: 'POST',
      url: `${url}?mode=loud&maps=perhaps&extra=1`,
      headers: { 'content-type': 'image/jpeg' },
      payload: FILM,
    }),
  ]
  for (const reply of replies) {
    assert.equal(reply.statusCode, 400)
    const { code, errors } = reply.json<{ code: string; errors: { pointer: string; detail: string }[] }>()
    assert.equal(code, 'malformed_body')
    assert.deepEqual(errors.map(({ pointer }) => pointer).sort(), ['/extra', '/maps', '/mode', '/texts'])
    assert.equal(errors.find(({ pointer }) => pointer === '/mode')?.detail, 'must be one of global, local, both')
  }
})

test('a form mixes texts and images of an embeddings request in their order', async (t) => {
  const { app } = await buildHttp(t)
  const reply = await postForm(app, '/v1/embeddings', [
    ['input', 'abc'],
    ['image', new Blob([FILM])],
    ['input', 'd'],
    ['dimensions', '4'],
  ])
  const { data } = reply.json<{ data: { kind: string; embedding: number[] }[] }>()
  assert.deepEqual(
    data.map(({ kind, embedding }) => [kind, embedding.length]),
    [
      ['text', 4],
      ['image', 4],
      ['text', 4],
    ],
  )
})

test('what belongs nowhere is refused with its place', async (t) => {
  const { app } = await buildHttp(t)
  const film = new Blob([FILM])
  const stray = await postForm(app, '/v1/classifications', [
    ['image', film],
    ['mask', film],
  ])
  assert.equal(stray.json<{ errors: { pointer: string }[] }>().errors[0]?.pointer, '/mask')
  const missing = await postForm(app, '/v1/classifications', [['labels', 'effusion']])
  assert.equal(missing.json<{ errors: { pointer: string }[] }>().errors[0]?.pointer, '/images')
  const both = await app.inject({
    method: 'POST',
    url: '/v1/classifications?labels=a',
    payload: { image: { data: 'AQID' } },
  })
  assert.equal(both.statusCode, 400)
  const two = await app.inject({
    method: 'POST',
    url: '/v1/classifications',
    payload: { image: { data: 'AQID' }, labels: ['a'], label_set: 'b' },
  })
  assert.equal(two.json<{ errors: { pointer: string }[] }>().errors[0]?.pointer, '/labels')
  const proto = await app.inject({
    method: 'POST',
    url: '/v1/classifications',
    headers: { 'content-type': 'application/json' },
    payload: '{"image":{"data":"AQID"},"__proto__":{"labels":["a"]}}',
  })
  assert.equal(proto.statusCode, 400)
})

test('a JSON body cannot make an upload, and token ids are refused clearly', async (t) => {
  const { app } = await buildHttp(t)
  for (const image of [{ bytes: [1, 2] }, {}, 'AQID', { data: 3 }, { data: 'AQID', url: 'data:' }]) {
    const reply = await app.inject({ method: 'POST', url: '/v1/similarities', payload: { image, texts: ['a'] } })
    const { errors } = reply.json<{ errors: { pointer: string; detail: string }[] }>()
    assert.equal(reply.statusCode, 400)
    assert.match(errors[0]!.pointer, /^\/image/)
  }
  for (const input of [[1, 2, 3], [[1, 2]], [], {}, 7, [{ text: 1 }], [{ image: { data: 'AQID' }, text: 'a' }]]) {
    const reply = await app.inject({ method: 'POST', url: '/v1/embeddings', payload: { input } })
    assert.equal(reply.statusCode, 400)
    assert.match(reply.json<{ errors: { pointer: string }[] }>().errors[0]!.pointer, /^\/input/)
  }
  const tokens = await app.inject({ method: 'POST', url: '/v1/embeddings', payload: { input: [1, 2, 3] } })
  assert.match(tokens.body, /token ids are not taken/)
})

test('a map is a grid, a PNG, both, or the whole answer', async (t) => {
  const { app } = await buildHttp(t)
  const body = { image: { data: FILM.toString('base64') }, labels: ['effusion', 'normal'], maps: true }
  const mapOf = async (map_format?: string) => {
    const reply = await app.inject({
      method: 'POST',
      url: '/v1/classifications',
      payload: { ...body, ...(map_format && { map_format }) },
    })
    return reply.json<{ data: { labels: { map: Record<string, unknown> }[] }[] }>().data[0]!.labels[0]!.map
  }
  assert.deepEqual(Object.keys(await mapOf()), ['rows', 'columns', 'kind', 'text', 'values'])
  assert.deepEqual(Object.keys(await mapOf('png')), ['rows', 'columns', 'kind', 'text', 'png'])
  assert.deepEqual(Object.keys(await mapOf('both')), ['rows', 'columns', 'kind', 'text', 'values', 'png'])
  const headers = { accept: 'image/png' }
  const picture = await app.inject({
    method: 'POST',
    url: '/v1/classifications',
    headers,
    payload: { ...body, map_for: 'normal' },
  })
  assert.equal(picture.headers['content-type'], 'image/png')
  assert.deepEqual([...picture.rawPayload.subarray(0, 3)], [0x89, 0x50, FILM.length])
  const heat = await app.inject({
    method: 'POST',
    url: '/v1/classifications',
    headers,
    payload: { ...body, map_style: 'heat_map' },
  })
  assert.deepEqual([...heat.rawPayload], [0x89, 0x50, 2, 2])
  const text = { image: body.image, texts: ['one two', 'three'], map_word: 1 }
  const word = await app.inject({ method: 'POST', url: '/v1/similarities', headers, payload: text })
  assert.deepEqual([...word.rawPayload], [0x89, 0x50, FILM.length, 0, 25, 50, 125])
  for (const [payload, code] of [
    [{ ...text, map_for: 'four' }, 'invalid_option'],
    [{ ...text, map_word: 2 }, 'invalid_option'],
    [{ ...text, images: [body.image] }, 'invalid_option'],
  ] as const) {
    const reply = await app.inject({ method: 'POST', url: '/v1/similarities', headers, payload })
    assert.equal(reply.json<{ code: string }>().code, code)
  }
  const html = await app.inject({
    method: 'POST',
    url: '/v1/similarities',
    headers: { accept: 'text/html' },
    payload: text,
  })
  assert.equal(html.statusCode, 406)
})
