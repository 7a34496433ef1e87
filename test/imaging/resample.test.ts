import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rasterToGray } from '../../src/imaging/colour.js'
import { decodeRaster } from '../../src/imaging/raster.js'
import { resizePlane } from '../../src/imaging/resample.js'
import { INTERPOLATIONS, type Interpolation } from '../../src/imaging/steps.js'
import { fixtureBytes, goldenPixels, goldensOf, largestDifference, noisePlane, ROOMY } from './goldens.js'

/** Largest difference in gray levels. OpenCV's INTER_LINEAR is Intel's on this build, and rounds in its own way. */
const TOLERANCE: Record<Interpolation, number> = { bilinear_aa: 0, bicubic_aa: 0, lanczos: 0, area: 0, linear: 1 }

for (const method of INTERPOLATIONS) {
  void test(`${method} equals its reference on real films`, async () => {
    const cases = goldensOf('film').filter((golden) => golden.method === method)
    assert.ok(cases.length >= 20)
    for (const golden of cases) {
      const { raster } = await decodeRaster(fixtureBytes(`films/${golden.film!}`), ROOMY)
      const resized = resizePlane(rasterToGray(raster), golden.width, golden.height, method)
      const difference = largestDifference(resized.data, goldenPixels(golden))
      assert.ok(difference <= TOLERANCE[method], `${golden.film!} to ${golden.width}x${golden.height}: ${difference}`)
    }
  })

  void test(`${method} equals its reference at odd sizes`, () => {
    const cases = goldensOf('odd').filter((golden) => golden.method === method)
    assert.ok(cases.length >= 20)
    for (const golden of cases) {
      const [width, height] = golden.source!
      const resized = resizePlane(noisePlane(width, height), golden.width, golden.height, method)
      const difference = largestDifference(resized.data, goldenPixels(golden))
      const what = `${width}x${height} to ${golden.width}x${golden.height}`
      assert.ok(difference <= TOLERANCE[method], `${what}: ${difference}`)
    }
  })

  void test(`${method} keeps a flat image flat`, () => {
    for (const level of [0, 1, 127, 254, 255]) {
      const flat = { width: 19, height: 23, data: new Uint8Array(19 * 23).fill(level) }
      for (const [width, height] of [
        [7, 5],
        [40, 60],
        [40, 5],
        [19, 46],
      ] as const) {
        const resized = resizePlane(flat, width, height, method)
        assert.equal(largestDifference(resized.data, new Uint8Array(width * height).fill(level)), 0)
      }
    }
  })
}
