import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '../../src/errors.js'
import {
  identityGeometry,
  originalToPrepared,
  preparedToOriginal,
  type Geometry,
  type Point,
} from '../../src/imaging/geometry.js'
import { placeOnCanvas, placeOnOriginal } from '../../src/imaging/placed-grid.js'
import { prepareRaster } from '../../src/imaging/prepare.js'
import { decodeRaster, type Raster } from '../../src/imaging/raster.js'
import type { Step } from '../../src/imaging/steps.js'
import { fixtureBytes, goldenPixels, goldensOf, ROOMY } from './goldens.js'

const GRAY: Step = { op: 'gray' }
const exact = (size: number | [number, number]): Step => ({
  op: 'resize',
  mode: 'exact',
  size,
  interpolation: 'bilinear_aa',
})
const by = (mode: 'short' | 'long', size: number): Step => ({ op: 'resize', mode, size, interpolation: 'area' })
const pad = (to: number | [number, number] | 'square', anchor: 'center-floor' | 'top-left' = 'center-floor'): Step => ({
  op: 'pad',
  to,
  fill: 0,
  anchor,
})
const crop = (size: number | [number, number], round: 'half-even' | 'floor' = 'half-even'): Step => ({
  op: 'crop',
  center: true,
  size,
  round,
})

const CHAINS: Record<string, Step[]> = {
  'exact square': [GRAY, exact(96)],
  'exact, not square': [GRAY, exact([113, 61])],
  enlarged: [GRAY, exact([331, 307])],
  'short and crop': [GRAY, by('short', 100), crop(89)],
  'short and oblong crop': [GRAY, by('short', 101), crop([100, 64], 'floor')],
  'long and pad': [GRAY, by('long', 95), pad(96)],
  'long and pad at the corner': [GRAY, by('long', 95), pad([100, 111], 'top-left')],
  'long and pad square': [GRAY, by('long', 97), pad('square')],
  'square first': [GRAY, pad('square'), exact(90)],
  'square at the corner first': [GRAY, pad('square', 'top-left'), exact(90)],
  'pad, then crop into the padding': [GRAY, by('long', 90), pad(120), crop(80)],
  'crop, then pad and resize': [GRAY, by('short', 100), crop([80, 60]), pad([101, 99]), exact([64, 77])],
  'everything twice': [
    by('long', 120),
    pad('square'),
    GRAY,
    exact(100),
    crop(91),
    pad(99, 'top-left'),
    exact([80, 70]),
  ],
}

const SIZES = [
  [160, 120],
  [120, 160],
  [127, 127],
  [211, 97],
  [89, 199],
] as const
const LANDMARKS: readonly Point[] = [
  { x: 0.5, y: 0.5 },
  { x: 0.3, y: 0.6 },
  { x: 0.72, y: 0.35 },
  { x: 0.12, y: 0.85 },
]
const BLOB_RADIUS_PX = 6

/** A black film with one round, soft light at `at`, which is given in pixels. */
function filmWithBlob(width: number, height: number, at: Point): Raster {
  const data = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const distance = Math.hypot(x + 0.5 - at.x, y + 0.5 - at.y)
      data[y * width + x] = Math.round(250 * Math.max(0, 1 - distance / BLOB_RADIUS_PX))
    }
  }
  return { width, height, channels: 1, data }
}

function centroid(values: Float32Array, width: number): Point {
  let [sum, x, y] = [0, 0, 0]
  values.forEach((value, at) => {
    if (Number.isNaN(value)) return
    sum += value
    x += value * ((at % width) + 0.5)
    y += value * (Math.floor(at / width) + 0.5)
  })
  return { x: x / sum, y: y / sum }
}

function isWellInside({ seen }: Geometry, at: Point): boolean {
  const margin = BLOB_RADIUS_PX + 3
  const isAcross = at.x - margin > seen.left && at.x + margin < seen.right
  return isAcross && at.y - margin > seen.top && at.y + margin < seen.bottom
}

/** Means over cells of `cell` x `cell` prepared pixels, which the prepared size must be a multiple of. */
function pooled(values: Uint8Array, width: number, height: number, cell: number): Float32Array {
  const across = width / cell
  const grid = new Float32Array(across * (height / cell))
  values.forEach((value, at) => {
    const [x, y] = [at % width, Math.floor(at / width)]
    grid[Math.floor(y / cell) * across + Math.floor(x / cell)]! += value / (cell * cell)
  })
  return grid
}

for (const [name, steps] of Object.entries(CHAINS)) {
  void test(`prepare, then place back, gives the original geometry: ${name}`, () => {
    let compared = 0
    for (const [width, height] of SIZES) {
      for (const landmark of LANDMARKS) {
        const at = { x: landmark.x * width, y: landmark.y * height }
        const { pixels, geometry } = prepareRaster(filmWithBlob(width, height, at), { steps })
        if (!isWellInside(geometry, at)) continue
        compared++
        const { prepared } = geometry
        const values = Float32Array.from(pixels.data as Uint8Array)
        const placed = placeOnOriginal(values, prepared.height, prepared.width, geometry)
        assert.equal(placed.length, width * height)
        const found = centroid(placed, width)
        const where = `${width}x${height} at ${at.x},${at.y}, found at ${found.x},${found.y}`
        // Half of whichever is larger, a pixel of the film or of the prepared image.
        assert.ok(Math.abs(found.x - at.x) <= 0.5 * Math.max(1, 1 / geometry.scale.x), where)
        assert.ok(Math.abs(found.y - at.y) <= 0.5 * Math.max(1, 1 / geometry.scale.y), where)
      }
    }
    assert.ok(compared >= 8, `only ${compared} landmarks were in sight`)
  })
}

void test('a coarse grid comes back within half a cell', () => {
  for (const [steps, cell] of [
    [CHAINS['exact square']!, 8],
    [CHAINS['long and pad']!, 8],
    [CHAINS['square first']!, 9],
  ] as const) {
    for (const [width, height] of SIZES) {
      const at = { x: width * 0.55, y: height * 0.45 }
      const { pixels, geometry } = prepareRaster(filmWithBlob(width, height, at), { steps })
      const { prepared, scale } = geometry
      const grid = pooled(pixels.data as Uint8Array, prepared.width, prepared.height, cell)
      const placed = placeOnOriginal(grid, prepared.height / cell, prepared.width / cell, geometry)
      const found = centroid(placed, width)
      assert.ok(Math.abs(found.x - at.x) <= (0.5 * cell) / scale.x, `${found.x} for ${at.x}`)
      assert.ok(Math.abs(found.y - at.y) <= (0.5 * cell) / scale.y, `${found.y} for ${at.y}`)
    }
  }
})

for (let orientation = 1; orientation <= 8; orientation++) {
  void test(`a map of a film of EXIF orientation ${orientation} lies on the film as it is seen`, async () => {
    const golden = goldensOf('file').find(({ file }) => file === `exif-${orientation}.jpg`)!
    const upright = goldenPixels(golden)
    const { raster } = await decodeRaster(fixtureBytes(`files/${golden.file!}`), ROOMY)
    for (const steps of [CHAINS['exact square']!, CHAINS['square first']!, CHAINS['long and pad at the corner']!]) {
      const { pixels, geometry } = prepareRaster(raster, { steps })
      assert.deepEqual(geometry.original, { width: golden.width, height: golden.height })
      const values = Float32Array.from(pixels.data as Uint8Array)
      const placed = placeOnOriginal(values, geometry.prepared.height, geometry.prepared.width, geometry)
      const mean = placed.reduce((sum, value, at) => sum + Math.abs(value - upright[at]!), 0) / placed.length
      assert.ok(mean < 2, `${mean} levels`)
    }
  })
}

void test('geometry is plain JSON, and its two directions undo each other', () => {
  const film = filmWithBlob(211, 97, { x: 100, y: 50 })
  for (const steps of Object.values(CHAINS)) {
    const { geometry } = prepareRaster(film, { steps })
    const read = JSON.parse(JSON.stringify(geometry)) as Geometry
    assert.deepEqual(read, geometry)
    const back = preparedToOriginal(read, originalToPrepared(read, { x: 12.25, y: 88.5 }))
    assert.ok(Math.abs(back.x - 12.25) < 1e-9 && Math.abs(back.y - 88.5) < 1e-9)
  }
})

void test('what was cropped away is unseen, and padding is cut away', () => {
  const film = filmWithBlob(100, 50, { x: 50, y: 25 })
  const cropped = prepareRaster(film, { steps: [GRAY, by('short', 50), crop(50)] }).geometry
  assert.deepEqual(cropped.seen, { left: 25, top: 0, right: 75, bottom: 50 })
  const placed = placeOnOriginal(new Float32Array(4).fill(3), 2, 2, cropped)
  placed.forEach((value, at) => {
    const x = at % 100
    assert.equal(value, x >= 25 && x < 75 ? 3 : NaN, `column ${x}`)
  })

  const padded = prepareRaster(film, { steps: [GRAY, by('long', 100), pad(100)] }).geometry
  // Rows of cells: padding, film, film, padding.
  const grid = Float32Array.of(9, 9, 9, 9, 1, 1, 1, 1, 2, 2, 2, 2, 9, 9, 9, 9)
  const rows = placeOnOriginal(grid, 4, 4, padded)
  assert.equal(rows.length, 100 * 50)
  assert.ok(!rows.some(Number.isNaN))
  assert.equal(rows[12 * 100 + 7], 1)
  assert.equal(rows[25 * 100 + 50], Math.fround(1.52))
})

void test('values between cell centres are bilinear, and flat beyond the outermost', () => {
  const placed = placeOnOriginal(Float32Array.of(0, 4), 1, 2, identityGeometry({ width: 8, height: 1 }))
  assert.deepEqual([...placed], [0, 0, 0.5, 1.5, 2.5, 3.5, 4, 4])
})

void test('a canvas of another size shows the whole film', () => {
  const geometry = identityGeometry({ width: 4000, height: 2000 })
  const placed = placeOnCanvas({ data: Float32Array.of(1, 2, 3, 4), width: 2, height: 2 }, geometry, {
    width: 4,
    height: 2,
  })
  assert.deepEqual([...placed], [1, 1.25, 1.75, 2, 3, 3.25, 3.75, 4])
})

void test('a grid that does not hold its cells is refused', () => {
  const geometry = identityGeometry({ width: 4, height: 4 })
  for (const [length, height, width] of [
    [3, 2, 2],
    [0, 0, 0],
  ] as const) {
    assert.throws(
      () => placeOnOriginal(new Float32Array(length), height, width, geometry),
      (error) => error instanceof AppError && error.code === 'invalid_tensor',
    )
  }
})
