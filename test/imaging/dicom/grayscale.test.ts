import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { createDicomDecoder } from '../../../src/imaging/dicom/dicom-decoder.js'
import { missingTool } from './corpus.js'
import { testFilms } from './films.js'
import { filmElements, writeDicom, type Elements } from './write-dicom.js'
import { temporaryFolder } from '../../folder.js'

const decoder = createDicomDecoder({
  ...{ threads: 1, limits: { imageBytes: 1e8, imagePixels: 4e7 }, timeoutMs: 20_000 },
})
after(() => decoder.close())
const VOI = { window: 'voi', invertMonochrome1: true } as const

/** Grays of a film of one row. */
async function grays(
  samples: Uint8Array | Uint16Array | Int16Array,
  more: Elements,
  rule: { window: 'voi' | 'minmax'; invertMonochrome1: boolean } = VOI,
) {
  const elements = filmElements({ rows: 1, columns: samples.length, samples })
  const { raster } = await decoder.decode(writeDicom({ ...elements, ...more }), rule, new AbortController().signal)
  return [...raster.data]
}

const window = (center: string, width: string, shape?: string): Elements => ({
  '00281050': ['DS', center],
  '00281051': ['DS', width],
  ...(shape !== undefined && { '00281056': ['CS', shape] }),
})
const u16 = (...values: number[]) => Uint16Array.from(values)
const byte = (share: number): number => Math.floor(Math.min(Math.max(share, 0), 1) * 255 + 0.5)

test('LINEAR as PS3.3 C.11.2.1.2.1 has it: its ends, its half, and a width of 1 as a step', async () => {
  // The example of the standard: centre 2048, width 4096 leaves 0 to 4095 as they are.
  const values = [0, 1, 1024, 2047, 2048, 4095, 5000]
  assert.deepEqual(
    await grays(u16(...values), window('2048', '4096')),
    values.map((v) => byte(v / 4095)),
  )
  assert.deepEqual(await grays(u16(0, 1, 2, 3), window('2', '1')), [0, 0, 255, 255])
})

test('LINEAR_EXACT and SIGMOID as C.11.2.1.3 has them', async () => {
  const values = [0, 500, 1000, 1500, 2000]
  assert.deepEqual(
    await grays(u16(...values), window('1000', '2000', 'LINEAR_EXACT')),
    values.map((v) => byte(v / 2000)),
  )
  const sigmoid = values.map((v) => byte(1 / (1 + Math.exp((-4 * (v - 1000)) / 400))))
  assert.deepEqual(await grays(u16(...values), window('1000', '400', 'SIGMOID')), sigmoid)
})

test('of several windows the first; the modality rescale goes before it; samples have their sign', async () => {
  assert.deepEqual(await grays(u16(0, 100), window('50.5\\9000', '101\\1')), [0, 255])
  const rescale: Elements = { '00281052': ['DS', '-1000'], '00281053': ['DS', '2'] }
  assert.deepEqual(
    await grays(u16(0, 500, 1000), { ...rescale, ...window('0', '2000', 'LINEAR_EXACT') }),
    [0, 128, 255],
  )
  assert.deepEqual(await grays(Int16Array.of(-100, 0, 100), window('0', '200', 'LINEAR_EXACT')), [0, 128, 255])
})

test('tables: of the modality and of values of interest, with ends that hold, of 8 and 16 bits', async () => {
  const lut = (tag: string, descriptor: number[], entries: Uint8Array | Uint16Array): Elements => ({
    [tag]: ['SQ', [{ '00283002': ['US', descriptor], '00283006': ['OW', new Uint8Array(entries.buffer)] }]],
  })
  const voi = lut('00283010', [4, 10, 16], u16(0, 65535, 32768, 16384))
  assert.deepEqual(await grays(u16(0, 10, 11, 12, 13, 99), voi), [0, 0, 255, 128, 64, 64])
  const bytes = lut('00283010', [4, 0, 8], Uint8Array.of(0, 85, 170, 255))
  assert.deepEqual(await grays(u16(0, 1, 2, 3), bytes), [0, 85, 170, 255])
  const modality = lut('00283000', [3, 0, 16], u16(1000, 0, 500))
  assert.deepEqual(await grays(u16(0, 1, 2), { ...modality, ...window('500', '1000', 'LINEAR_EXACT') }), [255, 0, 128])
  // A table goes before a window.
  assert.deepEqual(await grays(u16(10, 11), { ...voi, ...window('0', '2') }), [0, 255])
  await assert.rejects(grays(u16(1), lut('00283010', [9, 0, 16], u16(1, 2))), { code: 'malformed_image' })
  await assert.rejects(grays(u16(1), lut('00283010', [2, 0, 24], u16(1, 2))), { code: 'malformed_image' })
})

test('without a window the least is black and the greatest white; minmax passes over the window', async () => {
  assert.deepEqual(await grays(u16(100, 200, 300), {}), [0, 128, 255])
  const rule = { window: 'minmax', invertMonochrome1: true } as const
  assert.deepEqual(await grays(u16(100, 200, 300), window('100', '2'), rule), [0, 128, 255])
})

test('polarity: MONOCHROME1, and INVERSE of a MONOCHROME2, are turned around once', async () => {
  const m1: Elements = { '00280004': ['CS', 'MONOCHROME1'] }
  assert.deepEqual(await grays(u16(0, 100), m1), [255, 0])
  assert.deepEqual(await grays(u16(0, 100), { ...m1, '20500020': ['CS', 'INVERSE'] }), [255, 0])
  assert.deepEqual(await grays(u16(0, 100), { '20500020': ['CS', 'INVERSE'] }), [255, 0])
  assert.deepEqual(await grays(u16(0, 100), m1, { window: 'voi', invertMonochrome1: false }), [0, 255])
})

test('padding is black, one value or a range, and counts for no range', async () => {
  const padding: Elements = { '00280120': ['US', 9000] }
  assert.deepEqual(await grays(u16(9000, 0, 100), padding), [0, 0, 255])
  const range: Elements = { ...padding, '00280121': ['US', 65535], '00280004': ['CS', 'MONOCHROME1'] }
  assert.deepEqual(await grays(u16(9500, 0, 100), range), [0, 255, 0])
})

test('bits beside the stored ones are passed over: overlays above, and samples that do not begin at bit 0', async () => {
  const twelve: Elements = { '00280101': ['US', 12], '00280102': ['US', 11] }
  assert.deepEqual(await grays(u16(0xf000, 0x1fff), { ...twelve, ...window('2048', '4096') }), [0, 255])
  const high: Elements = { '00280101': ['US', 12], '00280102': ['US', 15] }
  assert.deepEqual(await grays(u16(0x000f, 0xfff0), { ...high, ...window('2048', '4096') }), [0, 255])
})

test('as dcmtk draws the same films, within one level', async (t) => {
  const missing = missingTool()
  if (missing !== undefined) {
    assert.notEqual(process.env['CI'], 'true', `${missing} is not installed`)
    t.skip(`${missing} is not installed`)
    return
  }
  const folder = temporaryFolder('gray')
  for (const { name, elements } of await testFilms()) {
    const bytes = writeDicom(elements)
    writeFileSync(join(folder, 'film.dcm'), bytes)
    const first = '00283010' in elements ? '+Wl' : '+Wi'
    execFileSync('dcm2pnm', [first, '1', '+op', 'film.dcm', 'film.pgm'], { cwd: folder, stdio: 'pipe' })
    const drawn = readFileSync(join(folder, 'film.pgm'))
    const { raster } = await decoder.decode(bytes, VOI, new AbortController().signal)
    const expected = drawn.subarray(drawn.length - raster.data.length)
    const off = Array.from(raster.data, (value, at) => Math.abs(value - expected[at]!))
    const most = off.reduce((x, y) => Math.max(x, y))
    assert.ok(most <= 1, `${name} differs by ${most}`)
  }
})
