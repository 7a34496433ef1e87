import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '../../src/errors.js'
import { prepareRaster } from '../../src/imaging/prepare.js'
import { decodeRaster, type Raster } from '../../src/imaging/raster.js'
import type { ImageSpec, Step } from '../../src/imaging/steps.js'
import { fixtureBytes, goldenPixels, goldensOf, largestDifference, noisePlane, ROOMY } from './goldens.js'

/** The chains that `prepared_goldens` in make_goldens.py writes out in Python. */
const SPECS: Record<string, Step[]> = {
  square: [{ op: 'gray' }, { op: 'resize', mode: 'exact', size: 160, interpolation: 'bilinear_aa' }],
  letterbox: [
    { op: 'gray' },
    { op: 'resize', mode: 'long', size: 96, interpolation: 'area', round: 'trunc' },
    { op: 'pad', to: 96, fill: 0, anchor: 'center-floor' },
  ],
  torchvision: [
    { op: 'gray' },
    { op: 'resize', mode: 'short', size: 73, interpolation: 'bicubic_aa', round: 'trunc' },
    { op: 'crop', center: true, size: 64 },
    { op: 'channels', count: 3 },
    { op: 'scale', factor: 1 / 255 },
    { op: 'normalize', mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  ],
  colour: [
    { op: 'resize', mode: 'exact', size: [40, 31], interpolation: 'lanczos' },
    { op: 'channels', count: 3 },
  ],
}

for (const [name, steps] of Object.entries(SPECS)) {
  void test(`the chain "${name}" gives the reference's tensor`, async () => {
    const goldens = goldensOf('prepared').filter((golden) => golden.spec === name)
    assert.ok(goldens.length > 0)
    for (const golden of goldens) {
      const file = golden.film === undefined ? `files/${golden.file!}` : `films/${golden.film}`
      const { raster } = await decodeRaster(fixtureBytes(file), ROOMY)
      const { pixels } = prepareRaster(raster, { steps })
      const channels = name === 'torchvision' || name === 'colour' ? 3 : 1
      assert.deepEqual(pixels.dims, [1, channels, golden.height / channels, golden.width])
      assert.equal(pixels.dtype, golden.bits === 32 ? 'float32' : 'uint8')
      const difference = largestDifference(pixels.data as Uint8Array, goldenPixels(golden))
      assert.ok(difference <= (golden.bits === 32 ? 1e-6 : 0), `${file}: ${difference}`)
    }
  })
}

function grayRaster(width: number, height: number): Raster {
  return { ...noisePlane(width, height), channels: 1 }
}

function prepared(raster: Raster, ...steps: Step[]): number[] {
  return Array.from(prepareRaster(raster, { steps }).pixels.data as Uint8Array)
}

const TINY: Raster = { width: 3, height: 2, channels: 1, data: Uint8Array.of(1, 2, 3, 4, 5, 6) }
const KEEP: Step = { op: 'resize', mode: 'exact', size: [3, 2], interpolation: 'area' }

void test('pad puts the odd pixel to the right and below, or all of it', () => {
  const pad = (anchor: 'center-floor' | 'top-left'): Step => ({ op: 'pad', to: [4, 5], fill: 9, anchor })
  const [x, rows] = [[9, 9, 9, 9], { first: [1, 2, 3, 9], second: [4, 5, 6, 9] }]
  assert.deepEqual(prepared(TINY, { op: 'gray' }, KEEP, pad('center-floor')), [
    ...x,
    ...rows.first,
    ...rows.second,
    ...x,
    ...x,
  ])
  assert.deepEqual(prepared(TINY, { op: 'gray' }, KEEP, pad('top-left')), [
    ...rows.first,
    ...rows.second,
    ...x,
    ...x,
    ...x,
  ])
})

void test('a square has a least side, and its margins are halved once', () => {
  const square = (least: number): Step => ({ op: 'pad', to: 'square', least, fill: 9, anchor: 'center-floor' })
  const exact: Step = { op: 'resize', mode: 'exact', size: 5, interpolation: 'area' }
  // 3x2 on 5x5: one column to the left, and one row above; by way of 3x3 the row would go below.
  assert.deepEqual(
    prepared(TINY, { op: 'gray' }, square(5), exact),
    [9, 9, 9, 9, 9, 9, 1, 2, 3, 9, 9, 4, 5, 6, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9],
  )
  const three: Step = { ...exact, size: 3 }
  assert.deepEqual(prepared(TINY, { op: 'gray' }, square(2), three), [1, 2, 3, 4, 5, 6, 9, 9, 9])
})

void test('crop takes the middle; an odd margin goes to the even side, or down', () => {
  const raster: Raster = { width: 6, height: 1, channels: 1, data: Uint8Array.of(0, 1, 2, 3, 4, 5) }
  const keep: Step = { op: 'resize', mode: 'exact', size: [6, 1], interpolation: 'area' }
  const crop = (width: number, round?: 'floor'): Step => ({
    op: 'crop',
    center: true,
    size: [width, 1],
    ...(round === undefined ? {} : { round }),
  })
  assert.deepEqual(prepared(raster, { op: 'gray' }, keep, crop(4)), [1, 2, 3, 4])
  assert.deepEqual(prepared(raster, { op: 'gray' }, keep, crop(5)), [0, 1, 2, 3, 4])
  assert.deepEqual(prepared(raster, { op: 'gray' }, keep, crop(3)), [2, 3, 4])
  assert.deepEqual(prepared(raster, { op: 'gray' }, keep, crop(3, 'floor')), [1, 2, 3])
})

void test('the side that follows is cut or rounded as the spec says', () => {
  const sizeOf = (raster: Raster, round: 'trunc' | 'round', mode: 'short' | 'long') => {
    const square: Step = { op: 'pad', to: [64, 64], fill: 0, anchor: 'top-left' }
    const cut: Step = { op: 'crop', center: true, size: 1 }
    const spec: ImageSpec = {
      steps: [
        { op: 'gray' },
        { op: 'resize', mode, size: 10, interpolation: 'linear', round },
        mode === 'long' ? square : cut,
      ],
    }
    const { scale } = prepareRaster(raster, spec).geometry
    return [Math.round(raster.width * scale.x), Math.round(raster.height * scale.y)]
  }
  assert.deepEqual(sizeOf(grayRaster(29, 16), 'trunc', 'long'), [10, 5])
  assert.deepEqual(sizeOf(grayRaster(29, 16), 'round', 'long'), [10, 6])
  assert.deepEqual(sizeOf(grayRaster(16, 29), 'trunc', 'short'), [10, 18])
  assert.deepEqual(sizeOf(grayRaster(400, 3), 'trunc', 'long'), [10, 1])
  assert.deepEqual(sizeOf(grayRaster(20, 33), 'round', 'short'), [10, 16])
})

void test('gray becomes three equal channels, and colour keeps its own', () => {
  const exact: Step = { op: 'resize', mode: 'exact', size: 2, interpolation: 'area' }
  const gray: Raster = { width: 2, height: 2, channels: 1, data: Uint8Array.of(1, 2, 3, 4) }
  assert.deepEqual(prepared(gray, exact, { op: 'channels', count: 3 }), [1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4])
  const rgb: Raster = { width: 2, height: 1, channels: 3, data: Uint8Array.of(10, 20, 30, 40, 50, 60) }
  const same: Step = { op: 'resize', mode: 'exact', size: [2, 1], interpolation: 'area' }
  assert.deepEqual(prepared(rgb, same, { op: 'channels', count: 3 }), [10, 40, 20, 50, 30, 60])
  assert.deepEqual(prepared(rgb, same, { op: 'gray' }), [18, 48])
})

void test('the raster is left as it was', () => {
  const raster = grayRaster(9, 9)
  const before = raster.data.slice()
  const { pixels } = prepareRaster(raster, { steps: [{ op: 'gray' }, { ...KEEP, size: 9 }] })
  ;(pixels.data as Uint8Array).fill(0)
  assert.deepEqual(raster.data, before)
})

void test('a film of extreme proportions is refused before it fills the memory', () => {
  const line: Raster = { width: 1, height: 60_000, channels: 1, data: new Uint8Array(60_000) }
  const specs: Step[][] = [
    [{ op: 'gray' }, { op: 'pad', to: 'square', fill: 0, anchor: 'top-left' }, { ...KEEP, size: 8 }],
    [
      { op: 'gray' },
      { op: 'resize', mode: 'short', size: 512, interpolation: 'lanczos' },
      { op: 'crop', center: true, size: 512 },
    ],
  ]
  for (const steps of specs) {
    assert.throws(
      () => prepareRaster(line, { steps }),
      (error) => error instanceof AppError && error.code === 'malformed_image' && /narrow/.test(error.message),
    )
  }
})
