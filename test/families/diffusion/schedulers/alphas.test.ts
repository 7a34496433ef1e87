import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { cumulativeAlphas, divisibleAlphas } from '../../../../src/families/diffusion/schedulers/alphas.js'
import { sigmaTable } from '../../../../src/families/diffusion/schedulers/sigmas.js'
import type { Betas, Training } from '../../../../src/families/diffusion/schedulers/spec.js'

const golden = JSON.parse(
  readFileSync(new URL('../../../fixtures/diffusion/sd_scheduler_golden.json', import.meta.url), 'utf8'),
) as {
  readonly alphas_cumprod_float32: Readonly<Record<string, number>>
  readonly alphas_cumprod_sum: number
  readonly alphas_cumprod_zero_snr: Readonly<Record<string, number>>
  readonly sigma_min_max: readonly [number, number]
}

const SCALED: Betas = { schedule: 'scaled_linear', start: 0.00085, end: 0.012 }

test('Stable Diffusion keeps of the signal what the reference says, to the last bit', () => {
  const alphas = cumulativeAlphas(trained(SCALED))
  for (const [timestep, alpha] of Object.entries(golden.alphas_cumprod_float32)) {
    assert.equal(alphas[Number(timestep)], alpha)
  }
  assert.ok(Math.abs(alphas.reduce((sum, alpha) => sum + alpha, 0) - golden.alphas_cumprod_sum) < 1e-9)
})

test('noise over signal goes from the least to the greatest that the reference says', () => {
  const table = sigmaTable(cumulativeAlphas(trained(SCALED)))
  assert.ok(Math.abs(table[0]! - golden.sigma_min_max[0]) < 1e-7)
  assert.ok(Math.abs(table[999]! - golden.sigma_min_max[1]) < 1e-5)
})

test('rescaled betas end without signal', () => {
  const training = trained({ ...SCALED, rescale_zero_terminal_snr: true })
  const alphas = cumulativeAlphas(training)
  for (const [timestep, alpha] of Object.entries(golden.alphas_cumprod_zero_snr)) {
    // torch's square root is not the nearest float everywhere.
    assert.ok(Math.abs(alphas[Number(timestep)]! - alpha) <= 1e-5 * alpha, `at ${timestep}`)
  }
  assert.equal(alphas[999], 0)
  assert.equal(divisibleAlphas(training)[999], 2 ** -24)
})

test('given betas are taken as they are, and have to be as many as the timesteps', () => {
  const alphas = cumulativeAlphas(trained({ schedule: 'given', values: [0.5, 0.25, 0.5] }, 3))
  assert.deepEqual([...alphas], [0.5, 0.375, 0.1875])
  assert.throws(
    () => cumulativeAlphas(trained({ schedule: 'given', values: [0.5] }, 3)),
    /There are 1 betas for 3 training timesteps/,
  )
})

function trained(betas: Betas, train_steps = 1000): Training {
  return { prediction: 'epsilon', train_steps, betas }
}
