import assert from 'node:assert/strict'
import { test } from 'node:test'
import sharp from 'sharp'
import { createImagePool } from '../../../src/imaging/image-pool.js'
import { segmentFilm, type SegmentJob } from '../../../src/imaging/mask/segment.js'
import type { ImageSpec } from '../../../src/imaging/steps.js'
import { fixtureBytes, ROOMY } from '../goldens.js'

const SPEC: ImageSpec = {
  steps: [
    { op: 'gray' },
    { op: 'resize', mode: 'short', size: 16, interpolation: 'linear' },
    { op: 'crop', center: true, size: 16 },
  ],
}
const ALL = ['rle', 'mask_png', 'contours', 'probability_png', 'probability_npy', 'overlay'] as const

test('a thread gives what the function gives, of a film that was turned and cropped', async (t) => {
  const pool = createImagePool({ threads: 1, limits: ROOMY })
  t.after(() => pool.close())
  const { signal } = new AbortController()
  const film = fixtureBytes('files/exif-6.jpg')
  const { geometry, original, channelSpread } = await pool.prepare(film, SPEC, signal)
  assert.deepEqual(original, { width: 37, height: 53 })
  assert.ok(channelSpread >= 0)
  const grid = { data: Float32Array.from({ length: 64 }, (_, at) => at / 64), width: 8, height: 8 }
  const job: SegmentJob = {
    grid,
    geometry,
    threshold: 0,
    cleaning: { fillHoles: false, minAreaPx: 0 },
    parts: ALL,
    film,
  }
  const direct = await segmentFilm(job, ROOMY)
  assert.deepEqual(await pool.segment(job, signal), direct)
  assert.ok(film.length > 0, 'the caller keeps its bytes')

  assert.deepEqual(direct.size, original)
  // The crop took away the top and the bottom of a portrait: there nothing was seen, and nothing is inside.
  const { top, bottom } = direct.box!
  assert.ok(Math.abs(top - 8) <= 1 && Math.abs(bottom - 45) <= 1, `${top} to ${bottom}`)
  for (const png of [direct.maskPng!, direct.probabilityPng!, direct.overlay!]) {
    const { width, height } = await sharp(png).metadata()
    assert.deepEqual([width, height], [37, 53])
  }
  const values = new Float32Array(direct.probabilityNpy!.slice(-37 * 53 * 4).buffer)
  assert.ok(Number.isNaN(values[0]) && Number.isNaN(values.at(-1)) && values[26 * 37]! > 0)

  const gone = AbortSignal.abort()
  await assert.rejects(pool.segment(job, gone), { code: 'cancelled' })
  await assert.rejects(pool.segment({ ...job, truth: Uint8Array.of(1, 2, 3) }, signal), {
    code: 'unsupported_media_type',
  })
  assert.deepEqual((await pool.segment(job, signal)).rle, direct.rle, 'a refusal leaves the thread as it was')
})

test('an empty mask has neither place nor mean', async () => {
  const grid = { data: new Float32Array(16).fill(0.3), width: 4, height: 4 }
  const size = { width: 9, height: 7 }
  const geometry = {
    ...{ original: size, prepared: { width: 4, height: 4 }, scale: { x: 4 / 9, y: 4 / 7 }, offset: { x: 0, y: 0 } },
    seen: { left: 0, top: 0, right: 9, bottom: 7 },
  }
  const found = await segmentFilm(
    {
      grid,
      geometry,
      threshold: 0.5,
      cleaning: { fillHoles: true, minAreaPx: 0, largest: 1 },
      parts: ['rle', 'contours'],
    },
    ROOMY,
  )
  assert.deepEqual([found.areaPx, found.regionCount, found.regions], [0, 0, []])
  assert.deepEqual([found.box, found.centroid, found.meanProbability], [undefined, undefined, undefined])
  assert.ok(Math.abs(found.maxProbability - 0.3) < 1e-6)
  assert.equal(found.rle!.counts, 'o1')
})
