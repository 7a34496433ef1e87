import assert from 'node:assert/strict'
import { testIndexHttp, type Reply } from './index-http.js'
import { TINY_DIGEST, TINY_DIMENSIONS, tinyVector } from './tiny-services.js'

const FILM = { data: Buffer.from([1, 2, 3]).toString('base64') }
const numbers = (text: string): number[] => Array.from(tinyVector(text))
const told = ({ status, body }: Reply): [number, unknown] => [status, body['code']]
const ids = ({ body }: Reply): string[] => (body['data'] as { id: string }[]).map(({ id }) => id)

testIndexHttp('an index is made once, is what was asked for, and goes with all its items', async (_t, { ask }) => {
  const asked = { model: 'tiny', metadata: { view: 'string', age: 'integer' }, graph: { m: 8 } }
  const made = await ask('PUT', '/films', asked)
  assert.equal(made.status, 201, JSON.stringify(made.body))
  const { created_at: createdAt, ...rest } = made.body
  assert.deepEqual(rest, {
    ...{ object: 'index', name: 'films', metric: 'cosine', dimensions: TINY_DIMENSIONS },
    ...{ model: { name: 'tiny', version: '1.0.0', digest: TINY_DIGEST }, model_digest: TINY_DIGEST },
    ...{ metadata: { view: 'string', age: 'integer' }, store_sources: false, items: 0 },
    graph: { m: 8, ef_construction: 48, ef_search: 160, from_items: 5000, items: 0 },
  })
  assert.ok(Date.parse(String(createdAt)) > 0)
  assert.equal((await ask('PUT', '/films', asked)).status, 200)
  // The model that is named otherwise and is the same; fields in another order.
  const same = { model: 'tiny@1.0.0', metadata: { age: 'integer', view: 'string' }, graph: { m: 8 }, metric: 'cosine' }
  assert.equal((await ask('PUT', '/films', same)).status, 200)
  for (const other of [{ ...asked, metric: 'l2' }, { ...asked, metadata: { view: 'string' } }, { model: 'tiny' }])
    assert.deepEqual(told(await ask('PUT', '/films', other)), [409, 'index_conflict'])
  await ask('PUT', '/others', { dimensions: 3 })
  const list = await ask('GET', '')
  assert.deepEqual(
    (list.body['data'] as { name: string }[]).map(({ name }) => name),
    ['films', 'others'],
  )
  await ask('POST', '/films/items', { id: 'a', text: 'abc' })
  assert.equal((await ask('GET', '/films')).body['items'], 1)
  assert.equal((await ask('DELETE', '/films')).status, 204)
  for (const [method, path] of [
    ['GET', '/films'],
    ['DELETE', '/films'],
    ['GET', '/films/items'],
  ] as const)
    assert.deepEqual(told(await ask(method, path)), [404, 'index_not_found'], `${method} ${path}`)
  assert.deepEqual(told(await ask('POST', '/films/items', { id: 'a', text: 'abc' })), [404, 'index_not_found'])
  assert.deepEqual(told(await ask('POST', '/films/search', { text: 'abc' })), [404, 'index_not_found'])
})

testIndexHttp('definitions that make no sense', async (_t, { ask }) => {
  const refused = async (body: object, code: string, path = '/films'): Promise<void> =>
    assert.equal((await ask('PUT', path, body)).body['code'], code, JSON.stringify(body))
  await refused({}, 'malformed_body', '/Films')
  await refused({}, 'malformed_body', `/${'a'.repeat(65)}`)
  await refused({ metric: 'hamming' }, 'malformed_body')
  await refused({ metadata: { view: 'text' } }, 'malformed_body')
  await refused({ metadata: { 'a-b': 'string' } }, 'malformed_body')
  await refused(
    { metadata: Object.fromEntries(Array.from({ length: 17 }, (_, at) => [`f${at}`, 'string'])) },
    'malformed_body',
  )
  await refused({ dimensions: 16_001 }, 'malformed_body')
  await refused({ graph: { m: 50, ef_construction: 60 } }, 'invalid_option')
  await refused({ model: 'tiny', dimensions: 8 }, 'invalid_option')
  await refused({ model_digest: TINY_DIGEST }, 'invalid_option')
  await refused({ model: 'nobody' }, 'model_not_found')
  assert.deepEqual((await ask('GET', '')).body['data'], [])
})

testIndexHttp(
  'no more indexes and items than are allowed',
  async (_t, { ask }) => {
    await ask('PUT', '/films', { model: 'tiny' })
    const full = await ask('PUT', '/others', { model: 'tiny' })
    assert.deepEqual([...told(full), full.body['limit']], [413, 'too_large', 'MAX_INDEXES'])
    const items = ['a', 'b'].map((id) => ({ id, text: id }))
    assert.equal((await ask('POST', '/films/items', { items })).body['refused'], 0)
    const third = await ask('POST', '/films/items', { id: 'c', text: 'c' })
    assert.deepEqual([...told(third), third.body['limit']], [413, 'too_large', 'MAX_INDEX_ITEMS'])
    // In the place of another one there is room.
    assert.equal((await ask('POST', '/films/items', { id: 'b', text: 'c' })).status, 200)
  },
  { maxIndexes: 1, maxItems: 2 },
)

testIndexHttp('items of films, studies, texts and vectors are found by all of these', async (_t, { ask, app }) => {
  await ask('PUT', '/films', { model: 'tiny', metadata: { view: 'string' } })
  const items = [
    { id: 'film', image: FILM, metadata: { view: 'PA' } },
    { id: 'study', study: [{ data: Buffer.from([7, 7]).toString('base64') }, FILM] },
    { id: 'text', text: 'aab' },
    { id: 'vector', vector: numbers('hh'), model_digest: TINY_DIGEST },
    { id: 'packed', vector: Buffer.from(tinyVector('ffg').buffer).toString('base64'), model_digest: TINY_DIGEST },
  ]
  const added = await ask('POST', '/films/items', { items })
  assert.equal(added.status, 200, JSON.stringify(added.body))
  assert.equal(added.headers['x-model-digest'], TINY_DIGEST)
  assert.deepEqual(
    (added.body['data'] as { kind: string; status: string }[]).map(({ kind, status }) => [kind, status]),
    ['image', 'study', 'text', 'vector', 'vector'].map((kind) => [kind, 'written']),
  )
  const best = async (question: object): Promise<string | undefined> =>
    ids(await ask('POST', '/films/search', question))[0]
  assert.equal(await best({ image: FILM }), 'film')
  assert.equal(await best({ study: [{ data: Buffer.from([7, 7]).toString('base64') }] }), 'study')
  assert.equal(await best({ text: 'baa' }), 'text')
  assert.equal(await best({ vector: numbers('hh'), model_digest: TINY_DIGEST }), 'vector')
  assert.equal(await best({ text: 'gff' }), 'packed')
  const like = await ask('POST', '/films/search', { item_id: 'text', k: 2 })
  assert.equal(ids(like).length, 2)
  assert.equal(ids(like).includes('text'), false)
  assert.deepEqual(like.body['model'], { name: 'tiny', version: '1.0.0', digest: TINY_DIGEST })
  assert.equal(like.headers['x-model-digest'], TINY_DIGEST)
  assert.match(String(like.headers['server-timing']), /search;dur=/)
  assert.deepEqual(ids(await ask('POST', '/films/search', { text: 'aab', filter: { view: { eq: 'PA' } } })), ['film'])
  assert.deepEqual(ids(await ask('POST', '/films/search', { text: 'aab', min_score: 0.999 })), ['text'])
  // As a raw body and as a form.
  const raw = await app.inject({
    method: 'POST',
    url: '/v1/indexes/films/search?k=1&mode=exact',
    headers: { 'content-type': 'image/png' },
    payload: Buffer.from([1, 2, 3]),
  })
  assert.deepEqual(ids({ status: 200, headers: {}, body: raw.json() }), ['film'], raw.body)
  const written = await app.inject({
    method: 'POST',
    url: `/v1/indexes/films/items?id=raw&metadata=${encodeURIComponent('{"view":"AP"}')}`,
    headers: { 'content-type': 'image/png' },
    payload: Buffer.from([4, 5]),
  })
  assert.equal(written.statusCode, 200, written.body)
  const form = new FormData()
  form.append('id', 'form/1')
  form.append('metadata', '{"view":"LL"}')
  form.append('image', new Blob([new Uint8Array([2, 2])]), 'a.png')
  const posted = await app.inject({ method: 'POST', url: '/v1/indexes/films/items', payload: form })
  assert.equal(posted.statusCode, 200, posted.body)
  const one = await ask('GET', '/films/items/form%2F1')
  assert.deepEqual([one.body['kind'], one.body['metadata']], ['image', { view: 'LL' }])
  const page = await ask('GET', '/films/items?limit=2')
  assert.deepEqual([ids(page), page.body['has_more']], [['film', 'form/1'], true])
  assert.deepEqual(ids(await ask('GET', '/films/items?after=study')), ['text', 'vector'])
  assert.equal((await ask('DELETE', '/films/items/film')).status, 204)
  assert.deepEqual(told(await ask('DELETE', '/films/items/film')), [404, 'item_not_found'])
  assert.deepEqual(told(await ask('GET', '/films/items/film')), [404, 'item_not_found'])
  assert.deepEqual(told(await ask('POST', '/films/search', { item_id: 'film' })), [404, 'item_not_found'])
})

testIndexHttp('a search in an empty index answers nothing, in any way that it is asked', async (_t, { ask }) => {
  await ask('PUT', '/films', { model: 'tiny' })
  for (const mode of ['auto', 'exact', 'approximate']) {
    const found = await ask('POST', '/films/search', { text: 'abc', mode })
    assert.deepEqual([found.status, found.body['data'], found.body['mode']], [200, [], 'exact'])
  }
})

testIndexHttp('vectors that do not belong into an index are refused', async (_t, { ask }) => {
  await ask('PUT', '/films', { model: 'tiny' })
  const given = (vector: unknown, digest: string | undefined = TINY_DIGEST) => ({
    vector,
    ...(digest !== '' && { model_digest: digest }),
  })
  const nan = Buffer.from(Float32Array.of(1, NaN, 1, 1, 1, 1, 1, 1).buffer).toString('base64')
  const cases: [string, object, number, string][] = [
    ['too narrow', given([1, 2, 3]), 422, 'invalid_vector'],
    ['too wide', given(Array(9).fill(1)), 422, 'invalid_vector'],
    ['NaN', given(nan), 422, 'invalid_vector'],
    ['too large for float32', given([1e39, 1, 1, 1, 1, 1, 1, 1]), 422, 'invalid_vector'],
    ['zeros', given(Array(8).fill(0)), 422, 'invalid_vector'],
    ['another model', given(numbers('ab'), 'e'.repeat(64)), 409, 'index_model_mismatch'],
    ['no model', given(numbers('ab'), ''), 409, 'index_model_mismatch'],
    ['no base64', given('%%%'), 400, 'malformed_body'],
    ['no float32', given('AAAA'), 400, 'malformed_body'],
    ['null', given([null, 1]), 400, 'malformed_body'],
    ['no digest', given(numbers('ab'), 'short'), 400, 'malformed_body'],
    ['nothing', {}, 400, 'malformed_body'],
    ['two things', { text: 'a', image: FILM }, 400, 'malformed_body'],
    ['a digest of a text', { text: 'a', model_digest: TINY_DIGEST }, 400, 'malformed_body'],
    ['an empty text', { text: '' }, 422, 'invalid_text'],
  ]
  for (const [title, source, status, code] of cases) {
    assert.deepEqual(told(await ask('POST', '/films/items', { id: 'a', ...source })), [status, code], `item: ${title}`)
    assert.deepEqual(told(await ask('POST', '/films/search', source)), [status, code], `search: ${title}`)
  }
  assert.deepEqual(told(await ask('POST', '/films/search', { item_id: 'a', text: 'b' })), [400, 'malformed_body'])
  for (const id of [undefined, '', 'a\n', 'x'.repeat(201)])
    assert.deepEqual(told(await ask('POST', '/films/items', { id, text: 'a' })), [400, 'malformed_body'], String(id))
  assert.equal((await ask('GET', '/films')).body['items'], 0)
  // Vectors from elsewhere: what is not said of the index may not be said of an item.
  await ask('PUT', '/plain', { dimensions: 2 })
  assert.equal((await ask('POST', '/plain/items', { id: 'a', vector: [1, 2] })).status, 200)
  assert.deepEqual(told(await ask('POST', '/plain/items', { id: 'a', ...given([1, 2]) })), [
    409,
    'index_model_mismatch',
  ])
  assert.deepEqual(told(await ask('POST', '/plain/items', { id: 'a', text: 'a' })), [400, 'invalid_option'])
  await ask('PUT', '/said', { dimensions: 2, model_digest: 'e'.repeat(64) })
  assert.equal((await ask('POST', '/said/items', { id: 'a', ...given([1, 2], 'e'.repeat(64)) })).status, 200)
  assert.deepEqual(told(await ask('POST', '/said/items', { id: 'a', vector: [1, 2] })), [409, 'index_model_mismatch'])
})

testIndexHttp('metadata and filters that the index does not know', async (_t, { ask }) => {
  await ask('PUT', '/films', { model: 'tiny', metadata: { age: 'integer' } })
  const places = ({ body }: Reply): string[] => (body['errors'] as { pointer: string }[]).map(({ pointer }) => pointer)
  const unknown = await ask('POST', '/films/items', { id: 'a', text: 'a', metadata: { name: 'DOE', age: 1.5 } })
  assert.deepEqual([...told(unknown), places(unknown)], [400, 'invalid_option', ['/metadata/name', '/metadata/age']])
  assert.doesNotMatch(JSON.stringify(unknown.body), /DOE/)
  const search = (filter: object) => ask('POST', '/films/search', { text: 'a', filter })
  const filtered = await search({ name: { eq: 'DOE' } })
  assert.deepEqual([...told(filtered), places(filtered)], [400, 'invalid_option', ['/filter/name']])
  assert.deepEqual(places(await search({ age: { gte: 'old' } })), ['/filter/age/gte'])
  for (const filter of [
    { age: 3 },
    { age: { near: 3 } },
    { age: { in: [] } },
    { age: { eq: [1] } },
    { age: { eq: null } },
  ])
    assert.deepEqual(told(await search(filter)), [400, 'malformed_body'], JSON.stringify(filter))
  for (const body of [
    { text: 'a', k: 0 },
    { text: 'a', k: 1001 },
    { text: 'a', mode: 'quick' },
    { text: 'a', other: 1 },
  ])
    assert.deepEqual(told(await ask('POST', '/films/search', body)), [400, 'malformed_body'], JSON.stringify(body))
})

testIndexHttp('what is wrong with one of many is told of that one', async (_t, { ask }) => {
  await ask('PUT', '/films', { model: 'tiny' })
  const items = [
    { id: 'a', text: 'a' },
    { id: 'b', text: '' },
    { id: 'c' },
    { id: 'a', text: 'h' },
    { id: 'd', vector: [1], model_digest: TINY_DIGEST },
  ]
  const { status, body } = await ask('POST', '/films/items', { items })
  assert.deepEqual([status, body['refused']], [200, 3])
  assert.deepEqual(
    (body['data'] as { id: string; error?: { code: string } }[]).map(({ id, error }) => [id, error?.code]),
    [
      ['a', undefined],
      ['b', 'invalid_text'],
      ['c', 'malformed_body'],
      ['a', undefined],
      ['d', 'invalid_vector'],
    ],
  )
  // The later one of the same id stays.
  assert.deepEqual(ids(await ask('POST', '/films/search', { text: 'h', min_score: 0.99 })), ['a'])
  assert.equal((await ask('GET', '/films')).body['items'], 1)
  assert.deepEqual(told(await ask('POST', '/films/items', { id: 'x', items })), [400, 'malformed_body'])
})
