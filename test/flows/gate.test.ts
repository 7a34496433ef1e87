import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AppError, UnfitReason } from '../../src/errors.js'
import { createGate } from '../../src/flows/gate.js'
import type { DicomFacts } from '../../src/imaging/dicom/facts.js'
import { silentMeter } from '../../src/ports.js'

const FIT: DicomFacts = {
  ...{ modality: 'DX', bodyPart: 'chest', view: 'frontal', photometric: 'MONOCHROME2', bitsStored: 12 },
  ...{ isForProcessing: false, isSynthetic: false, isLossy: false, storedLevels: 3000, grayLevels: 200 },
  ids: { patient: 'p1', study: 's1' },
}
const UNFIT: readonly (readonly [Partial<DicomFacts>, UnfitReason])[] = [
  [{ modality: 'other' }, 'modality'],
  [{ bodyPart: 'other' }, 'body_part'],
  [{ view: 'lateral' }, 'view'],
  [{ view: 'oblique' }, 'view'],
  [{ view: 'unknown' }, 'view_unknown'],
  [{ isForProcessing: true }, 'for_processing'],
  [{ storedLevels: 1, grayLevels: 1 }, 'pixel_range'],
  [{ grayLevels: 4 }, 'pixel_range'],
  [{ isLossy: true, lossyRatio: 20.5 }, 'lossy_ratio'],
]
const gate = (mode: 'enforce' | 'warn' | 'off') =>
  createGate({ mode, maxLossyRatio: 20, outliers: mode, maxOutlierScore: 1 }, silentMeter)

test('each reason is refused with its code, told where the gate warns, and passed where it is off', () => {
  for (const [facts, reason] of UNFIT) {
    const films = [{}, { dicom: FIT }, { dicom: { ...FIT, ...facts } }]
    assert.throws(
      () => gate('enforce').check(films, { spec: {} }),
      ({ code, details }: AppError) => code === 'image_unfit' && details.reason === reason && details.image === 2,
      reason,
    )
    assert.deepEqual(gate('warn').check(films, { spec: {} }), [{ image: 2, reason }])
    assert.deepEqual(gate('off').check(films, { spec: {} }), [])
  }
})

test('a fit film, one that says nothing of its part, and one compressed as much as is allowed pass', () => {
  for (const facts of [{}, { bodyPart: 'unknown' }, { modality: 'CR' }, { isLossy: true, lossyRatio: 20 }] as const)
    assert.deepEqual(gate('enforce').check([{ dicom: { ...FIT, ...facts } }], { spec: {} }), [])
  assert.deepEqual(gate('enforce').check([{}], { spec: {} }), [])
})

test('a pack that reads any view is asked for any', () => {
  const spec = { dicom: { window: 'voi', invert_monochrome1: true, views: 'any' } } as const
  assert.deepEqual(gate('enforce').check([{ dicom: { ...FIT, view: 'lateral' } }], { spec }), [])
})

test('films of a study are of one patient and one study, where they say it', () => {
  const films = [
    {},
    { dicom: FIT },
    { dicom: { ...FIT, ids: {} } },
    { dicom: { ...FIT, ids: { patient: 'p2', study: 's1' } } },
  ]
  const studies = [[0, 1, 2, 3]]
  assert.deepEqual(gate('warn').check(films, { spec: {}, studies }), [{ image: 3, reason: 'other_patient' }])
  assert.deepEqual(gate('enforce').check(films, { spec: {}, studies: [[1, 2], [3]] }), [])
  const other = [{ dicom: FIT }, { dicom: { ...FIT, ids: { patient: 'p1', study: 's2' } } }]
  assert.deepEqual(gate('warn').check(other, { spec: {}, studies: [[0, 1]] }), [{ image: 1, reason: 'other_study' }])
})

test('a film whose outlier score is above the greatest allowed one is unfit, whatever its format', () => {
  const scores = [0.4, undefined, 1.01, 7]
  assert.throws(
    () => gate('enforce').outliers!.check(scores),
    ({ code, details }: AppError) =>
      code === 'image_unfit' && details.reason === 'out_of_distribution' && details.image === 2,
  )
  const unfit = [2, 3].map((image) => ({ image, reason: 'out_of_distribution' }))
  assert.deepEqual(gate('warn').outliers!.check(scores), unfit)
  const options = { mode: 'enforce', maxLossyRatio: 20, outliers: 'warn', maxOutlierScore: 7 } as const
  assert.deepEqual(createGate(options, silentMeter).outliers!.check(scores), [])
  assert.equal(gate('off').outliers, undefined)
  assert.equal(createGate({ ...options, mode: 'off' }, silentMeter).outliers, undefined, 'off is off')
})
