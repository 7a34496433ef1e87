import { test } from 'node:test'
import { testStableDiffusion } from './stable-diffusion.js'

test('a checkpoint shaped as RoentGen v2 makes the pictures of the pipeline', { timeout: 580_000 }, async (t) => {
  await testStableDiffusion(t, 'small-2')
})
