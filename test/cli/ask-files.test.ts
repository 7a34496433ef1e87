/** What the commands write into files, at a running service and without one: DICOM objects, and films changed within a mask. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseDicom } from '../../src/imaging/dicom/dataset.js'
import { gray, pixelsOf } from '../e2e/segmentation-client.js'
import { FIXTURES, PACKS, startService } from '../e2e/service.js'
import { temporaryFolder } from '../folder.js'
import { missingTools, validationErrors } from '../hospital/validators.js'
import { linesOf, radserve } from './radserve.js'

const DICOM = join(FIXTURES, 'dicom/m2_12.90.dcm')
const FILM = join(FIXTURES, 'imaging/films/nih_00001362_001.jpg')
/** Of the film. */
const SIDE = 320
const SEGMENTATION_STORAGE = '1.2.840.10008.5.1.4.1.1.66.4'
const MODELS = 'tiny-lvit,tiny-sd-v'

type Environment = Readonly<Record<string, string>>

/** A DICOM film gives one SEG, of its study, with a segment for each text. */
async function checkSegmentation(env: Environment): Promise<void> {
  const folder = temporaryFolder('seg')
  const texts = ['--text', 'left lung', '--text', 'right lung']
  const run = await radserve(['segment', DICOM, ...texts, '--format', 'dicom', '--out', folder], { env })
  assert.deepEqual([run.code, run.stderr], [0, ''])
  const [{ files, data }] = linesOf(run.stdout) as [{ files: string[]; data: { size: object }[] }]
  assert.deepEqual(files, [join(folder, 'm2_12.90.seg.dcm')])
  const bytes = readFileSync(files[0]!)
  const limits = { imageBytes: 1e8, imagePixels: 1e8, dataSetBytes: 1e8 }
  const [{ dataSet }, film] = [parseDicom(bytes, limits), parseDicom(readFileSync(DICOM), limits)]
  assert.equal(dataSet.string('x00080016'), SEGMENTATION_STORAGE)
  assert.equal(dataSet.string('x0020000d'), film.dataSet.string('x0020000d'), 'the study of the film')
  assert.equal(dataSet.elements['x00620002']?.items?.length, 2)
  assert.deepEqual(
    { height: dataSet.uint16('x00280010'), width: dataSet.uint16('x00280011') },
    data[0]!.size,
    'as large as what was answered in JSON',
  )
  if (missingTools === false) assert.deepEqual(validationErrors(bytes), [])
}

/** What is black in the mask is the film's whatever is drawn; what is white is not. */
async function checkChange(env: Environment): Promise<void> {
  const folder = temporaryFolder('change')
  const mask = join(folder, 'mask.png')
  writeFileSync(mask, await gray(SIDE, SIDE, (x) => (x < SIDE / 2 ? 255 : 0)))
  const draw = async (seed: string) => {
    const asked = [
      'generate',
      'Cardiomegaly.',
      '--model',
      'tiny-sd-v',
      '--film',
      FILM,
      '--mask',
      mask,
      '--strength',
      '0.9',
    ]
    const run = await radserve([...asked, '--steps', '4', '--seed', seed, '--out', folder], { env })
    assert.deepEqual([run.code, run.stderr], [0, ''])
    return pixelsOf(readFileSync(join(folder, `generated-${seed}.png`)))
  }
  const [one, other] = [await draw('8'), await draw('9')]
  const { width, channels } = one.info
  const differing = (isAsked: (x: number) => boolean): number =>
    one.data.filter((value, at) => isAsked(Math.floor(at / channels) % width) && value !== other.data[at]).length
  assert.ok(differing((x) => x < width / 4) > 0, 'where the mask is white')
  assert.equal(
    differing((x) => x >= (width * 3) / 4),
    0,
    'where it is black',
  )
}

test('at a running service', async (t) => {
  const { url } = await startService(t, { DEFAULT_MODELS: MODELS })
  await checkSegmentation({ RADSERVE_URL: url })
  await checkChange({ RADSERVE_URL: url })
})

test('without a service', async () => {
  const env = { MODEL_STORE: PACKS, DEFAULT_MODELS: MODELS, DATA_DIR: temporaryFolder('data'), DEVICE: 'cpu' }
  await checkSegmentation(env)
  await checkChange(env)
})
