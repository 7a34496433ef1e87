import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseDicom } from '../../src/imaging/dicom/dataset.js'
import { decodeRaster } from '../../src/imaging/raster.js'
import { dump, missingTools, validationErrors } from '../hospital/validators.js'
import { testFilms } from '../imaging/dicom/films.js'
import { writeDicom, type Elements } from '../imaging/dicom/write-dicom.js'
import { FIXTURES, postJson, startService } from './service.js'

const MODELS = { DEFAULT_MODELS: 'tiny-clip,tiny-halves' }
const LIMITS = { imageBytes: 1e8, imagePixels: 1e8, dataSetBytes: 1e8 }
const [M2_12] = await testFilms()
const film = writeDicom({
  ...M2_12!.elements,
  '00080050': ['SH', 'PLANTED-ACC'],
  '00100010': ['PN', 'Plänted^Pätient'],
} satisfies Elements)
const place = (bytes: Uint8Array) => ({ data: Buffer.from(bytes).toString('base64') })
const ACCEPT = { accept: 'application/dicom' }

async function object(reply: Response): Promise<Buffer> {
  assert.equal(reply.status, 200, await reply.clone().text())
  assert.equal(reply.headers.get('content-type'), 'application/dicom')
  return Buffer.from(await reply.arrayBuffer())
}

function attributes(bytes: Uint8Array) {
  const { dataSet } = parseDicom(bytes, LIMITS)
  const pixels = dataSet.elements['x7fe00010']
  return {
    text: (tag: string) => dataSet.string(tag),
    pixels: pixels && bytes.subarray(bytes.length - pixels.length),
  }
}

function assertOfTheFilm(bytes: Uint8Array): void {
  const { text } = attributes(bytes)
  assert.equal(text('x0020000d'), '2.25.2001')
  assert.equal(text('x00100020'), 'PLANTED-ID-1')
  assert.equal(text('x00080050'), 'PLANTED-ACC')
  assert.ok(Buffer.from(bytes).includes('Plänted^Pätient'))
  assert.notEqual(text('x0020000e'), '2.25.3001')
  assert.match(text('x0008103e')!, /NOT FOR DIAGNOSIS/)
  assert.ok(Buffer.from(bytes).includes('2.25.1001'), 'the film is referred to')
}

test('SEG: every text is a segment whose bits are those of the PNG mask', { skip: missingTools }, async (t) => {
  const { url, logLines } = await startService(t, MODELS)
  const to = `${url}/v1/segmentations`
  const texts = ['left lung', 'right lung', 'PLANTED words']
  const seg = await object(await postJson(to, { image: place(film), texts }, ACCEPT))
  assert.deepEqual(validationErrors(seg), [])
  assertOfTheFilm(seg)
  const { pixels } = attributes(seg)
  const bits: number[] = []
  for (const text of texts) {
    const png = await postJson(to, { image: place(film), text, picture: 'mask' }, { accept: 'image/png' })
    const { raster } = await decodeRaster(new Uint8Array(await png.arrayBuffer()), LIMITS)
    for (const value of raster.data) bits.push(value > 0 ? 1 : 0)
  }
  assert.ok(bits.includes(1) && bits.includes(0))
  assert.deepEqual(
    Array.from(bits, (_, i) => (pixels![i >> 3]! >> (i & 7)) & 1),
    bits,
  )
  const said = dump(seg)
  assert.match(said, /2\.25\.1001/)
  assert.match(said, /model_json_sha256=(sha256:)?[0-9a-f]{64}/)
  assert.match(said, /preliminary, unverified/)
  assert.ok(!seg.includes('PLANTED words'), 'texts stay out unless asked for')
  const named = await object(await postJson(to, { image: place(film), texts, embed_text: true }, ACCEPT))
  assert.ok(named.includes('PLANTED words'))
  assert.doesNotMatch(logLines.join(''), /pl.nted|2\.25\.\d/i)
})

test('SEG: probabilities as a fractional segmentation', { skip: missingTools }, async (t) => {
  const { url } = await startService(t, MODELS)
  const ask = { image: place(film), text: 'left lung', dicom_object: 'fractional_segmentation' }
  const seg = await object(await postJson(`${url}/v1/segmentations`, ask, ACCEPT))
  assert.deepEqual(validationErrors(seg), [])
  const wanted = { image: place(film), text: 'left lung', picture: 'probabilities' }
  const png = await postJson(`${url}/v1/segmentations`, wanted, { accept: 'image/png' })
  const { raster } = await decodeRaster(new Uint8Array(await png.arrayBuffer()), LIMITS)
  const { pixels } = attributes(seg)
  raster.data.forEach((value, at) => assert.ok(Math.abs(value / 257 - pixels![at]!) <= 0.51))
})

test('a film that is no DICOM, and several films, are refused before a model runs', async (t) => {
  const { url } = await startService(t, MODELS)
  const jpeg = readFileSync(join(FIXTURES, 'imaging/films/nih_00001362_001.jpg'))
  for (const route of ['segmentations']) {
    const more = route === 'segmentations' ? { text: 'lung' } : { labels: ['Edema', 'Pneumonia'] }
    const refused = await postJson(`${url}/v1/${route}`, { image: place(jpeg), ...more }, ACCEPT)
    assert.equal(refused.status, 406, route)
    assert.equal(((await refused.json()) as { code: string }).code, 'not_acceptable')
    const two = await postJson(`${url}/v1/${route}`, { images: [place(film), place(film)], ...more }, ACCEPT)
    assert.equal(two.status, 400)
  }
})
