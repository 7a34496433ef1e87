import type { FilledOptions } from './defaults.js'
import { cannot, type SchedulerRun } from './run.js'
import type { Sample, Scheduler } from './scheduler.js'
import { cleanAtSigma, derivative, sigmaRun } from './sigma-schedule.js'
import type { Training } from './spec.js'
import { weightedSum } from './weighted-sum.js'

/**
 * Euler's method to below the next level, and fresh noise up to it (k-diffusion's `sample_euler_ancestral`; the shares are
 * those of DDPM, Ho et al. 2020, 2006.11239). Noise is drawn at the last step too, where none of it is used.
 */
export function createEulerAncestral(
  options: FilledOptions<'euler_ancestral'>,
  training: Training,
  run: SchedulerRun,
): Scheduler {
  if (training.prediction === 'sample') {
    throw cannot('euler_ancestral cannot be used with a model that predicts the sample.')
  }
  const { own, scheduler } = sigmaRun(options, training, run)

  return { ...scheduler, isStochastic: true, step }

  function step(prediction: Sample, sample: Sample, call: number): Sample {
    const [sigma, next] = [own.sigmas[call]!, own.sigmas[call + 1]!]
    const up = Math.sqrt(Math.max(next ** 2 * (sigma ** 2 - next ** 2), 0)) / sigma
    const down = Math.sqrt(Math.max(next ** 2 - up ** 2, 0))
    const clean = cleanAtSigma(training.prediction, sigma, sample, prediction)
    return new Float32Array(
      weightedSum([1, sample], [down - sigma, derivative(sample, clean, sigma)], [up, run.noise()]),
    )
  }
}
