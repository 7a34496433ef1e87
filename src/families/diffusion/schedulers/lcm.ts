import { cumulativeAlphas } from './alphas.js'
import { alphaSchedule, noised, refuseBlindNoise } from './alpha-schedule.js'
import { cleanSample, clip, levelOfAlpha, threshold } from './clean-sample.js'
import type { FilledOptions } from './defaults.js'
import { cannot, type SchedulerRun } from './run.js'
import type { Sample, Scheduler } from './scheduler.js'
import type { Training } from './spec.js'
import { linspace } from './timesteps.js'
import { weightedSum } from './weighted-sum.js'

/** Standard deviation of the data that the boundary condition is written for. */
const SIGMA_DATA = 0.5

/**
 * Latent consistency models (Luo et al. 2023, 2310.04378), section 4 and algorithm 3: every call gives a clean sample,
 * which is noised again to the next timestep; the last call's is the answer.
 */
export function createLcm(options: FilledOptions<'lcm'>, training: Training, run: SchedulerRun): Scheduler {
  const alphas = cumulativeAlphas(training)
  const timesteps = distilledTimesteps(options, training, run).slice(run.startStep)
  const schedule = alphaSchedule(alphas, timesteps)
  if (options.thresholding || !options.clip_sample) refuseBlindNoise('lcm', training, alphas, timesteps)

  return { ...schedule, isStochastic: true, step }

  function step(prediction: Sample, sample: Sample, call: number): Sample {
    const timestep = timesteps[call]!
    const found = cleanSample(training.prediction, levelOfAlpha(alphas[timestep]!), sample, prediction)
    const clean = options.thresholding ? threshold(found, options) : clip(found, options)
    const scaled = timestep * options.timestep_scaling
    const norm = scaled ** 2 + SIGMA_DATA ** 2
    const denoised = weightedSum([scaled / Math.sqrt(norm), clean], [SIGMA_DATA ** 2 / norm, sample])
    if (call === timesteps.length - 1) return new Float32Array(denoised)
    return noised(denoised, run.noise(), levelOfAlpha(alphas[timesteps[call + 1]!]!))
  }
}

/** Evenly many of the timesteps that the model was distilled at, from the last one on. */
function distilledTimesteps(options: FilledOptions<'lcm'>, training: Training, run: SchedulerRun): number[] {
  const count = options.original_inference_steps
  if (count > training.train_steps) {
    throw cannot(`original_inference_steps cannot be more than the model's ${training.train_steps} training timesteps.`)
  }
  if (run.steps > count) throw cannot(`lcm makes at most as many steps as original_inference_steps, ${count}.`)
  const stride = Math.floor(training.train_steps / count)
  const picked = linspace(0, count, run.steps + 1)
    .slice(0, -1)
    .map(Math.floor)
  return picked.map((index) => (count - index) * stride - 1)
}
