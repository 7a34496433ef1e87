import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '../../../../src/errors.js'
import { fillScheduler } from '../../../../src/families/diffusion/schedulers/defaults.js'
import type { SchedulerSpec } from '../../../../src/families/diffusion/schedulers/spec.js'

/** The `scheduler_config.json` of Stable Diffusion 1.x. */
const SD1: SchedulerSpec = {
  name: 'pndm',
  skip_prk_steps: true,
  set_alpha_to_one: false,
  steps_offset: 1,
  clip_sample: false,
}

test('a pack is filled with the defaults of its sampler', () => {
  assert.deepEqual(fillScheduler(SD1), {
    name: 'pndm',
    timestep_spacing: 'leading',
    steps_offset: 1,
    set_alpha_to_one: false,
    skip_prk_steps: true,
  })
})

test('another sampler carries over what the pack says, and its own defaults stay', () => {
  const ddim = fillScheduler(SD1, { name: 'ddim', eta: 0.5 })
  assert.deepEqual(
    { spacing: ddim.timestep_spacing, offset: ddim.steps_offset, rest: ddim },
    { spacing: 'leading', offset: 1, rest: { ...ddim, set_alpha_to_one: false, clip_sample: false, eta: 0.5 } },
  )
  const solver = fillScheduler(SD1, { name: 'dpm_solver', use_karras_sigmas: true })
  assert.equal(solver.timestep_spacing, 'linspace')
  assert.equal(solver.steps_offset, 1)
})

test('what is asked goes before what the pack says', () => {
  assert.equal(fillScheduler(SD1, { name: 'pndm', steps_offset: 0 }).steps_offset, 0)
})

test('a solver type of another sampler is not carried over', () => {
  const unipc = fillScheduler({ name: 'dpm_solver', solver_type: 'heun', solver_order: 3 }, { name: 'unipc' })
  assert.ok(unipc.name === 'unipc')
  assert.equal(unipc.solver_type, 'bh2')
  assert.equal(unipc.solver_order, 3)
})

test('what the asked sampler does not take is refused, with what it takes', () => {
  assert.throws(
    () => fillScheduler(SD1, { name: 'euler_ancestral', use_karras_sigmas: true }),
    (error: unknown) =>
      error instanceof AppError &&
      error.code === 'invalid_option' &&
      error.message === 'euler_ancestral takes no use_karras_sigmas; it takes timestep_spacing, steps_offset.' &&
      error.details.fields?.[0]?.pointer === '/use_karras_sigmas',
  )
  assert.throws(() => fillScheduler(SD1, { name: 'unipc', solver_type: 'heun' }), /one of bh1, bh2/)
})
