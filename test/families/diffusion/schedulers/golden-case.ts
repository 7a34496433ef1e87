import { createScheduler } from '../../../../src/families/diffusion/schedulers/create.js'
import { fillScheduler } from '../../../../src/families/diffusion/schedulers/defaults.js'
import type { Sample } from '../../../../src/families/diffusion/schedulers/scheduler.js'
import type { Betas, SchedulerName, SchedulerSpec, Training } from '../../../../src/families/diffusion/schedulers/spec.js'
import { torchCpuNoise } from '../../../../src/families/diffusion/noise/torch-cpu.js'

/** A run of a class of the reference library, by the keys of its own config. */
export interface GoldenCase {
  readonly name: string
  readonly cls: string
  readonly config: Readonly<Record<string, unknown>>
  readonly steps: number
  readonly start?: number
  readonly noise_seed?: number
  readonly eta?: number
  readonly use_clipped_model_output?: boolean
}

/** What the library did. Left out: not looked at. */
export interface Answer {
  readonly timesteps: readonly number[]
  readonly init_noise_sigma: number
  readonly after_add_noise?: readonly number[]
  readonly per_step_abs_mean: readonly number[]
}

const NAMES: Readonly<Record<string, SchedulerName>> = {
  DDIMScheduler: 'ddim',
  PNDMScheduler: 'pndm',
  EulerDiscreteScheduler: 'euler',
  EulerAncestralDiscreteScheduler: 'euler_ancestral',
  HeunDiscreteScheduler: 'heun',
  LMSDiscreteScheduler: 'lms',
  DPMSolverMultistepScheduler: 'dpm_solver',
  UniPCMultistepScheduler: 'unipc',
  LCMScheduler: 'lcm',
}

export function trainingOf({ config }: GoldenCase): Training {
  const rescale_zero_terminal_snr = config['rescale_betas_zero_snr'] === true
  const values = config['trained_betas'] as number[] | undefined
  const shape =
    values === undefined
      ? {
          schedule: config['beta_schedule'] ?? 'scaled_linear',
          start: config['beta_start'] ?? 0.00085,
          end: config['beta_end'] ?? 0.012,
        }
      : { schedule: 'given', values }
  return {
    prediction: (config['prediction_type'] ?? 'epsilon') as Training['prediction'],
    train_steps: (config['num_train_timesteps'] as number | undefined) ?? 1000,
    betas: { ...shape, rescale_zero_terminal_snr } as Betas,
  }
}

/** What of the config is the sampler's, under the names that a manifest has for it: the same. */
export function specOf({ cls, config, eta, use_clipped_model_output }: GoldenCase): SchedulerSpec {
  const ofModel = /^(prediction_type|num_train_timesteps|trained_betas|beta_.*|rescale_betas_zero_snr)$/
  const own = Object.fromEntries(Object.entries(config).filter(([key]) => !ofModel.test(key)))
  return {
    name: NAMES[cls]!,
    ...own,
    ...(eta !== undefined && { eta }),
    ...(use_clipped_model_output !== undefined && { use_clipped_model_output }),
  }
}

/** The case with our sampler: from the golden's start, with its toy in the denoiser's place. */
export function runCase(golden: GoldenCase, elements: number): Answer & { readonly final: Sample } {
  const spec = specOf(golden)
  const random = torchCpuNoise(BigInt(golden.noise_seed ?? 0))
  const scheduler = createScheduler(fillScheduler(spec, spec), trainingOf(golden), {
    steps: golden.steps,
    ...(golden.start !== undefined && { startStep: golden.start }),
    noise: () => random(elements),
  })
  const start = Float32Array.from({ length: elements }, (_, at) => 1.5 * Math.sin(0.1 * at + 0.3))
  const noise = Float32Array.from({ length: elements }, (_, at) => Math.cos(0.07 * at))
  const noised = scheduler.addNoise(start, noise, 0)
  let sample = golden.start === undefined ? start.map((value) => value * scheduler.initNoiseSigma) : noised
  const means = scheduler.timesteps.map((timestep, call) => {
    sample = scheduler.step(toyNoise(scheduler.scaleInput(sample, call), timestep), sample, call)
    return sample.reduce((sum, value) => sum + Math.abs(value), 0) / elements
  })
  return {
    timesteps: scheduler.timesteps,
    init_noise_sigma: scheduler.initNoiseSigma,
    after_add_noise: [...noised],
    per_step_abs_mean: means,
    final: sample,
  }
}

function toyNoise(input: Sample, timestep: number): Sample {
  return input.map((value) => {
    const without = toy(value, timestep, 0)
    return without + 4 * (toy(value, timestep, 1) - without)
  })
}

function toy(value: number, timestep: number, condition: number): number {
  return 0.6 * value + 0.3 * Math.sin(1.7 * value + 0.01 * timestep + 0.5 * condition) + 0.05 * condition
}
