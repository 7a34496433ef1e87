import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { runCase, type Answer, type GoldenCase } from './golden-case.js'

const TOLERANCE = 1e-4

interface FieldGolden extends GoldenCase, Answer {
  readonly final_first16: readonly number[]
  readonly final_last8: readonly number[]
  readonly final_abs_sum: number
}

const field = JSON.parse(read('sd_scheduler_golden.json')) as { readonly cases: readonly FieldGolden[] }

for (const golden of field.cases) {
  test(`${golden.name}, ${golden.steps} steps, does what the reference did`, () => {
    const found = runCase(golden, 256)
    // The file gives the whole list of timesteps where a run starts from an image.
    close(found.timesteps, golden.timesteps.slice(golden.start), 1e-3)
    close([found.init_noise_sigma], [golden.init_noise_sigma], TOLERANCE)
    if (golden.after_add_noise !== undefined) close(found.after_add_noise!.slice(0, 8), golden.after_add_noise, 1e-5)
    close(found.per_step_abs_mean, golden.per_step_abs_mean, TOLERANCE)
    close([...found.final.slice(0, 16), ...found.final.slice(-8)], [...golden.final_first16, ...golden.final_last8], TOLERANCE)
    close([found.final.reduce((sum, value) => sum + Math.abs(value), 0) / 256], [golden.final_abs_sum / 256], TOLERANCE)
  })
}

function close(found: readonly number[], expected: readonly number[], tolerance: number): void {
  assert.equal(found.length, expected.length)
  const worst = Math.max(...found.map((value, at) => Math.abs(value - expected[at]!)))
  assert.ok(worst <= tolerance, `off by ${worst}`)
}

function read(name: string): string {
  return readFileSync(new URL(`../../../fixtures/diffusion/${name}`, import.meta.url), 'utf8')
}
