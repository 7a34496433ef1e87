import type { FilledOptions } from './defaults.js'
import type { SchedulerRun } from './run.js'
import type { Sample, Scheduler } from './scheduler.js'
import { cleanAtSigma, derivative, sigmaSchedule, sigmaScheduler } from './sigma-schedule.js'
import type { Training } from './spec.js'
import { weightedSum } from './weighted-sum.js'

/** Euler's method on the probability flow (Karras et al. 2022, 2206.00364, algorithm 2 without churn). */
export function createEuler(options: FilledOptions<'euler'>, training: Training, run: SchedulerRun): Scheduler {
  const { timesteps, sigmas: all } = sigmaSchedule(options, training, run.steps)
  const sigmas = all.slice(run.startStep)
  const own = { timesteps: timesteps.slice(run.startStep), sigmas }

  return { ...sigmaScheduler(own, options, Math.max(...all)), step }

  function step(prediction: Sample, sample: Sample, call: number): Sample {
    const [sigma, next] = [sigmas[call]!, sigmas[call + 1]!]
    const clean = cleanAtSigma(training.prediction, sigma, sample, prediction)
    return Float32Array.from(weightedSum([1, sample], [next - sigma, derivative(sample, clean, sigma)]))
  }
}
