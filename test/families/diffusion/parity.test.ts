import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkDiffusionGoldens } from '../../../src/families/diffusion/check-goldens.js'
import { CASES, expectedPicture, greatestDifference, make, openTinySd } from './tiny-sd.js'

/** Grey levels of 255: the runtime and torch sum in another order, and a half-precision graph rounds. */
const TOLERANCE = 2

for (const [name, cases] of Object.entries(CASES)) {
  const pack = await openTinySd(name)

  test(`${name} does what its goldens say`, async () => {
    assert.deepEqual(await checkDiffusionGoldens(pack), [])
  })

  for (const [title, given] of Object.entries(cases)) {
    test(`${title}: the picture is that of the reference pipeline`, async (t) => {
      const { rasters } = await make(pack, given)
      assert.equal(rasters.length, given.n)
      for (const [at, raster] of rasters.entries()) {
        assert.deepEqual([raster.width, raster.height], given.size)
        const expected = await expectedPicture(title, at)
        assert.equal(raster.data.length, expected.length)
        const difference = greatestDifference(raster, expected)
        t.diagnostic(`greatest difference ${difference} of 255`)
        assert.ok(difference <= TOLERANCE, `picture ${at} differs by ${difference} levels`)
      }
    })
  }
}
