import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '../../src/errors.js'
import { packFrames } from '../../src/hospital/dicom/pack-frames.js'
import { overlayObject } from '../../src/hospital/dicom/secondary-capture.js'
import { segmentationObject } from '../../src/hospital/dicom/segmentation-object.js'
import { readSourceFilm } from '../../src/hospital/dicom/source-film.js'
import { filmElements, writeDicom, type Elements } from '../imaging/dicom/write-dicom.js'
import { missingTools, validationErrors } from './validators.js'

const SOURCE = filmElements({ rows: 3, columns: 5, samples: new Uint8Array(15) })
const ALGORITHM = {
  ...{ name: 'lung', version: '1.0.0', digest: '12'.repeat(32), serviceVersion: '0.1.0' },
  files: [{ role: 'segmenter', sha256: '34'.repeat(32) }],
  pixelSha256: ['56'.repeat(32)],
}
const read = (more: Elements) => readSourceFilm(writeDicom({ ...SOURCE, ...more }))
/** The writer of the tests writes UTF-8, so bytes of other sets are given as bytes. */
const bytes = (hex: string) => Buffer.from(hex, 'hex')

test('names are read by the character set of the film', () => {
  for (const [charset, hex, name] of [
    ['ISO_IR 100', '4dfc6c6c6572', 'Müller'],
    ['ISO_IR 144', 'bbeeda', 'Люк'],
    ['ISO 2022 IR 6\\ISO 2022 IR 87', '59616d6164613d1b24423b3345441b2842', 'Yamada=山田'],
    ['GB18030', 'cdf5', '王'],
  ] as const)
    assert.equal(
      read({ '00080005': ['CS', charset], '00100010': ['PN', bytes(hex)] }).patientAndStudy['PatientName'],
      name,
    )
  assert.throws(
    () => read({ '00080005': ['CS', 'ISO_IR 999'] }),
    (error) => error instanceof AppError && error.code === 'malformed_image',
  )
})

test('what does not fit its type is left empty; a film without sound UIDs is refused, in words without them', () => {
  const { patientAndStudy } = read({
    '00100030': ['DA', 'PLANTED'],
    '00100040': ['CS', 'PLANTED'],
    '00080050': ['SH', 'PLANTED-LONGER-THAN-16'],
    '00081030': ['LO', 'a\u0007b'],
  })
  assert.deepEqual(
    ['PatientBirthDate', 'PatientSex', 'AccessionNumber', 'StudyDescription'].map((key) => patientAndStudy[key]),
    ['', '', '', undefined],
  )
  for (const uid of ['PLANTED', undefined])
    assert.throws(
      () => read({ '0020000d': ['UI', uid] }),
      (error) => error instanceof AppError && error.code === 'malformed_image' && !error.message.includes('PLANTED'),
    )
})

test('frames of bits follow one another without a gap', () => {
  const ones = Uint8Array.of(0xff, 0x7f)
  const packed = packFrames([ones, Uint8Array.of(1, 0x40), ones], 15, 'BINARY')
  const bits = Array.from({ length: 45 }, (_, i) => (packed[i >> 3]! >> (i & 7)) & 1)
  assert.deepEqual(bits.slice(0, 15), new Array(15).fill(1))
  assert.deepEqual([bits[15], bits.slice(16, 29), bits[29]], [1, new Array(13).fill(0), 1])
  assert.deepEqual(bits.slice(30), new Array(15).fill(1))
  assert.equal(packed.length, 6)
})

test('objects of films that say little are sound all the same', { skip: missingTools }, () => {
  const film = read({
    ...{ '00100010': ['PN', undefined], '00100020': ['LO', undefined], '00080020': ['DA', undefined] },
    '00200020': ['CS', undefined],
  })
  const segments = [{ label: 'Lung 1', description: 'none', threshold: 0.5, frame: new Uint8Array(2) }]
  const size = { width: 5, height: 3 }
  const seg = segmentationObject({ film, segments, size, algorithm: ALGORITHM, kind: 'BINARY' })
  assert.deepEqual(validationErrors(seg), [])
  const pixels = { ...size, channels: 3, data: new Uint8Array(45) } as const
  const sc = overlayObject({ film, pixels, algorithm: ALGORITHM, description: 'Overlay' })
  assert.deepEqual(validationErrors(sc), [])
})
