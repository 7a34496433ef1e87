import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Value } from 'typebox/value'
import { SchedulerSpecSchema, TrainingSchema } from '../../../../src/families/diffusion/schedulers/spec.js'

test('a sampler is a name and known options within their bounds', () => {
  const good = [
    { name: 'pndm', skip_prk_steps: true, set_alpha_to_one: false, steps_offset: 1, clip_sample: false },
    { name: 'dpm_solver', algorithm_type: 'sde-dpmsolver++', lambda_min_clipped: null, use_karras_sigmas: true },
    { name: 'unipc', disable_corrector: [0, 1] },
  ]
  const bad = [
    {},
    { name: 'plms' },
    { name: 'ddim', eta: 1.5 },
    { name: 'ddim', eta: NaN },
    { name: 'ddim', steps_offset: -1 },
    { name: 'ddim', use_karras: true },
    { name: 'dpm_solver', solver_order: 4 },
    { name: 'lcm', original_inference_steps: 0 },
    { name: 'ddim', sample_max_value: 0.5 },
  ]
  for (const spec of good) assert.ok(Value.Check(SchedulerSpecSchema, spec), JSON.stringify(spec))
  for (const spec of bad) assert.ok(!Value.Check(SchedulerSpecSchema, spec), JSON.stringify(spec))
})

test('a training says its betas in one way', () => {
  const trained = { prediction: 'epsilon', train_steps: 1000 }
  const scaled = { schedule: 'scaled_linear', start: 0.00085, end: 0.012 }
  const good = [
    scaled,
    { ...scaled, rescale_zero_terminal_snr: true },
    { schedule: 'squaredcos_cap_v2' },
    { schedule: 'given', values: [0.1, 0.2] },
  ]
  const bad = [
    { schedule: 'scaled_linear', start: 0.00085 },
    { ...scaled, values: [0.1] },
    { schedule: 'given', values: [] },
    { schedule: 'given', values: [1] },
    { schedule: 'cosine' },
  ]
  for (const betas of good) assert.ok(Value.Check(TrainingSchema, { ...trained, betas }), JSON.stringify(betas))
  for (const betas of bad) assert.ok(!Value.Check(TrainingSchema, { ...trained, betas }), JSON.stringify(betas))
})
