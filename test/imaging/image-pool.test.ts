import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { test, type TestContext } from 'node:test'
import { AppError } from '../../src/errors.js'
import { createImagePool, type ImagePool, type ImagePoolOptions } from '../../src/imaging/image-pool.js'
import { placeOnOriginal } from '../../src/imaging/placed-grid.js'
import type { HeatMap } from '../../src/imaging/overlay.js'
import { prepareRaster } from '../../src/imaging/prepare.js'
import { decodeRaster, encodePng } from '../../src/imaging/raster.js'
import type { ImageSpec } from '../../src/imaging/steps.js'
import { fixtureBytes, noisePlane, ROOMY } from './goldens.js'

const SPEC: ImageSpec = {
  steps: [{ op: 'gray' }, { op: 'resize', mode: 'exact', size: 160, interpolation: 'bilinear_aa' }],
}
const DICOM = resolve(import.meta.dirname, '../fixtures/dicom')
const FILM = fixtureBytes('files/exif-6.jpg')

function startPool(t: TestContext, options: Partial<ImagePoolOptions> = {}): ImagePool {
  const pool = createImagePool({ threads: 1, limits: ROOMY, ...options })
  t.after(() => pool.close())
  return pool
}

function never(): AbortSignal {
  return new AbortController().signal
}

function hasCode(code: AppError['code']): (error: unknown) => boolean {
  return (error) => error instanceof AppError && error.code === code
}

/** A film of the size that a digital detector gives, as a PNG. */
async function largeFilm(): Promise<Uint8Array> {
  const { data } = noisePlane(3000, 2500)
  return encodePng({ width: 3000, height: 2500, channels: 1, data: data.map((level) => level >> 4) })
}

void test('one DICOM film that two ask for at once gives each what it gives one alone', async (t) => {
  const pool = startPool(t, { threads: 2 })
  const film = readFileSync(join(DICOM, 'm2_12.51.dcm'))
  const specs = [SPEC, { steps: [{ op: 'gray' }, { op: 'resize', mode: 'exact', size: 96, interpolation: 'area' }] }]
  const together = await Promise.all([...specs, SPEC].map((spec) => pool.prepare(film, spec as ImageSpec, never())))
  for (const [at, spec] of [...specs, SPEC].entries()) {
    const alone = await pool.prepare(film, spec as ImageSpec, never())
    assert.deepEqual({ ...together[at]!, timings: alone.timings }, alone)
  }
})

void test('the pool prepares what the functions beneath it prepare', async (t) => {
  const pool = startPool(t)
  for (const spec of [SPEC, { steps: [...SPEC.steps, { op: 'scale', factor: 2 }] } satisfies ImageSpec]) {
    const { raster } = await decodeRaster(FILM, ROOMY)
    const { pixels, geometry } = prepareRaster(raster, spec)
    const prepared = await pool.prepare(FILM, spec, never())
    assert.deepEqual(prepared.pixels, pixels)
    assert.deepEqual(prepared.geometry, geometry)
    assert.deepEqual(prepared.original, { width: 37, height: 53 })
    assert.deepEqual([prepared.format, prepared.bitDepth], ['jpeg', 8])
    assert.ok(prepared.timings.decodeMs > 0 && prepared.timings.prepareMs > 0)
  }
})

void test('the caller keeps its bytes, and a view onto a larger upload sends only itself', async (t) => {
  const pool = startPool(t)
  const upload = new Uint8Array(FILM.length + 2000).fill(7)
  upload.set(FILM, 1000)
  const view = upload.subarray(1000, 1000 + FILM.length)
  const prepared = await pool.prepare(view, SPEC, never())
  assert.equal(prepared.original.width, 37)
  assert.equal(upload.length, FILM.length + 2000)
  assert.deepEqual(view, FILM)
})

void test('errors keep their class, code, message and details across the thread', async (t) => {
  const pool = startPool(t, { limits: { imageBytes: 10_000, imagePixels: 1000 } })
  await assert.rejects(pool.prepare(new Uint8Array(0), SPEC, never()), hasCode('malformed_image'))
  await assert.rejects(pool.prepare(Buffer.from('no image'), SPEC, never()), hasCode('unsupported_media_type'))
  await assert.rejects(pool.prepare(FILM, SPEC, never()), (error) => {
    assert.ok(error instanceof AppError)
    assert.deepEqual([error.code, error.details], ['too_large', { limit: 'MAX_IMAGE_PIXELS' }])
    assert.match(error.message, /53x37/)
    return true
  })
  await assert.rejects(pool.prepare(new Uint8Array(10_001), SPEC, never()), hasCode('too_large'))
  const unsound: ImageSpec = { steps: [{ op: 'gray' }] }
  const small = await encodePng({ width: 2, height: 2, channels: 1, data: new Uint8Array(4) })
  await assert.rejects(pool.prepare(small, unsound, never()), hasCode('model_invalid'))
})

void test('the pool works on after a refusal', async (t) => {
  const pool = startPool(t)
  await assert.rejects(pool.prepare(FILM.subarray(0, 600), SPEC, never()), hasCode('malformed_image'))
  assert.deepEqual((await pool.prepare(FILM, SPEC, never())).pixels.dims, [1, 1, 160, 160])
})

void test('pictures come back as PNG, maps on the original', async (t) => {
  const pool = startPool(t)
  const { geometry } = await pool.prepare(FILM, SPEC, never())
  const map: HeatMap = { grid: { data: Float32Array.of(0, 1, 2, 3), width: 2, height: 2 }, geometry, low: 0, high: 3 }
  const overlay = await decodeRaster(await pool.overlay(FILM, map, { alpha: 0.5 }, never()), ROOMY)
  assert.deepEqual([overlay.raster.width, overlay.raster.height, overlay.raster.channels], [37, 53, 3])
  const alone = await decodeRaster(await pool.heatMap(map, { film: undefined, maxSidePx: 20 }, never()), ROOMY)
  assert.deepEqual([alone.raster.width, alone.raster.height, alone.raster.channels], [14, 20, 1])
  const mask = { width: 3, height: 2, channels: 1, data: Uint8Array.of(0, 255, 0, 255, 0, 255) } as const
  assert.deepEqual((await decodeRaster(await pool.png(mask, never()), ROOMY)).raster, mask)
  const placed = await pool.place(map.grid, geometry, never())
  assert.deepEqual(placed, placeOnOriginal(map.grid.data, 2, 2, geometry))
  assert.equal(map.grid.data.length, 4)
  assert.equal(mask.data.length, 6)
})

void test('work that is aborted while it waits never runs, and what waits behind it does', async (t) => {
  const pool = startPool(t)
  const order: string[] = []
  const first = pool.prepare(await largeFilm(), SPEC, never()).then(() => order.push('first'))
  const controller = new AbortController()
  const aborted = pool.prepare(FILM, SPEC, controller.signal).catch((error: unknown) => {
    order.push('aborted')
    throw error
  })
  const last = pool.prepare(FILM, SPEC, never()).then(() => order.push('last'))
  controller.abort(new AppError('deadline_exceeded', 'Too late.'))
  await assert.rejects(aborted, hasCode('deadline_exceeded'))
  await Promise.all([first, last])
  assert.deepEqual(order, ['aborted', 'first', 'last'])
})

void test('an abort frees the caller at once while the thread finishes, and the thread lives on', async (t) => {
  const pool = startPool(t)
  await pool.prepare(FILM, SPEC, never())
  const controller = new AbortController()
  let isDone = false
  const film = await largeFilm()
  const work = pool.prepare(film, SPEC, controller.signal)
  const behind = pool.prepare(FILM, SPEC, never()).then(() => (isDone = true))
  setImmediate(() => {
    controller.abort()
  })
  await assert.rejects(work, hasCode('cancelled'))
  assert.ok(!isDone)
  await behind
})

void test('a signal that has aborted already runs nothing', async (t) => {
  const pool = startPool(t)
  await assert.rejects(pool.prepare(FILM, SPEC, AbortSignal.abort()), hasCode('cancelled'))
})

void test('closing lets running work finish and turns away the rest', async () => {
  const pool = createImagePool({ threads: 1, limits: ROOMY })
  const running = pool.prepare(FILM, SPEC, never())
  const waiting = assert.rejects(pool.prepare(FILM, SPEC, never()), hasCode('draining'))
  const closing = pool.close()
  assert.equal(pool.close(), closing)
  assert.deepEqual((await running).pixels.dims, [1, 1, 160, 160])
  await waiting
  await closing
  await assert.rejects(pool.prepare(FILM, SPEC, never()), hasCode('draining'))
})

void test('many images at once on several threads each get their own answer', async (t) => {
  const pool = startPool(t, { threads: 2 })
  const sizes = Array.from({ length: 24 }, (_, at) => 8 + at)
  const answers = await Promise.all(
    sizes.map(async (size) => {
      const png = await encodePng({ ...noisePlane(size, 9), channels: 1 })
      const spec: ImageSpec = { steps: [{ op: 'gray' }, { op: 'resize', mode: 'exact', size, interpolation: 'area' }] }
      return pool.prepare(png, spec, never())
    }),
  )
  assert.deepEqual(
    answers.map(({ pixels, original }) => [pixels.dims[2], original.width]),
    sizes.map((size) => [size, size]),
  )
})

void test('threads that start do not disturb the films on the other threads', async (t) => {
  const pool = startPool(t, { threads: 2 })
  let isStarting = true
  async function decodeOn(): Promise<void> {
    while (isStarting) await pool.prepare(FILM, SPEC, never())
  }
  const decoding = Promise.all([decodeOn(), decodeOn(), decodeOn()])
  const starting = (async () => {
    for (let turn = 0; turn < 8; turn++) {
      const other = startPool(t, { threads: 2 })
      await other.prepare(FILM, SPEC, never())
      await other.close()
    }
  })().finally(() => (isStarting = false))
  await Promise.all([decoding, starting])
})

void test('the event loop turns while large films are prepared and drawn', async (t) => {
  const pool = startPool(t)
  const film = await largeFilm()
  const { geometry } = await pool.prepare(film, SPEC, never())
  const map: HeatMap = { grid: { data: new Float32Array(100), width: 10, height: 10 }, geometry, low: 0, high: 1 }
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  await Promise.all([1, 2, 3].map(() => pool.prepare(film, SPEC, never())))
  await pool.overlay(film, map, { alpha: 0.5 }, never())
  delay.disable()
  // Drawing that overlay alone takes twice as long; on the event loop it would show.
  const worstMs = delay.max / 1e6
  assert.ok(worstMs < 100, `${worstMs} ms`)
})

void test('many films of one request are no leak of listeners', async (t) => {
  const pool = startPool(t)
  const warnings: string[] = []
  const onWarning = (warning: Error): void => void warnings.push(warning.name)
  process.on('warning', onWarning)
  t.after(() => process.off('warning', onWarning))
  const signal = never()
  await Promise.all(Array.from({ length: 20 }, () => pool.prepare(FILM, SPEC, signal)))
  // Warnings are told on the next tick.
  await new Promise(setImmediate)
  assert.deepEqual(warnings, [])
})
