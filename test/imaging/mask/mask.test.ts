import assert from 'node:assert/strict'
import { test } from 'node:test'
import { geometryAfterCanvas, geometryAfterResize, identityGeometry } from '../../../src/imaging/geometry.js'
import { agreementOf, rasterToMask } from '../../../src/imaging/mask/agreement.js'
import { encodeCocoRle } from '../../../src/imaging/mask/coco-rle.js'
import { findRuns, labelRuns } from '../../../src/imaging/mask/components.js'
import { fillHoles } from '../../../src/imaging/mask/holes.js'
import { levelsOf } from '../../../src/imaging/mask/levels.js'
import { cleanMask, contoursOf } from '../../../src/imaging/mask/mask-regions.js'
import { maskArea, maskBox, packMask } from '../../../src/imaging/mask/mask.js'
import { placeMask } from '../../../src/imaging/mask/placed-mask.js'
import { placeOnOriginal } from '../../../src/imaging/placed-grid.js'
import { encodeNpy } from '../../../src/imaging/mask/npy.js'
import { createRandom } from '../../load/random.js'
import { drawn, maskGoldens, unpack, type MaskGolden } from './mask-goldens.js'

const KEEP_ALL = { fillHoles: false, minAreaPx: 0 }

for (const golden of maskGoldens.masks) {
  const mask = unpack(golden, golden.bits)

  test(`${golden.name}: components are SciPy's`, () => {
    const found = cleanMask(mask, KEEP_ALL).components
    const byPlace = (a: { first: { x: number; y: number } }, b: { first: { x: number; y: number } }): number =>
      a.first.y - b.first.y || a.first.x - b.first.x
    const rows = [...found]
      .sort(byPlace)
      .map(({ areaPx, box: { left, top, right, bottom } }) => ({ area: areaPx, box: [left, top, right, bottom] }))
    assert.deepEqual(
      rows,
      golden.eight.map(({ area, box }) => ({ area, box })),
    )
    const centroids = [...found].sort(byPlace).flatMap(({ centroid: { x, y } }) => [x, y])
    const expected = golden.eight.flatMap(({ centroid }) => centroid)
    centroids.forEach((value, at) => assert.ok(Math.abs(value - expected[at]!) < 1e-9))
    const box = maskBox(mask) ?? { left: 0, top: 0, right: 0, bottom: 0 }
    assert.equal(labelRuns(findRuns(mask, 1, box), 4).count, golden.four.length)
  })

  test(`${golden.name}: holes are filled as by SciPy`, () => {
    assert.deepEqual(fillHoles(mask), unpack(golden, golden.filled))
  })

  test(`${golden.name}: contours are OpenCV's`, () => {
    const found = contoursOf(cleanMask(mask, KEEP_ALL), Infinity).flatMap(({ outer, holes }) => [
      { points: pairs(outer), hole: false },
      ...holes.map((hole) => ({ points: pairs(hole), hole: true })),
    ])
    assert.deepEqual(sorted(found), sorted(golden.contours))
  })

  test(`${golden.name}: the run lengths are pycocotools'`, () => {
    assert.deepEqual(encodeCocoRle(mask), { size: [golden.height, golden.width], counts: golden.coco })
  })

  test(`${golden.name}: overlap and distances are MedPy's`, () => {
    const found = agreementOf(mask, unpack(golden, golden.other), maskGoldens.spacing_mm)
    assertNear(found.dice, golden.dice)
    assertNear(found.iou, golden.iou)
    assertDistances(found.distancesPx, golden.distances_px)
    assertDistances(found.distancesMm, golden.distances_mm)
    assert.equal(found.truthAreaPx, maskArea(unpack(golden, golden.other)))
  })
}

function pairs(contour: Int32Array): [number, number][] {
  return Array.from({ length: contour.length / 2 }, (_, at) => [contour[at * 2]!, contour[at * 2 + 1]!])
}

/** Contours in an order of their own; where a closed contour begins says nothing, which way it goes does. */
function sorted(contours: MaskGolden['contours']): string[] {
  return contours
    .map(({ points, hole }) => {
      const turns = points.map((_, at) => JSON.stringify([...points.slice(at), ...points.slice(0, at)]))
      return `${hole} ${turns.sort()[0]}`
    })
    .sort()
}

function assertNear(found: number, expected: number, tolerance = 1e-9): void {
  assert.ok(Math.abs(found - expected) <= tolerance, `${found} is not ${expected}`)
}

function assertDistances(
  found: { hd95: number; mean: number } | undefined,
  expected: { hd95: number; mean: number } | null,
): void {
  assert.equal(found === undefined, expected === null)
  if (found === undefined || expected === null) return
  assertNear(found.hd95, expected.hd95, 1e-5)
  assertNear(found.mean, expected.mean, 1e-5)
}

test('equal spacing scales the distances in pixels', () => {
  const golden = maskGoldens.masks.find(({ name }) => name === 'blobs')!
  const found = agreementOf(unpack(golden, golden.bits), unpack(golden, golden.other), [0.5, 0.5])
  assertDistances(found.distancesMm, { hd95: golden.distances_px!.hd95 / 2, mean: golden.distances_px!.mean / 2 })
})

test('only what is above the threshold is inside; the greatest is told; around what was seen there is nothing', () => {
  const data = Float32Array.of(0.5, 0.50001, 0.2, 0.49, 1, 0)
  const size = { width: 3, height: 2 }
  const whole = placeMask({ data, ...size }, identityGeometry(size), 0.5)
  assert.deepEqual([...whole.mask.data], [0, 1, 0, 0, 1, 0])
  assert.equal(whole.maxProbability, 1)
  const cropped = geometryAfterCanvas(identityGeometry({ width: 5, height: 6 }), size, { x: -1, y: -2 })
  const { mask, maxProbability } = placeMask({ data, ...size }, cropped, 0.5)
  const around = Array.from({ length: 30 }, (_, at) => {
    const [x, y] = [(at % 5) - 1, Math.floor(at / 5) - 2]
    return x >= 0 && x < 3 && y >= 0 && y < 2 ? data[y * 3 + x]! : NaN
  })
  assert.deepEqual(
    [...mask.data],
    around.map((value) => Number(value > 0.5)),
  )
  assert.equal(maxProbability, 1)
})

test('what is skipped where no border runs is what every pixel would have said', () => {
  const random = createRandom(7)
  const size = { width: 211, height: 173 }
  for (const [width, height] of [
    [1, 1],
    [7, 5],
    [40, 64],
    [211, 173],
    [300, 260],
  ] as const) {
    const grid = { width, height, data: Float32Array.from({ length: width * height }, () => random.next() ** 2) }
    const resized = geometryAfterResize(identityGeometry(size), { width: 160, height: 160 })
    const cut = geometryAfterCanvas(resized, { width: 130, height: 190 }, { x: -21, y: 11 })
    for (const [geometry, threshold] of [
      [resized, 0.5],
      [cut, 0.25],
      [cut, 0],
      [resized, 1],
    ] as const) {
      const values = placeOnOriginal(grid.data, height, width, geometry)
      const { mask, probabilities, maxProbability } = placeMask(grid, geometry, threshold)
      assert.deepEqual(
        mask.data,
        Uint8Array.from(values, (value) => Number(value > threshold)),
      )
      assert.equal(
        maxProbability,
        values.reduce((most, value) => (value > most ? value : most), 0),
      )
      const cleaned = cleanMask(mask, KEEP_ALL)
      const inside = values.filter((_, at) => mask.data[at] === 1)
      const levels = levelsOf(cleaned, probabilities)
      const sum = levels.reduce((total, { mean }, at) => total + mean * cleaned.components[at]!.areaPx, 0)
      assertNear(sum / inside.length || 0, inside.reduce((total, value) => total + value, 0) / inside.length || 0, 1e-8)
      assert.equal(
        Math.max(0, ...levels.map(({ max }) => max)),
        inside.reduce((most, value) => Math.max(most, value), 0),
      )
    }
  }
})

test('bits of a mask stand in the order of its pixels, whatever their number', () => {
  const random = createRandom(3)
  for (const length of [1, 7, 8, 9, 64, 1001]) {
    const data = Uint8Array.from({ length }, () => Number(random.next() > 0.5))
    const bits = packMask({ width: length, height: 1, data })
    assert.equal(bits.length, Math.ceil(length / 8))
    assert.deepEqual(
      Uint8Array.from(data, (_, at) => (bits[at >> 3]! >> (at & 7)) & 1),
      data,
    )
  }
})

test('components are dropped by their area and by their rank, after holes were filled', () => {
  const mask = drawn('###..#', '#.#..#', '###...', '......', '#.....')
  assert.deepEqual(
    cleanMask(mask, KEEP_ALL).components.map(({ areaPx }) => areaPx),
    [8, 2, 1],
  )
  assert.deepEqual(
    cleanMask(mask, { fillHoles: true, minAreaPx: 0, largest: 1 }).mask,
    drawn('###...', '###...', '###...', '......', '......'),
  )
  assert.deepEqual(
    cleanMask(mask, { fillHoles: false, minAreaPx: 2 }).mask,
    drawn('###..#', '#.#..#', '###...', '......', '......'),
  )
  const nothing = cleanMask(mask, { fillHoles: false, minAreaPx: 9 })
  assert.deepEqual({ components: nothing.components, area: maskArea(nothing.mask) }, { components: [], area: 0 })
})

test('a component inside a hole of another keeps its own contours', () => {
  const mask = drawn('#######', '#.....#', '#.###.#', '#.#.#.#', '#.###.#', '#.....#', '#######')
  const [outer, inner] = contoursOf(cleanMask(mask, KEEP_ALL), 2)
  assert.deepEqual([outer!.holes.length, inner!.holes.length], [1, 1])
  assert.deepEqual(Math.min(...inner!.outer), 2)
})

test('a picture is a mask in whatever levels it is written', () => {
  const levels = [0, 1, 0, 1]
  for (const scale of [1, 255]) {
    const data = Uint8Array.from(levels, (level) => level * scale)
    assert.deepEqual([...rasterToMask({ width: 2, height: 2, channels: 1, data }).data], levels)
  }
  for (const scale of [1, 65_535]) {
    const data = Uint16Array.from(levels, (level) => level * scale)
    assert.deepEqual([...rasterToMask({ width: 2, height: 2, channels: 1, data }).data], levels)
  }
  const black = { width: 2, height: 2, channels: 1 as const, data: new Uint8Array(4) }
  assert.equal(maskArea(rasterToMask(black)), 0)
  const coloured = Uint8Array.from([0, 0, 0, 250, 251, 252])
  assert.deepEqual([...rasterToMask({ width: 2, height: 1, channels: 3, data: coloured }).data], [0, 1])
})

test('a reference of another size is refused', () => {
  assert.throws(() => agreementOf(drawn('##'), drawn('#', '#')), { code: 'malformed_image' })
})

test("a .npy file is NumPy's", () => {
  const file = Buffer.from(encodeNpy([2, 3], Float32Array.of(0, 0.5, 1, NaN, 2, 3)))
  assert.equal(file.length % 64, 24)
  assert.equal(file.toString('latin1', 0, 8), '\x93NUMPY\x01\x00')
  assert.equal(
    file.toString('latin1', 10, 128).trimEnd(),
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }",
  )
  assert.equal(file.readUInt16LE(8), 118)
  assert.deepEqual([file.readFloatLE(132), file.readFloatLE(136)], [0.5, 1])
})

test('a map is made as large as its film as by OpenCV', () => {
  for (const golden of maskGoldens.resampled) {
    const { width, height, to_width: toWidth, to_height: toHeight } = golden
    const original = { width: toWidth, height: toHeight }
    const geometry = geometryAfterResize(identityGeometry(original), { width, height })
    const placed = placeOnOriginal(Float32Array.from(golden.small), height, width, geometry)
    golden.large.forEach((value, at) => assertNear(placed[at]!, value, 2e-6))
  }
})
