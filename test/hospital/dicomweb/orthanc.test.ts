import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { AppError } from '../../../src/errors.js'
import { createDicomwebClient } from '../../../src/hospital/dicomweb/client.js'
import type { DicomwebOptions } from '../../../src/hospital/dicomweb/dicomweb.js'
import { readSourceFilm, type SourceFilm } from '../../../src/hospital/dicom/source-film.js'
import { newUid, writeObject } from '../../../src/hospital/dicom/write-object.js'
import { readFilmUids } from '../../../src/imaging/dicom/film-uids.js'
import { missingPacs, startOrthanc, type Orthanc } from '../orthanc.js'

const film = (name: string): Buffer => readFileSync(new URL(`../../fixtures/dicom/${name}.dcm`, import.meta.url))

function clientOf(pacs: Orthanc, other: Partial<DicomwebOptions> = {}) {
  const auth = { kind: 'basic', user: pacs.user, password: pacs.password } as const
  const limits = { timeoutMs: 10_000, maxBytes: 64 << 20, maxParts: 100 }
  return createDicomwebClient({ baseUrl: pacs.dicomwebUrl, auth, ...limits, ...other })
}

function pathOf(file: Uint8Array) {
  const { study, series, instance } = readFilmUids(file)!
  return { study, series: series!, instance: instance! }
}

const codeOf = (error: unknown): string => (error instanceof AppError ? error.code : String(error))

test('a film goes to the PACS and comes back byte for byte', { skip: missingPacs }, async (t) => {
  const client = clientOf(await startOrthanc(t))
  for (const name of ['m2_12.2.1', 'm2_12.90', 'm2_12.70', 'm2_12.5', 'm2_12.2.2', 'm2_12.1.99']) {
    const file = film(name)
    const path = pathOf(file)
    assert.deepEqual(await client.store([file]), {
      outcome: 'accepted',
      instances: [{ sopInstanceUid: path.instance, outcome: 'accepted' }],
    })
    const [found] = await client.search('instances', { SOPInstanceUID: path.instance })
    assert.equal(found?.['0020000D']?.Value?.[0], path.study)
    const files: Uint8Array[] = []
    for await (const bytes of client.retrieve(path)) files.push(bytes)
    assert.equal(files.length, 1)
    assert.ok(file.equals(files[0]!), name)
  }
})

test('a study comes back whole, and a frame as it is kept', { skip: missingPacs }, async (t) => {
  const client = clientOf(await startOrthanc(t))
  const file = film('m2_12.2.1')
  const path = pathOf(file)
  const others = Array.from({ length: 5 }, () => noteOf(readSourceFilm(file)))
  assert.equal((await client.store([file, ...others])).outcome, 'accepted')
  const files: Uint8Array[] = []
  for await (const bytes of client.retrieve({ study: path.study })) files.push(bytes)
  const kept = files.map((bytes) => readFilmUids(bytes)?.instance).sort()
  assert.deepEqual(kept, [file, ...others].map((bytes) => readFilmUids(bytes)?.instance).sort())
  const frame = await client.frame({ ...path, frame: 1 })
  assert.ok(file.subarray(-frame.bytes.length).equals(Buffer.from(frame.bytes)))
  assert.equal(frame.bytes.length, 173 * 211 * 2)
})

/** A small object of a study: a basic text report without a word. */
function noteOf({ patientAndStudy, study }: Pick<SourceFilm, 'patientAndStudy' | 'study'>): Buffer {
  return writeObject({
    ...patientAndStudy,
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.88.11',
    SOPInstanceUID: newUid(),
    StudyInstanceUID: study,
    SeriesInstanceUID: newUid(),
    Modality: 'SR',
  })
}

test('what is not there, not allowed or not right is an error in our words', { skip: missingPacs }, async (t) => {
  const pacs = await startOrthanc(t)
  const client = clientOf(pacs)
  const path = pathOf(film('m2_12.2.1'))
  const first = async (asked: ReturnType<typeof client.retrieve>) => (await asked.next()).value
  await assert.rejects(first(client.retrieve(path)), (error) => codeOf(error) === 'dicom_not_found')
  await assert.rejects(first(client.retrieve({ study: '1/../../system' })), (e) => codeOf(e) === 'dicom_not_found')
  assert.deepEqual(await client.search('studies', { PatientID: 'NOBODY' }), [])
  const stranger = clientOf(pacs, { auth: { kind: 'bearer', token: 'wrong' } })
  await assert.rejects(stranger.search('studies', {}), (error) => codeOf(error) === 'upstream_failed')
  assert.equal((await stranger.store([film('m2_12.2.1')])).outcome, 'undelivered')
  await client.store([film('m2_12.2.1')])
  await assert.rejects(first(client.retrieve(path, undefined, 1000)), (error) => codeOf(error) === 'too_large')
  const gone = AbortSignal.abort(new AppError('cancelled', 'The client left.'))
  await assert.rejects(first(client.retrieve(path, gone)), (error) => codeOf(error) === 'cancelled')
})

test('each object has its own outcome', { skip: missingPacs }, async (t) => {
  const client = clientOf(await startOrthanc(t))
  const file = film('m2_12.2.1')
  const damaged = Buffer.concat([
    noteOf({ patientAndStudy: {}, study: '1.2.3' }).subarray(0, 300),
    Buffer.alloc(40, 0xff),
  ])
  const outcome = await client.store([file, damaged, Buffer.from('not DICOM')])
  assert.equal(outcome.instances[0]?.outcome, 'accepted')
  assert.notEqual(outcome.instances[1]?.outcome, 'accepted')
  assert.deepEqual(outcome.instances[2], { sopInstanceUid: '', outcome: 'refused', reason: 'no DICOM file' })
})

test('a PACS that is down keeps nothing', { skip: missingPacs }, async (t) => {
  const pacs = await startOrthanc(t)
  const client = clientOf(pacs)
  await pacs.stop()
  const { outcome, instances } = await client.store([film('m2_12.2.1')])
  assert.equal(outcome, 'undelivered')
  assert.deepEqual(
    instances.map((instance) => 'reason' in instance && instance.reason),
    ['ECONNREFUSED'],
  )
  await assert.rejects(client.search('studies', {}), (error) => codeOf(error) === 'upstream_failed')
})
