import { divisibleAlphas } from './alphas.js'
import { cleanSample, levelOfSigma } from './clean-sample.js'
import { noised } from './alpha-schedule.js'
import type { SchedulerRun } from './run.js'
import type { Sample, Scheduler } from './scheduler.js'
import { karrasSigmas, sigmaAt, sigmaTable, timestepsOf } from './sigmas.js'
import type { Prediction, SchedulerOptions, Training } from './spec.js'
import { fractionalTimesteps, linspace, type Spacing } from './timesteps.js'
import { weightedSum, type Values } from './weighted-sum.js'

type SigmaOptions = Spacing &
  Partial<Readonly<Pick<SchedulerOptions, 'use_karras_sigmas' | 'interpolation_type' | 'final_sigmas_type'>>>

/** Descending noise levels of samples whose noise grows on an unscaled signal, and the timestep of each but the last. */
export interface SigmaSchedule {
  readonly timesteps: readonly number[]
  readonly sigmas: readonly number[]
}

/** Noise levels as the samplers of Karras et al. 2022 (2206.00364) take them, rounded to float32. */
export function sigmaSchedule(options: SigmaOptions, training: Training, steps: number): SigmaSchedule {
  const table = sigmaTable(divisibleAlphas(training))
  const timesteps = fractionalTimesteps(options, training.train_steps, steps)
  const spaced =
    options.interpolation_type === 'log_linear'
      ? linspace(Math.log(table.at(-1)!), Math.log(table[0]!), steps + 1).map(Math.exp)
      : timesteps.map((timestep) => sigmaAt(table, timestep))
  const last = options.final_sigmas_type === 'sigma_min' ? table[0]! : 0
  const sigmas = options.use_karras_sigmas === true ? karrasSigmas(spaced[0]!, spaced.at(-1)!, steps) : spaced
  return {
    timesteps: options.use_karras_sigmas === true ? timestepsOf(table, sigmas).map(Math.fround) : timesteps,
    sigmas: [...sigmas, last].map(Math.fround),
  }
}

/**
 * What these samplers share. `schedule` is that of the calls that are made; `greatest` the highest sigma of the whole
 * schedule, before a start from an image left out its beginning.
 */
export function sigmaScheduler(
  { timesteps, sigmas }: SigmaSchedule,
  spacing: Spacing,
  greatest: number,
): Omit<Scheduler, 'step' | 'isStochastic'> {
  return {
    timesteps,
    initNoiseSigma: spacing.timestep_spacing === 'leading' ? Math.sqrt(greatest ** 2 + 1) : greatest,
    scaleInput: (sample, call) => new Float32Array(weightedSum([levelOfSigma(sigmas[call]!).alpha, sample])),
    addNoise: (start, noise, call) =>
      noised(start, noise, { alpha: 1, sigma: call === timesteps.length ? 0 : sigmas[call]! }),
  }
}

/** The schedule of a run, its part that is made, and what of a sampler follows from them alone. */
export function sigmaRun(
  options: SigmaOptions,
  training: Training,
  { steps, startStep }: SchedulerRun,
): {
  readonly whole: SigmaSchedule
  readonly own: SigmaSchedule
  readonly scheduler: Omit<Scheduler, 'step' | 'isStochastic'>
} {
  const whole = sigmaSchedule(options, training, steps)
  const own = { timesteps: whole.timesteps.slice(startStep), sigmas: whole.sigmas.slice(startStep) }
  return { whole, own, scheduler: sigmaScheduler(own, options, Math.max(...whole.sigmas)) }
}

/** The clean sample that the denoiser means at a sigma. */
export function cleanAtSigma(prediction: Prediction, sigma: number, sample: Sample, output: Sample): Float64Array {
  const level = levelOfSigma(sigma)
  return cleanSample(prediction, level, weightedSum([level.alpha, sample]), output)
}

/** dx/dσ on the way from the clean sample (Karras et al. 2022, equation 3). */
export function derivative(sample: Sample, clean: Values, sigma: number): Float64Array {
  return weightedSum([1 / sigma, sample], [-1 / sigma, clean])
}
