import assert from 'node:assert/strict'
import { test } from 'node:test'
import { algorithmParameters, LONGEST_ST } from '../../src/hospital/dicom/derived-object.js'
import { readFilmGray } from '../../src/hospital/dicom/film-gray.js'
import { presentationState } from '../../src/hospital/dicom/presentation-state.js'
import { readSourceFilm } from '../../src/hospital/dicom/source-film.js'
import { parseDicom } from '../../src/imaging/dicom/dataset.js'
import { filmElements, writeDicom, type Elements } from '../imaging/dicom/write-dicom.js'
import { missingTools, presentedState, validationErrors } from './validators.js'

const SIZE = { width: 200, height: 100 }
const SOURCE = filmElements({
  rows: 100,
  columns: 200,
  samples: new Uint16Array(20_000).map((_, at) => at % 4096),
  bitsStored: 12,
})
const ALGORITHM = {
  ...{ name: 'lung', version: '1.0.0', digest: '12'.repeat(32), serviceVersion: '0.1.0' },
  files: [{ role: 'segmenter', sha256: '34'.repeat(32) }],
  pixelSha256: ['56'.repeat(32)],
}
const ramp = (count: number, bits: number) =>
  Uint16Array.from({ length: count }, (_, at) => Math.round((at * (2 ** bits - 1)) / (count - 1)))
const table = (descriptor: readonly number[], entries: Uint16Array): Elements => ({
  '00283002': ['US', descriptor],
  '00283003': ['LO', 'ramp'],
  '00283006': ['OW', new Uint8Array(entries.buffer)],
})

function stateOf(more: Elements, outlines: readonly Int32Array[] = [Int32Array.of(1, 1, 9, 1, 9, 5)]) {
  const film = writeDicom({ ...SOURCE, ...more })
  const segments = [{ label: 'Left lung 1', description: 'ab'.repeat(32), outlines }]
  const state = presentationState({
    ...{ film: readSourceFilm(film), gray: readFilmGray(film), segments },
    ...{ algorithm: ALGORITHM, size: SIZE },
  })
  return { film, state, ...parseDicom(state, { dataSetBytes: 1e8 }) }
}

test('a film is shown as it asks to be: its window, its tables, and which end is black', { skip: missingTools }, () => {
  const shown: readonly (readonly [Elements, RegExp, string])[] = [
    [{}, /^$/, 'IDENTITY'],
    [
      { '00281050': ['DS', '2000\\100'], '00281051': ['DS', '3000\\100'], '00281056': ['CS', 'SIGMOID'] },
      /^2000 3000 SIGMOID$/,
      'IDENTITY',
    ],
    [{ '00280004': ['CS', 'MONOCHROME1'] }, /^$/, 'INVERSE'],
    [{ '20500020': ['CS', 'INVERSE'] }, /^$/, 'INVERSE'],
    [{ '00281052': ['DS', '-1024'], '00281053': ['DS', '1'], '00281054': ['LO', 'US'] }, /^$/, 'IDENTITY'],
    [{ '00283010': ['SQ', [table([4096, 0, 12], ramp(4096, 12))]] }, /^table 4096,0,16$/, 'IDENTITY'],
    [
      {
        '00283000': ['SQ', [{ ...table([4096, 0, 16], ramp(4096, 16)), '00283004': ['LO', 'US'] }]],
        '00283010': ['SQ', [table([0, 0, 8], ramp(65_536, 8))]],
      },
      /^table 0,0,16$/,
      'IDENTITY',
    ],
  ]
  for (const [more, wanted, shape] of shown) {
    const { film, state, dataSet } = stateOf(more)
    assert.deepEqual(validationErrors(state), [])
    assert.equal(presentedState(state, film), '')
    const voi = dataSet.elements['x00283110']?.items?.[0]?.dataSet
    const lut = voi?.elements['x00283010']?.items?.[0]?.dataSet
    const said = lut
      ? `table ${[0, 1, 2].map((at) => lut.uint16('x00283002', at)).join()}`
      : ['x00281050', 'x00281051', 'x00281056']
          .map((tag) => voi?.string(tag))
          .join(' ')
          .trim()
    assert.match(said, wanted)
    assert.equal(dataSet.string('x20500020'), shape)
    assert.equal(dataSet.string('x00281052'), more['00281052']?.[1])
    assert.equal(dataSet.elements['x00283000'] !== undefined, '00283000' in more)
  }
})

test(
  'a way of more points than one polyline holds is several that touch, and a segment of nothing has a layer only',
  { skip: missingTools },
  () => {
    const long = new Int32Array(40_002).map((_, at) => (at % 2 === 0 ? (at / 2) % 200 : ((at - 1) / 2) % 100))
    const { dataSet, state } = stateOf({}, [long])
    assert.deepEqual(validationErrors(state), [])
    const lines = dataSet.elements['x00700001']!.items![0]!.dataSet!.elements['x00700009']!.items!.map(
      ({ dataSet: line }) =>
        Array.from({ length: 2 * line!.uint16('x00700021')! }, (_, at) => line!.float('x00700022', at)!),
    )
    assert.equal(lines.length, 3)
    const joined = lines.flatMap((line, at) => (at === 0 ? line : line.slice(2)))
    assert.deepEqual(
      joined,
      Array.from([...long, long[0]!, long[1]!], (value) => value + 0.5),
    )
    lines.slice(1).forEach((line, at) => assert.deepEqual(line.slice(0, 2), lines[at]!.slice(-2)))
    const empty = stateOf({}, [])
    assert.deepEqual(validationErrors(empty.state), [])
    assert.equal(empty.dataSet.elements['x00700060']!.items!.length, 1)
  },
)

test('digests that do not fit a value are told as one', () => {
  const told = algorithmParameters(ALGORITHM, { longest: LONGEST_ST, more: { threshold: '0.5' } })
  assert.equal(
    told,
    `model=lung@1.0.0; model_json_sha256=${'12'.repeat(32)}; segmenter_sha256=${'34'.repeat(32)}; ` +
      `input_pixels_sha256=${'56'.repeat(32)}; threshold=0.5; status=preliminary, unverified`,
  )
  const files = Array.from({ length: 40 }, (_, at) => ({ role: `part_${at}`, sha256: '34'.repeat(32) }))
  const short = algorithmParameters({ ...ALGORITHM, files }, { longest: LONGEST_ST })
  assert.match(short, /^model=lung@1\.0\.0; model_json_sha256=(12){32}; files_and_inputs_sha256=[0-9a-f]{64}; status=/)
  assert.ok(algorithmParameters({ ...ALGORITHM, files }).includes('part_39_sha256='))
})
