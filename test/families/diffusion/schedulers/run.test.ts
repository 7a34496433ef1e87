import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { startStep } from '../../../../src/families/diffusion/schedulers/run.js'

const golden = JSON.parse(
  readFileSync(new URL('../../../fixtures/diffusion/sd_scheduler_golden.json', import.meta.url), 'utf8'),
) as { readonly img2img_t_start: Readonly<Record<string, number>> }

test('a strength gives the first step that the reference begins with', () => {
  const found = Object.keys(golden.img2img_t_start).map((key) => {
    const [steps, strength] = key.split(',').map(Number)
    return startStep(steps!, strength!)
  })
  assert.deepEqual(found, Object.values(golden.img2img_t_start))
})

test('a strength of nothing leaves no step, and the rounding of floats is kept', () => {
  assert.equal(startStep(10, 0), 10)
  // 100 × 0.29 is 28.999… in floats, in the reference as here.
  assert.equal(startStep(100, 0.29), 72)
})
