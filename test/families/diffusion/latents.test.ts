import assert from 'node:assert/strict'
import { test } from 'node:test'
import { maskOfLatents, sampleFilm } from '../../../src/families/diffusion/latents.js'
import { createNoise } from '../../../src/families/diffusion/noise/noise.js'
import { openTinySd } from './tiny-sd.js'

test('moments are sampled as diffusers 0.42.1 does (DiagonalGaussianDistribution, seed 3)', async () => {
  const { model } = await openTinySd('tiny-sd')
  const moments = { means: Float32Array.of(0.5, -1, 2, 0), logVariances: Float32Array.of(-40, -1, 30, 0) }
  const expected = [0.5000002384185791, -0.8939582109451294, 1961.8729248046875, -0.6137180328369141]
  const found = sampleFilm(model, moments, createNoise('torch-cpu', 3n))
  expected.forEach((value, at) => {
    const wanted = value * 0.18215
    assert.ok(Math.abs(found[at]! - wanted) <= 1e-6 * Math.max(1, Math.abs(wanted)), `${found[at]}, not ${wanted}`)
  })
})

test('an encoder of latents alone draws nothing', async () => {
  const { model } = await openTinySd('tiny-sd')
  const noise = (): never => assert.fail('nothing is drawn')
  assert.deepEqual(
    [...sampleFilm(model, { means: Float32Array.of(2, -1) }, noise)],
    [...Float32Array.of(0.3643, -0.18215)],
  )
})

test('a mask at the size of the latents takes the pixel above and to the left', () => {
  const size = { width: 6, height: 4 }
  const mask = Uint8Array.from({ length: 24 }, (_, at) => Number(at % 6 === 2 || at === 0))
  assert.deepEqual([...maskOfLatents(mask, size, { width: 3, height: 2 })], [1, 1, 0, 0, 1, 0])
})
