import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { testFilms } from '../imaging/dicom/films.js'
import { writeDicom, type Elements } from '../imaging/dicom/write-dicom.js'
import { FIXTURES, postFilm, postJson, startService } from './service.js'

const MODELS = { DEFAULT_MODELS: 'tiny-clip,tiny-halves' }
const fixture = (name: string): Buffer => readFileSync(join(FIXTURES, 'dicom', `${name}.dcm`))
const [M2_12] = await testFilms()
const film = (more: Elements = {}): Buffer => writeDicom({ ...M2_12!.elements, ...more })
const place = (bytes: Uint8Array) => ({ data: Buffer.from(bytes).toString('base64') })

interface Embeddings {
  readonly data: readonly { readonly embedding: readonly number[] }[]
}
interface Problem {
  readonly code: string
  readonly reason?: string
  readonly detail: string
  readonly errors?: readonly { readonly pointer: string }[]
}

async function vector(reply: Response): Promise<readonly number[]> {
  assert.equal(reply.status, 200, await reply.clone().text())
  return ((await reply.json()) as Embeddings).data[0]!.embedding
}

async function problem(reply: Response): Promise<Problem> {
  assert.equal(reply.status, 422)
  return (await reply.json()) as Problem
}

test('a DICOM film is taken as a raw body, in a form and in JSON, in every syntax, with one answer', async (t) => {
  const { url } = await startService(t, MODELS)
  const to = `${url}/v1/embeddings`
  const expected = await vector(await postFilm(to, fixture('m2_12.2.1'), 'application/dicom'))
  for (const name of ['2', '2.2', '1.99', '5', '57', '70', '80', '90', '201', '202'])
    assert.deepEqual(await vector(await postFilm(to, fixture(`m2_12.${name}`), 'application/dicom')), expected, name)
  assert.deepEqual(await vector(await postJson(to, { input: [{ image: place(fixture('m2_12.80')) }] })), expected)
  const form = new FormData()
  form.append('image', new Blob([new Uint8Array(fixture('m2_12.90'))]), 'film')
  assert.deepEqual(await vector(await fetch(to, { method: 'POST', body: form })), expected)
  const lossy = await vector(await postFilm(to, fixture('m2_12.91'), 'application/dicom'))
  const cosine = lossy.reduce((sum, value, at) => sum + value * expected[at]!, 0)
  assert.ok(cosine > 0.99, String(cosine))
})

test('what the model was not made for is refused with its reason; one of several with its place', async (t) => {
  const { url, logLines } = await startService(t, MODELS)
  const to = `${url}/v1/embeddings`
  for (const [more, reason] of [
    [{ '00080060': ['CS', 'CT'] }, 'modality'],
    [{ '00180015': ['CS', 'HAND'] }, 'body_part'],
    [{ '00185101': ['CS', 'LL'] }, 'view'],
    [{ '00185101': ['CS', undefined], '00200020': ['CS', 'A\\F'] }, 'view'],
    [{ '00185101': ['CS', undefined], '00200020': ['CS', undefined] }, 'view_unknown'],
    [{ '00080068': ['CS', 'FOR PROCESSING'] }, 'for_processing'],
    [{ '00281050': ['DS', '-9000'] }, 'pixel_range'],
    [{ '00282110': ['CS', '01'], '00282112': ['DS', '4\\8'] }, 'lossy_ratio'],
    [{ '00280008': ['IS', '3'] }, 'multi_frame'],
    [{ '00280004': ['CS', 'PALETTE COLOR'] }, 'photometric'],
  ] as const satisfies readonly (readonly [Elements, string])[]) {
    const found = await problem(await postFilm(to, film(more), 'application/dicom'))
    assert.deepEqual([found.code, found.reason], ['image_unfit', reason])
    assert.doesNotMatch(JSON.stringify(found), /planted/i)
  }
  const images = [place(film()), place(film({ '00185101': ['CS', 'LL'] }))]
  const second = await problem(await postJson(`${url}/v1/classifications`, { images, labels: ['effusion'] }))
  assert.deepEqual([second.reason, second.errors?.[0]?.pointer], ['view', '/images/1'])
  const damaged = await problem(await postFilm(to, fixture('m2_12.90').subarray(0, 20_000), 'application/dicom'))
  assert.equal(damaged.code, 'malformed_image')
  assert.ok(logLines.length > 10)
  assert.doesNotMatch(logLines.join(''), /planted|2\.25\./i)
})

test('films of two patients or two studies in one study are refused', async (t) => {
  const { url } = await startService(t, MODELS)
  const ask = (second: Elements): Promise<Response> =>
    postJson(`${url}/v1/embeddings`, { input: [{ study: [place(film()), place(film(second))] }] })
  assert.equal((await ask({ '00080018': ['UI', '2.25.77'] })).status, 200)
  const patient = await problem(await ask({ '00100020': ['LO', 'PLANTED-ID-2'] }))
  assert.deepEqual([patient.reason, patient.errors?.[0]?.pointer], ['other_patient', '/input/0/study/1'])
  const issuer = await problem(await ask({ '00100021': ['LO', 'PLANTED-HOSPITAL'] }))
  assert.equal(issuer.reason, 'other_patient')
  const study = await problem(await ask({ '0020000d': ['UI', '2.25.78'] }))
  assert.equal(study.reason, 'other_study')
  assert.doesNotMatch(JSON.stringify([patient, issuer, study]), /planted/i)
})

test('GATE=warn answers and says in x-unfit what is wrong; GATE=off says nothing', async (t) => {
  const lateral = film({ '00185101': ['CS', 'LL'], '00080060': ['CS', 'CT'] })
  const warning = await startService(t, { ...MODELS, GATE: 'warn' })
  const warned = await postFilm(`${warning.url}/v1/embeddings`, lateral, 'application/dicom')
  assert.deepEqual([warned.status, warned.headers.get('x-unfit')], [200, '0=modality, 0=view'])
  const open = await startService(t, { ...MODELS, GATE: 'off' })
  const passed = await postFilm(`${open.url}/v1/embeddings`, lateral, 'application/dicom')
  assert.deepEqual([passed.status, passed.headers.get('x-unfit')], [200, null])
})

test('spacing and orientation of the file make areas in mm² and sides; the request goes before them', async (t) => {
  const { url } = await startService(t, MODELS)
  const ask = async (bytes: Uint8Array, more: object = {}) => {
    const reply = await postJson(`${url}/v1/segmentations`, { image: place(bytes), text: 'left lung', ...more })
    assert.equal(reply.status, 200, await reply.clone().text())
    return ((await reply.json()) as { data: Item[] }).data[0]!
  }
  interface Item {
    readonly area_px: number
    readonly area_mm2?: number
    readonly pixel_spacing?: { readonly mm: number[]; readonly source: string }
    readonly regions: readonly { readonly laterality: string }[]
  }
  const detector = await ask(film())
  assert.deepEqual(detector.pixel_spacing, { mm: [0.143, 0.143], source: 'detector' })
  assert.ok(Math.abs(detector.area_mm2! - detector.area_px * 0.143 * 0.143) < 1e-6)
  assert.equal(detector.regions[0]!.laterality, 'left')
  const calibrated = await ask(film({ '00280030': ['DS', '0.2\\0.1'], '00200020': ['CS', 'R\\F'] }))
  assert.deepEqual(calibrated.pixel_spacing, { mm: [0.2, 0.1], source: 'calibrated' })
  assert.equal(calibrated.regions[0]!.laterality, 'right')
  const said = await ask(film(), { pixel_spacing: [1, 1], patient_left: 'image_left' })
  assert.deepEqual(
    [said.pixel_spacing!.source, said.area_mm2, said.regions[0]!.laterality],
    ['request', said.area_px, 'right'],
  )
  const unsaid = await ask(film({ '00181164': ['DS', undefined] }))
  assert.deepEqual([unsaid.pixel_spacing, unsaid.area_mm2], [undefined, undefined])
  const overlay = await postJson(
    `${url}/v1/segmentations`,
    { image: place(fixture('m1_12.2.1')), text: 'left lung' },
    { accept: 'image/png' },
  )
  assert.deepEqual([overlay.status, overlay.headers.get('content-type')], [200, 'image/png'])
})
