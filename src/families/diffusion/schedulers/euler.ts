import type { FilledOptions } from './defaults.js'
import type { SchedulerRun } from './run.js'
import type { Sample, Scheduler } from './scheduler.js'
import { cleanAtSigma, derivative, sigmaRun } from './sigma-schedule.js'
import type { Training } from './spec.js'
import { weightedSum } from './weighted-sum.js'

/** Euler's method on the probability flow (Karras et al. 2022, 2206.00364, algorithm 2 without churn). */
export function createEuler(options: FilledOptions<'euler'>, training: Training, run: SchedulerRun): Scheduler {
  const { own, scheduler } = sigmaRun(options, training, run)

  return { ...scheduler, isStochastic: false, step }

  function step(prediction: Sample, sample: Sample, call: number): Sample {
    const [sigma, next] = [own.sigmas[call]!, own.sigmas[call + 1]!]
    const clean = cleanAtSigma(training.prediction, sigma, sample, prediction)
    return new Float32Array(weightedSum([1, sample], [next - sigma, derivative(sample, clean, sigma)]))
  }
}
