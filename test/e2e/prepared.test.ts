import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import sharp from 'sharp'
import { testFilms } from '../imaging/dicom/films.js'
import { writeDicom } from '../imaging/dicom/write-dicom.js'
import { decodeRaster } from '../../src/imaging/raster.js'
import { prepareRaster } from '../../src/imaging/prepare.js'
import type { ImageSpec } from '../../src/imaging/steps.js'
import { file, film, FIXTURES, PACKS, postFilm, postJson, startService } from './service.js'

const LIMITS = { imageBytes: 1e8, imagePixels: 1e8 }
const dicom = readFileSync(join(FIXTURES, 'dicom/m2_12.90.dcm'))
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
const MODELS = { DEFAULT_MODELS: 'tiny-clip,tiny-lvit' }

interface Prepared {
  readonly width: number
  readonly height: number
  readonly channels: number
  readonly png: string
  readonly dims: readonly number[]
  readonly geometry: { readonly original: { width: number; height: number }; readonly offset: { x: number; y: number } }
}
interface PreparedList {
  readonly data: readonly Prepared[]
  readonly value_steps: readonly unknown[]
  readonly model: { readonly name: string }
}

async function prepared(reply: Response): Promise<PreparedList> {
  assert.equal(reply.status, 200, await reply.clone().text())
  return (await reply.json()) as PreparedList
}

const pixelsOf = (png: Uint8Array): Promise<Buffer> => sharp(png).toColourspace('b-w').raw().toBuffer()

/** The vector that the pack's own graph gives for these bytes, with no preprocessing between. */
async function vectorOfTensor(url: string, pixels: Buffer): Promise<readonly number[]> {
  const reply = await postJson(`${url}/v2/models/tiny-clip.image_encoder/infer`, {
    inputs: [{ name: 'pixels', shape: [1, 1, 32, 32], datatype: 'UINT8', data: [...pixels] }],
    outputs: [{ name: 'global' }],
  })
  assert.equal(reply.status, 200, await reply.clone().text())
  const { outputs } = (await reply.json()) as { outputs: readonly { data: readonly number[] }[] }
  return outputs[0]!.data
}

async function vectorOfFilm(url: string, bytes: Uint8Array, type: string): Promise<readonly number[]> {
  const reply = await postFilm(`${url}/v1/embeddings`, bytes, type)
  assert.equal(reply.status, 200, await reply.clone().text())
  return ((await reply.json()) as { data: readonly { embedding: readonly number[] }[] }).data[0]!.embedding
}

test('films as a model sees them', async (t) => {
  const { url } = await startService(t, MODELS)
  await t.test('the pixels are those that the graph is fed: they give the same vector as the film itself', () =>
    pixelsMatch(url),
  )
  await t.test('a pack that reads colour gets colour; a form of several films, and how each lies on its original', () =>
    coloursMatch(url),
  )
  await t.test(
    'it is refused as elsewhere: the gate, a broken film with its place, a model without films, two films as a picture',
    () => refusals(url),
  )
})

async function pixelsMatch(url: string): Promise<void> {
  for (const [type, bytes] of [
    ['image/png', file('gray-16.png')],
    ['image/jpeg', film()],
    ['application/dicom', dicom],
  ] as const) {
    const picture = await postFilm(`${url}/v1/images/prepared`, bytes, type, { accept: 'image/png' })
    assert.equal(picture.headers.get('content-type'), 'image/png')
    const png = Buffer.from(await picture.arrayBuffer())
    const { data } = await prepared(await postJson(`${url}/v1/images/prepared`, { image: { data: base64(bytes) } }))
    assert.deepEqual([data[0]!.dims, data[0]!.channels], [[1, 1, 32, 32], 1])
    assert.ok(png.equals(Buffer.from(data[0]!.png, 'base64')), type)
    const raw = await vectorOfTensor(url, await pixelsOf(png))
    const norm = Math.hypot(...raw)
    const expected = await vectorOfFilm(url, bytes, type)
    const furthest = Math.max(...expected.map((value, at) => Math.abs(value - raw[at]! / norm)))
    assert.ok(furthest < 1e-6, `${type}: ${furthest}`)
  }
}

async function coloursMatch(url: string): Promise<void> {
  const colour = file('rgb-8.png')
  const form = new FormData()
  form.append('image', new Blob([new Uint8Array(colour)]), 'a.png')
  form.append('image', new Blob([new Uint8Array(film())]), 'b.jpg')
  form.append('task', 'segmentations')
  const { data, model } = await prepared(await fetch(`${url}/v1/images/prepared`, { method: 'POST', body: form }))
  assert.deepEqual([model.name, data.map(({ channels }) => channels)], ['tiny-lvit', [3, 3]])
  const manifest = JSON.parse(readFileSync(join(PACKS, 'tiny-lvit/1.0.0/model.json'), 'utf8')) as { image: ImageSpec }
  for (const [at, bytes] of [colour, film()].entries()) {
    const { pixels, geometry } = prepareRaster((await decodeRaster(bytes, LIMITS)).raster, manifest.image)
    const shown = await sharp(Buffer.from(data[at]!.png, 'base64')).raw().toBuffer()
    const area = geometry.prepared.width * geometry.prepared.height
    const planar = Uint8Array.from(shown, (_, i) => shown[(i % area) * 3 + Math.floor(i / area)]!)
    assert.ok(Buffer.from(planar).equals(Buffer.from(pixels.data as Uint8Array)))
    assert.deepEqual(data[at]!.geometry, geometry)
  }
}

async function refusals(url: string): Promise<void> {
  const to = `${url}/v1/images/prepared`
  const problem = async (reply: Response) => (await reply.json()) as { code: string; errors?: { pointer: string }[] }
  const image = { data: base64(film()) }
  const both = { images: [image, { data: base64(Buffer.from('no film at all')) }] }
  const broken = await problem(await postJson(to, both))
  assert.deepEqual([broken.code, broken.errors?.[0]?.pointer], ['unsupported_media_type', '/images/1'])
  assert.equal((await problem(await postJson(to, { image, model: 'tiny-sd' }))).code, 'task_not_supported')
  assert.equal(
    (await problem(await postJson(to, { image, model: 'tiny-clip', task: 'reports' }))).code,
    'task_not_supported',
  )
  const two = await postJson(to, { images: [image, image] }, { accept: 'image/png' })
  assert.equal((await problem(two)).code, 'invalid_option')
  const [ct] = await testFilms()
  const unfit = await postFilm(to, writeDicom({ ...ct!.elements, '00080060': ['CS', 'CT'] }), 'application/dicom')
  assert.equal((await problem(unfit)).code, 'image_unfit')
  const late = await postFilm(to, film(), 'image/jpeg', { 'x-timeout-ms': '1' })
  assert.equal(late.status, 504)
}
