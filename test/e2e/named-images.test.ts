/** Films that a request names by their UIDs, on a real PACS. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { stringify } from 'yaml'
import { createKey } from '../../src/identity/api-key.js'
import type { Scope } from '../../src/identity/scopes.js'
import { readFilmUids } from '../../src/imaging/dicom/film-uids.js'
import { missingPacs, startOrthanc, type Orthanc } from '../hospital/orthanc.js'
import { FIXTURES, postFilm, postJson, startService } from './service.js'
import { temporaryFolder } from '../folder.js'

const FILM = readFileSync(join(FIXTURES, 'dicom/m2_12.90.dcm'))
const { study, series, instance } = readFilmUids(FILM)!
const NAMED = { study, series: series!, instance: instance! }
const named = (other: object = {}) => ({ dicomweb: { ...NAMED, ...other } })

interface Embeddings {
  readonly data: readonly { readonly embedding: readonly number[] }[]
}

async function answered<T>(reply: Response): Promise<T> {
  assert.equal(reply.status, 200, await reply.clone().text())
  return (await reply.json()) as T
}

async function refused(reply: Response) {
  const { code, errors, limit, scope } = (await reply.json()) as {
    code: string
    errors?: { pointer: string }[]
    limit?: string
    scope?: string
  }
  return { status: reply.status, code, pointer: errors?.[0]?.pointer, named: limit ?? scope }
}

function configure(pacs: Pick<Orthanc, 'dicomwebUrl' | 'user' | 'password'>) {
  const folder = temporaryFolder('hospital')
  const file = join(folder, 'hospital.yaml')
  const passwordFile = join(folder, 'password')
  writeFileSync(passwordFile, `${pacs.password}\n`)
  const auth = { user: pacs.user, password_file: passwordFile }
  writeFileSync(
    file,
    stringify({
      servers: {
        pacs: { url: `${pacs.dicomwebUrl}/`, auth, timeout_ms: 10_000 },
        archive: { url: `${pacs.dicomwebUrl}/nowhere` },
      },
    }),
  )
  return { folder, environment: { HOSPITAL_CONFIG: file } }
}

test('a film that is named is the film that is sent', { skip: missingPacs }, async (t) => {
  const pacs = await startOrthanc(t)
  await pacs.rest('/instances', { method: 'POST', body: FILM })
  const { environment } = configure(pacs)
  const { url, logLines } = await startService(t, environment)
  const to = `${url}/v1/embeddings`
  const expected = (await answered<Embeddings>(await postFilm(to, FILM, 'application/dicom'))).data[0]!.embedding
  for (const image of [named(), named({ server: 'pacs' }), named({ frame: 1 })]) {
    const { data } = await answered<Embeddings>(
      await postJson(to, { input: [{ image }, { study: [image] }, 'effusion'] }),
    )
    assert.deepEqual(data[0]!.embedding, expected)
    assert.equal(data.length, 3)
  }
  const labels = ['effusion', 'cardiomegaly']
  const byBytes = await answered<object>(
    await postJson(`${url}/v1/classifications`, { image: { data: FILM.toString('base64') }, labels }),
  )
  assert.deepEqual(await answered(await postJson(`${url}/v1/classifications`, { image: named(), labels })), byBytes)
  const both = await postJson(`${url}/v1/similarities`, {
    images: [named(), { data: FILM.toString('base64') }],
    texts: ['effusion'],
  })
  const scores = (await answered<{ data: { score: number }[] }>(both)).data.map(({ score }) => score)
  assert.equal(scores[0], scores[1])
  assert.doesNotMatch(logLines.join(''), new RegExp(`${study}|${pacs.password}`.replaceAll('.', '\\.')))
})

test(
  'a film that cannot be fetched is told with its place, and a PACS that is down as such',
  { skip: missingPacs },
  async (t) => {
    const pacs = await startOrthanc(t)
    const { environment } = configure(pacs)
    const { url, logLines } = await startService(t, { ...environment, MAX_IMAGE_BYTES: '2000', MAX_IMAGES: '2' })
    const ask = async (...images: object[]) =>
      refused(await postJson(`${url}/v1/similarities`, { images, texts: ['effusion'] }))
    const none = { pointer: undefined, named: undefined }
    assert.deepEqual(await ask(named()), {
      status: 404,
      code: 'dicom_not_found',
      pointer: '/images/0',
      named: undefined,
    })
    await pacs.rest('/instances', { method: 'POST', body: FILM })
    assert.deepEqual(await ask(named()), {
      status: 413,
      code: 'too_large',
      pointer: '/images/0',
      named: 'MAX_IMAGE_BYTES',
    })
    assert.deepEqual(await ask(named(), named(), named()), {
      status: 413,
      code: 'too_large',
      pointer: undefined,
      named: 'MAX_IMAGES',
    })
    assert.deepEqual(await ask(named({ server: 'elsewhere' })), {
      status: 400,
      code: 'invalid_option',
      pointer: '/images/0',
      named: undefined,
    })
    assert.deepEqual(await ask(named({ server: 'archive' })), { status: 502, code: 'upstream_failed', ...none })
    for (const wrong of [{ study: '../../system' }, { instance: 7 }, { frame: 2 }, { url: 'http://127.0.0.1' }])
      assert.equal((await ask(named(wrong))).code, 'malformed_body')
    await pacs.stop()
    assert.deepEqual(await ask(named()), { status: 502, code: 'upstream_failed', ...none })
    assert.doesNotMatch(logLines.join(''), new RegExp(`${study}|${pacs.password}`.replaceAll('.', '\\.')))
  },
)

test('naming a film takes a scope of its own, also for a job', { skip: missingPacs }, async (t) => {
  const pacs = await startOrthanc(t)
  await pacs.rest('/instances', { method: 'POST', body: FILM })
  const { folder, environment } = configure(pacs)
  const keyOf = (name: string, ...scopes: Scope[]) => createKey({ name, scopes }, new Date())
  const plain = keyOf('plain', 'embeddings', 'jobs')
  const fetching = keyOf('fetching', 'embeddings', 'jobs', 'studies:read')
  writeFileSync(join(folder, 'keys.json'), JSON.stringify({ keys: [plain.stored, fetching.stored] }))
  const { url } = await startService(t, { ...environment, API_KEYS_FILE: join(folder, 'keys.json') })
  const ask = (key: string, headers: Record<string, string> = {}) =>
    fetch(`${url}/v1/embeddings`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, ...headers },
      body: JSON.stringify({ input: [{ image: named() }] }),
    })
  for (const headers of [{}, { prefer: 'respond-async' }])
    assert.deepEqual(await refused(await ask(plain.key, headers)), {
      ...{ status: 403, code: 'forbidden', pointer: undefined, named: 'studies:read' },
    })
  assert.equal((await ask(fetching.key)).status, 200)
  const job = await ask(fetching.key, { prefer: 'respond-async' })
  assert.equal(job.status, 202, await job.clone().text())
  const headers = { authorization: `Bearer ${fetching.key}` }
  const events = await fetch(`${url}${job.headers.get('location')}/events`, { headers })
  await events.text()
  const result = await fetch(`${url}${job.headers.get('location')}/result`, { headers })
  assert.equal((await answered<Embeddings>(result)).data.length, 1)
})

test('items of an index may be named, in a body and in lines', { skip: missingPacs }, async (t) => {
  const pacs = await startOrthanc(t)
  await pacs.rest('/instances', { method: 'POST', body: FILM })
  const { environment } = configure(pacs)
  const { url } = await startService(t, environment)
  const index = `${url}/v1/indexes/films`
  const body = JSON.stringify({ model: 'tiny-clip' })
  const made = await fetch(index, { method: 'PUT', headers: { 'content-type': 'application/json' }, body })
  assert.equal(made.status, 201, await made.clone().text())
  const items = [
    { id: 'a', image: named() },
    { id: 'b', image: named({ server: 'elsewhere' }) },
    { id: 'c', study: [named()] },
  ]
  const byBody = await answered<{ refused: number; data: { id: string; error?: { code: string } }[] }>(
    await postJson(`${index}/items`, { items }),
  )
  assert.deepEqual(
    byBody.data.map(({ id, error }) => [id, error?.code]),
    [
      ['a', undefined],
      ['b', 'invalid_option'],
      ['c', undefined],
    ],
  )
  const lines = items.map((item) => JSON.stringify(item)).join('\n')
  const headers = { 'content-type': 'application/x-ndjson' }
  const reply = await fetch(`${index}/items`, { method: 'POST', headers, body: lines })
  const added = (await reply.text()).trim().split('\n')
  const found = added.map((line) => JSON.parse(line) as { line: number; error?: { code: string } })
  assert.deepEqual(found.map(({ line, error }) => [line, error?.code]).sort(), [
    [1, undefined],
    [2, 'invalid_option'],
    [3, undefined],
  ])
})
