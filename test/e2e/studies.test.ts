import assert from 'node:assert/strict'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { film, postJson, startService } from './service.js'
import { temporaryFolder } from '../folder.js'

const FILMS = ['nih_00001362_001.jpg', 'nih_00002091_000.jpg', 'hannover_1052b0fe.jpg', 'nih_00002582_008.jpg'].map(
  film,
)
const DAMAGED = FILMS[1]!.subarray(0, 2000)

const place = (bytes: Uint8Array) => ({ data: Buffer.from(bytes).toString('base64') })
const places = (films: readonly Uint8Array[]) => films.map(place)

interface Shares {
  readonly warnings?: { readonly code: string; readonly film: number }[]
  readonly view_weights: number[]
  readonly patch_weights?: { readonly rows: number; readonly columns: number; readonly values: number[][] }
}

interface EmbeddingsAnswer {
  readonly data: (Shares & { readonly kind: string; readonly embedding: number[] })[]
}

interface MapAnswer {
  readonly rows: number
  readonly values?: number[]
  readonly png?: string
}

interface ClassificationsAnswer {
  readonly data: (Shares & {
    readonly index: number
    readonly labels: { readonly label: string; readonly score: number; readonly maps?: MapAnswer[] }[]
  })[]
}

interface ProblemAnswer {
  readonly code: string
  readonly detail: string
  readonly limit?: string
  readonly errors?: { readonly pointer: string; readonly detail: string }[]
}

const MODELS = { DEFAULT_MODELS: 'tiny-attend,tiny-gated,tiny-clip' }
const close = (found: readonly number[], expected: readonly number[], tolerance = 1e-5): void => {
  assert.equal(found.length, expected.length)
  found.forEach((value, at) => assert.ok(Math.abs(value - expected[at]!) <= tolerance, `${value} ${expected[at]}`))
}

async function embed(url: string, body: object): Promise<EmbeddingsAnswer> {
  const reply = await postJson(`${url}/v1/embeddings`, body)
  assert.equal(reply.status, 200, await reply.clone().text())
  return (await reply.json()) as EmbeddingsAnswer
}

async function classify(url: string, body: object): Promise<ClassificationsAnswer> {
  const reply = await postJson(`${url}/v1/classifications`, body)
  assert.equal(reply.status, 200, await reply.clone().text())
  return (await reply.json()) as ClassificationsAnswer
}

async function problem(url: string, path: string, body: object): Promise<ProblemAnswer & { readonly status: number }> {
  const reply = await postJson(url + path, body)
  return { status: reply.status, ...((await reply.json()) as ProblemAnswer) }
}

async function postForm(url: string, films: readonly Uint8Array[], fields: Readonly<Record<string, string>>) {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  for (const bytes of films) form.append('study', new Blob([new Uint8Array(bytes)]), 'film.jpg')
  const reply = await fetch(url, { method: 'POST', body: form })
  assert.equal(reply.status, 200, await reply.clone().text())
  return reply.json()
}

test('a study has one vector whatever the order of its films, to the bit, and the share of each film', async (t) => {
  const { url } = await startService(t, MODELS)
  for (const [model, count] of [
    ['tiny-attend', 4],
    ['tiny-gated', 3],
    ['tiny-clip', 4],
  ] as const) {
    const films = FILMS.slice(0, count)
    const ask = (given: readonly Uint8Array[]) =>
      embed(url, { model, input: [{ study: places(given) }], deterministic: true })
    const [first, turned] = [(await ask(films)).data[0]!, (await ask(films.toReversed())).data[0]!]
    assert.equal(first.kind, 'study')
    assert.deepEqual(turned.embedding, first.embedding, model)
    assert.deepEqual(turned.view_weights, first.view_weights.toReversed(), model)
    close([first.view_weights.reduce((a, b) => a + b)], [1])
  }
})

test('studies of other callers share batches and change nothing', async (t) => {
  const { url } = await startService(t, MODELS)
  const studies = [[0], [0, 1], [1, 2], [3, 2, 1], [2]].map((films) => films.map((at) => FILMS[at]!))
  const ask = (films: readonly Uint8Array[], model: string) => embed(url, { model, input: [{ study: places(films) }] })
  for (const model of ['tiny-attend', 'tiny-gated']) {
    const together = await Promise.all(studies.map((films) => ask(films, model)))
    for (const [at, films] of studies.entries()) {
      const alone = (await ask(films, model)).data[0]!
      close(together[at]!.data[0]!.embedding, alone.embedding)
      close(together[at]!.data[0]!.view_weights, alone.view_weights)
    }
  }
})

test('the parts of a form that are called study are one study', async (t) => {
  const { url } = await startService(t, MODELS)
  const films = FILMS.slice(0, 2)
  const study = places(films)
  const fields = { model: 'tiny-attend', deterministic: 'true' }
  const body = { model: 'tiny-attend', deterministic: true }
  const vectors = await embed(url, { ...body, input: [{ text: 'clear lungs' }, { study }] })
  assert.deepEqual(await postForm(`${url}/v1/embeddings`, films, { ...fields, input: 'clear lungs' }), vectors)
  const labels = await classify(url, { ...body, study })
  assert.deepEqual(await postForm(`${url}/v1/classifications`, films, fields), labels)
  assert.equal(labels.data.length, 1)
})

test('a study is classified once, with a map of each film and the weight of each patch', async (t) => {
  const { url } = await startService(t, MODELS)
  const study = places(FILMS.slice(0, 3))
  const ask = { model: 'tiny-attend', study, maps: true, map_format: 'both', view_weights: 'patch' }
  const { data } = await classify(url, ask)
  const { index, labels, view_weights: shares, patch_weights: patches } = data[0]!
  assert.equal(index, 0)
  assert.equal(shares.length, 3)
  assert.deepEqual([patches?.rows, patches?.columns, patches?.values.length], [4, 4, 3])
  close(
    patches!.values.map((cells) => cells.reduce((a, b) => a + b)),
    shares,
  )
  for (const { maps } of labels) {
    assert.equal(maps?.length, 3)
    for (const { values, png } of maps) {
      assert.equal(values?.length, 16)
      assert.equal(Buffer.from(png!, 'base64').readUInt32BE(0), 0x89504e47)
    }
  }
})

test('what is wrong with a study is said, and of which film', async (t) => {
  const { url } = await startService(t, MODELS)
  const embeddings = '/v1/embeddings'
  const classifications = '/v1/classifications'
  const four = places(FILMS)
  const broken = [place(FILMS[0]!), place(DAMAGED), place(FILMS[2]!)]
  const asked = {
    none: await problem(url, embeddings, { input: [{ study: [] }] }),
    noneToLabel: await problem(url, classifications, { study: [] }),
    many: await problem(url, embeddings, { model: 'tiny-gated', input: [{ study: four }] }),
    manyToLabel: await problem(url, classifications, { model: 'tiny-gated', study: four }),
    damaged: await problem(url, embeddings, { input: [{ text: 'clear' }, { study: broken }] }),
    damagedToLabel: await problem(url, classifications, { study: broken }),
    both: await problem(url, classifications, { study: broken, image: broken[0] }),
    patches: await problem(url, embeddings, { model: 'tiny-clip', input: [{ study: four }], view_weights: 'patch' }),
  }
  const told = Object.entries(asked).map(([name, { status, code, limit, errors }]) => {
    return [name, [status, code, limit ?? errors?.[0]?.pointer]]
  })
  assert.deepEqual(Object.fromEntries(told), {
    none: [400, 'malformed_body', '/input/0/study'],
    noneToLabel: [400, 'malformed_body', '/study'],
    many: [400, 'invalid_option', 'views.max'],
    manyToLabel: [400, 'invalid_option', 'views.max'],
    damaged: [422, 'malformed_image', '/input/1/study/1'],
    damagedToLabel: [422, 'malformed_image', '/study/1'],
    both: [400, 'malformed_body', '/study'],
    patches: [400, 'invalid_option', undefined],
  })
  for (const { detail } of [asked.many, asked.manyToLabel]) assert.match(detail, /tiny-gated@1\.0\.0 .* 3 films/)
})

test('a picture is of one film', async (t) => {
  const { url } = await startService(t, MODELS)
  const ask = (films: readonly Uint8Array[]) =>
    postJson(`${url}/v1/classifications`, { study: places(films) }, { accept: 'image/png' })
  const picture = await ask(FILMS.slice(0, 1))
  assert.equal(picture.headers.get('content-type'), 'image/png')
  assert.equal((await ask(FILMS.slice(0, 2))).status, 400)
})

/** A store with the embedded dual encoder, told to expect PA films. */
function storeExpectingPa(): string {
  const store = temporaryFolder('e2e')
  cpSync(resolve(import.meta.dirname, '../../model-store/cxr-align'), join(store, 'cxr-align'), { recursive: true })
  const file = join(store, 'cxr-align/1.0.0/model.json')
  const expected = { prompts: ['pa view', 'upright pa'], others: ['ap view', 'portable ap'], margin: 0 }
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as object
  writeFileSync(file, JSON.stringify({ ...manifest, expected_view: expected }))
  return store
}

test('a film of another view than the pack expects is warned of, and answered all the same', async (t) => {
  const { url } = await startService(t, {
    MODEL_STORE: storeExpectingPa(),
    DEFAULT_MODELS: 'cxr-align',
    VERIFY_GOLDENS: 'false',
  })
  // By their sources' metadata: PA, AP, PA, AP.
  const films = ['nih_00002091_000.jpg', 'nih_00002376_001.jpg', 'hannover_1052b0fe.jpg', 'nih_00002582_008.jpg']
  const study = films.map((name) => place(film(name)))
  for (const { data } of [await embed(url, { input: [{ study }] }), await classify(url, { study })]) {
    assert.deepEqual(
      data[0]!.warnings?.map(({ code, film: index }) => [code, index]),
      [
        ['unexpected_view', 1],
        ['unexpected_view', 3],
      ],
    )
    assert.equal(data[0]!.view_weights.length, 4)
  }
})
