import { clip } from './clean-sample.js'
import type { FilledOptions } from './defaults.js'
import type { SchedulerRun } from './run.js'
import type { History, Sample, Scheduler } from './scheduler.js'
import { cleanAtSigma, derivative, sigmaRun, sigmaScheduler } from './sigma-schedule.js'
import type { Training } from './spec.js'
import { weightedSum } from './weighted-sum.js'

/**
 * Heun's method (Karras et al. 2022, 2206.00364, algorithm 1): a step of Euler's, then the same step along the mean of
 * its slopes at both ends. The last step has no second call, so there are 2 × steps − 1.
 */
export function createHeun(options: FilledOptions<'heun'>, training: Training, run: SchedulerRun): Scheduler {
  const { whole, own: made } = sigmaRun(options, training, run)
  // At its second call a step stands at the level where it ends.
  const own = {
    timesteps: endsTwice(made.timesteps),
    sigmas: [...endsTwice(made.sigmas.slice(0, -1)), made.sigmas.at(-1)!],
  }
  const history: History = run.history ?? { found: [] }

  return { ...sigmaScheduler(own, options, Math.max(...whole.sigmas)), isStochastic: false, step }

  function step(prediction: Sample, sample: Sample, call: number): Sample {
    const sigma = own.sigmas[call]!
    const clean = clip(cleanAtSigma(training.prediction, sigma, sample, prediction), options)
    const here = derivative(sample, clean, sigma)
    if (call % 2 === 0) {
      history.begun = sample
      history.found = [here]
      return new Float32Array(weightedSum([1, sample], [own.sigmas[call + 1]! - sigma, here]))
    }
    const half = (sigma - own.sigmas[call - 1]!) / 2
    return new Float32Array(weightedSum([1, history.begun!], [half, history.found[0]!], [half, here]))
  }
}

/** All but the first, twice each. */
function endsTwice(values: readonly number[]): number[] {
  return values.flatMap((value, at) => (at === 0 ? [value] : [value, value]))
}
