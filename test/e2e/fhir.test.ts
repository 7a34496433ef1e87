/** A DICOM film through the whole service: the Bundle names study and film by their own UIDs, and no patient; no log does. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { readBundle, resourcesOf } from '../hospital/fhir-validator.js'
import { testFilms } from '../imaging/dicom/films.js'
import { writeDicom, type Elements } from '../imaging/dicom/write-dicom.js'
import { postJson, startService } from './service.js'

const STUDY = '2.25.4242'
const [M2_12] = await testFilms()
const film = (more: Elements = {}) => ({
  data: Buffer.from(
    writeDicom({
      ...M2_12!.elements,
      ...{ '00100010': ['PN', 'PLANTED^NAME'], '00100020': ['LO', 'PLANTED-ID'], '0020000d': ['UI', STUDY] },
      ...{ '00080050': ['SH', 'PLANTED-ACC'], '00180015': ['CS', 'CHEST'], '00080060': ['CS', 'DX'] },
      ...{ '00185101': ['CS', 'PA'], '00080018': ['UI', '2.25.1'] },
      ...more,
    }),
  ).toString('base64'),
})

test('study, film, pixels and examination are named; nothing of the patient is, and the log has none of it', async (t) => {
  const { url, logLines } = await startService(t, { DEFAULT_MODELS: 'tiny-clip,tiny-halves' })
  const body = { images: [film()], labels: ['pleural effusion', 'edema'] }
  const reply = await postJson(`${url}/v1/classifications`, body, { accept: 'application/fhir+json' })
  const text = await reply.text()
  assert.equal(reply.status, 200, text)
  const bundle = readBundle(text)
  const [report] = resourcesOf(bundle, 'DiagnosticReport')
  assert.equal(report!.code.coding![0]!.code, '36554-4')
  const study = [{ type: 'ImagingStudy', identifier: { system: 'urn:dicom:uid', value: `urn:oid:${STUDY}` } }]
  assert.deepEqual(report!.imagingStudy, study)
  for (const { derivedFrom } of resourcesOf(bundle, 'Observation')) assert.deepEqual(derivedFrom, study)
  const sources = resourcesOf(bundle, 'Provenance')[0]!.entity!.map(({ what }) => what.identifier!)
  const [instance, pixels, ...others] = sources
  assert.deepEqual([instance, others], [{ system: 'urn:dicom:uid', value: 'urn:oid:2.25.1' }, []])
  assert.equal(pixels!.system, 'urn:radserve:pixel-sha256')
  assert.match(pixels!.value, /^[0-9a-f]{64}$/)
  assert.doesNotMatch(text, /planted/i)
  const lateral = film({ '00185101': ['CS', 'LL'], '00080018': ['UI', '2.25.2'] })
  const refused = await postJson(
    `${url}/v1/classifications`,
    { images: [lateral], labels: ['edema'] },
    { accept: 'application/fhir+json' },
  )
  assert.equal(refused.status, 422)
  assert.equal(((await refused.json()) as { code: string }).code, 'image_unfit')
  assert.ok(logLines.length > 2)
  const hash = createHash('sha256').update(STUDY).digest('hex')
  assert.doesNotMatch(logLines.join(''), new RegExp(`planted|${STUDY}|${hash}|effusion`, 'i'))
})

test('a study of a frontal and a lateral film is one of two views', async (t) => {
  const { url } = await startService(t, { DEFAULT_MODELS: 'tiny-clip,tiny-halves', GATE: 'warn' })
  const study = [film(), film({ '00185101': ['CS', 'LL'], '00080018': ['UI', '2.25.2'] })]
  const reply = await postJson(
    `${url}/v1/classifications`,
    { study, labels: ['edema'] },
    { accept: 'application/fhir+json' },
  )
  const text = await reply.text()
  assert.equal(reply.status, 200, text)
  const bundle = readBundle(text)
  const [report, ...others] = resourcesOf(bundle, 'DiagnosticReport')
  assert.deepEqual([report!.code.coding![0]!.code, others], ['36643-5', []])
  assert.match(
    resourcesOf(bundle, 'Observation')[0]!.note![0]!.text,
    /not one that the model may be asked about: view\./,
  )
})
