import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { AppError } from '../../../../src/errors.js'
import { createScheduler } from '../../../../src/families/diffusion/schedulers/create.js'
import { fillScheduler } from '../../../../src/families/diffusion/schedulers/defaults.js'
import type { SchedulerSpec, Training } from '../../../../src/families/diffusion/schedulers/spec.js'
import { SCHEDULER_NAMES } from '../../../../src/families/diffusion/schedulers/spec.js'
import { absMean, greatestDifference, runCase, type Answer, type DrawnGolden, type GoldenCase } from './golden-case.js'

/** Of a value: the reference works in float32. */
const TOLERANCE = 1e-4

const SD: Training = {
  prediction: 'epsilon',
  train_steps: 1000,
  betas: { schedule: 'scaled_linear', start: 0.00085, end: 0.012 },
}
const RESCALED: Training = { ...SD, betas: { ...SD.betas, rescale_zero_terminal_snr: true } }

interface FieldGolden extends GoldenCase, Answer {
  readonly final_first16: readonly number[]
  readonly final_last8: readonly number[]
  readonly final_abs_sum: number
}

const field = read('sd_scheduler_golden.json') as { readonly cases: readonly FieldGolden[] }

for (const golden of field.cases) {
  test(`${golden.name}, ${golden.steps} steps, does what the reference did`, () => {
    const found = runCase(golden, 256)
    // The file gives the timesteps of all steps where a run starts from an image.
    close(found.timesteps, golden.timesteps.slice(golden.start))
    close([found.init_noise_sigma], [golden.init_noise_sigma])
    if (golden.after_add_noise !== undefined) close(found.after_add_noise!.slice(0, 8), golden.after_add_noise)
    close(found.per_step_abs_mean, golden.per_step_abs_mean)
    close(found.final.slice(0, 16), golden.final_first16)
    close(found.final.slice(-8), golden.final_last8)
    close([absMean(found.final)], [golden.final_abs_sum / 256])
  })
}

const drawn = read('schedulers.json') as { readonly elements: number; readonly cases: readonly DrawnGolden[] }

for (const golden of drawn.cases) {
  test(`${golden.name}, drawn by chance, does what the reference did`, () => {
    if (golden.refused !== undefined) {
      assert.throws(() => runCase(golden, drawn.elements), isInvalidOption(/./))
      return
    }
    const found = runCase(golden, drawn.elements)
    // Timesteps between whole ones are found over float32 logarithms of float32 sigmas.
    assert.ok(greatestDifference(found.timesteps, golden.timesteps) <= 1e-3)
    close([found.init_noise_sigma], [golden.init_noise_sigma])
    close(found.after_add_noise!.slice(0, 8), golden.after_add_noise!)
    close(found.noised_abs_mean!, golden.noised_abs_mean!)
    close(found.per_step_abs_mean, golden.per_step_abs_mean)
    close(found.final, golden.final)
  })
}

for (const name of SCHEDULER_NAMES) {
  test(`${name}: a clean end is the start itself, and a run from an image makes the steps that are left`, () => {
    const start = Float32Array.of(0.25, -3, 1e-3)
    const spec: SchedulerSpec = name === 'pndm' ? { name, skip_prk_steps: true } : { name }
    const filled = fillScheduler(spec)
    const noise = (): Float32Array<ArrayBuffer> => Float32Array.of(1, 1, 1)
    const whole = createScheduler(filled, SD, { steps: 10, noise })
    const part = createScheduler(filled, SD, { steps: 10, startStep: 7, noise })
    const none = createScheduler(filled, SD, { steps: 10, startStep: 10, noise })
    assert.deepEqual(whole.addNoise(start, noise(), whole.timesteps.length), start)
    assert.deepEqual(part.timesteps, whole.timesteps.slice(-part.timesteps.length))
    assert.deepEqual(none.timesteps, [])
    assert.deepEqual(none.addNoise(start, noise(), 0), start)
    assert.deepEqual(
      part.addNoise(start, noise(), 0),
      whole.addNoise(start, noise(), whole.timesteps.length - part.timesteps.length),
    )
  })

  test(`${name}: two samples of one sampler know nothing of each other`, () => {
    const spec: SchedulerSpec = { name }
    const make = () => createScheduler(fillScheduler(spec), SD, { steps: 8, noise: () => Float32Array.of(0.5, -0.5) })
    const [alone, first, second] = [make(), make(), make()]
    const step = (scheduler: typeof alone, sample: Float32Array<ArrayBuffer>, call: number) =>
      scheduler.step(sample.map(Math.sin), sample, call)
    let [expected, found, other] = [Float32Array.of(1, 2), Float32Array.of(1, 2), Float32Array.of(-3, 0.1)]
    for (const call of alone.timesteps.keys()) expected = step(alone, expected, call)
    for (const call of first.timesteps.keys()) {
      other = step(second, other, call)
      found = step(first, found, call)
    }
    assert.deepEqual(found, expected)
    assert.notDeepEqual(other, expected)
  })
}

const REFUSALS: readonly [why: string, spec: SchedulerSpec, training: Training, steps: number, message: RegExp][] = [
  ['no step', { name: 'ddim' }, SD, 0, /from 1 to the model's 1000/],
  ['half a step', { name: 'euler' }, SD, 2.5, /whole number/],
  ['no number', { name: 'unipc' }, SD, NaN, /whole number/],
  ['more steps than were trained', { name: 'dpm_solver' }, SD, 10_000, /from 1 to the model's 1000/],
  ['an offset past the end', { name: 'ddim', steps_offset: 1 }, SD, 1000, /Timestep 1000 is past the last/],
  ['an offset past the end', { name: 'pndm', steps_offset: 1 }, SD, 1000, /Timestep 1000 is past the last/],
  ['a stride of nothing', { name: 'dpm_solver', timestep_spacing: 'leading' }, SD, 1000, /leading spacing need 1001/],
  ['lambdas that leave too little', { name: 'dpm_solver', lambda_min_clipped: 3 }, SD, 50, /need 51 timesteps/],
  ['a Runge-Kutta start in three steps', { name: 'pndm' }, SD, 3, /needs 4 steps/],
  ['a predicted sample', { name: 'pndm' }, { ...SD, prediction: 'sample' }, 10, /predicts the sample/],
  ['a predicted sample', { name: 'euler_ancestral' }, { ...SD, prediction: 'sample' }, 10, /predicts the sample/],
  ['rescaled betas', { name: 'pndm' }, RESCALED, 10, /rescaled/],
  ['rescaled betas', { name: 'heun' }, RESCALED, 10, /rescaled/],
  ['rescaled betas', { name: 'lms' }, RESCALED, 10, /rescaled/],
  ['noise from nothing', { name: 'lcm' }, RESCALED, 4, /without signal/],
  [
    'noise from nothing',
    { name: 'ddim', timestep_spacing: 'trailing', clip_sample: false },
    RESCALED,
    4,
    /without signal/,
  ],
  ['more than was distilled', { name: 'lcm' }, SD, 51, /at most as many steps as original_inference_steps, 50/],
  ['distilled past training', { name: 'lcm', original_inference_steps: 1001 }, SD, 4, /1000 training timesteps/],
  [
    'a high order at sigma zero',
    { name: 'unipc', lower_order_final: false },
    SD,
    10,
    /lower_order_final, or for sigma_min/,
  ],
]

for (const [why, spec, training, steps, message] of REFUSALS) {
  test(`${spec.name} refuses ${why} (${steps} steps)`, () => {
    const noise = (): never => assert.fail('no noise is drawn')
    assert.throws(() => createScheduler(fillScheduler(spec), training, { steps, noise }), isInvalidOption(message))
  })
}

test('a first step that is none of the steps is refused, and Runge-Kutta from the middle', () => {
  const noise = (): never => assert.fail('no noise is drawn')
  for (const startStep of [-1, 11, 0.5]) {
    const run = { steps: 10, startStep, noise }
    assert.throws(() => createScheduler(fillScheduler({ name: 'ddim' }), SD, run), isInvalidOption(/from 0 to 10/))
  }
  const run = { steps: 10, startStep: 2, noise }
  assert.throws(
    () => createScheduler(fillScheduler({ name: 'pndm' }), SD, run),
    isInvalidOption(/cannot start from an image/),
  )
})

test('trailing spacing has as many timesteps as steps where the rounding of floats would give one more', () => {
  for (const name of ['ddim', 'euler', 'dpm_solver', 'unipc'] as const) {
    const spec = fillScheduler({ name, timestep_spacing: 'trailing' })
    const { timesteps } = createScheduler(spec, SD, { steps: 61, noise: () => Float32Array.of(0) })
    assert.equal(timesteps.length, 61)
    assert.equal(timesteps[0], 999)
    assert.ok(timesteps.at(-1)! >= 0)
  }
})

test('a level that repeats, and a last step of no length, give numbers', () => {
  const options = { use_karras_sigmas: true, final_sigmas_type: 'sigma_min' } as const
  const specs: SchedulerSpec[] = [
    { name: 'dpm_solver', solver_order: 3, lower_order_final: false, ...options },
    {
      name: 'dpm_solver',
      solver_type: 'heun',
      algorithm_type: 'sde-dpmsolver++',
      lower_order_final: false,
      ...options,
    },
    { name: 'unipc', solver_order: 3, lower_order_final: false, ...options },
    { name: 'unipc', solver_type: 'bh1', predict_x0: false },
  ]
  for (const spec of specs) {
    const scheduler = createScheduler(fillScheduler(spec), SD, { steps: 20, noise: () => Float32Array.of(1, -1) })
    let sample = Float32Array.of(0.5, -1)
    for (const call of scheduler.timesteps.keys()) sample = scheduler.step(sample.map(Math.cos), sample, call)
    assert.ok(sample.every(Number.isFinite), JSON.stringify(spec))
  }
})

function close(found: Iterable<number>, expected: readonly number[]): void {
  const worst = greatestDifference(found, expected)
  assert.ok(worst <= TOLERANCE, `off by ${worst}`)
}

function isInvalidOption(message: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof AppError && error.code === 'invalid_option' && message.test(error.message)
}

function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../../fixtures/diffusion/${name}`, import.meta.url), 'utf8'))
}
