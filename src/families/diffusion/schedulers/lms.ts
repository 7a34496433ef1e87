import type { FilledOptions } from './defaults.js'
import type { SchedulerRun } from './run.js'
import type { History, Sample, Scheduler } from './scheduler.js'
import { cleanAtSigma, derivative, sigmaRun } from './sigma-schedule.js'
import type { Training } from './spec.js'
import { weightedSum, type Term } from './weighted-sum.js'

const ORDER = 4

/**
 * Linear multistep of order 4 over sigma (Adams and Bashforth, with uneven steps; k-diffusion's `sample_lms`). A run that
 * starts from an image weighs its first slopes as if there had been others before, as the reference does.
 */
export function createLms(options: FilledOptions<'lms'>, training: Training, run: SchedulerRun): Scheduler {
  const { whole, scheduler } = sigmaRun(options, training, run)
  const { sigmas } = whole
  const start = run.startStep ?? 0
  const history: History = run.history ?? { found: [] }

  return { ...scheduler, isStochastic: false, step }

  function step(prediction: Sample, sample: Sample, call: number): Sample {
    const at = start + call
    const clean = cleanAtSigma(training.prediction, sigmas[at]!, sample, prediction)
    const slopes = [derivative(sample, clean, sigmas[at]!), ...history.found].slice(0, ORDER)
    history.found = slopes
    const order = Math.min(at + 1, ORDER)
    const terms = slopes.map((slope, back): Term => [coefficient(sigmas, at, order, back), slope])
    return new Float32Array(weightedSum([1, sample], ...terms))
  }
}

/** The integral from one sigma to the next of the Lagrange polynomial that is 1 at the sigma `back` steps ago. */
function coefficient(sigmas: readonly number[], at: number, order: number, back: number): number {
  const [from, to] = [sigmas[at]!, sigmas[at + 1]!]
  const [centre, half] = [(from + to) / 2, (to - from) / 2]
  // Two points of Gauss and Legendre are exact up to degree 3.
  return half * (basis(centre - half / Math.sqrt(3)) + basis(centre + half / Math.sqrt(3)))

  function basis(sigma: number): number {
    let product = 1
    for (let other = 0; other < order; other++) {
      if (other !== back) product *= (sigma - sigmas[at - other]!) / (sigmas[at - back]! - sigmas[at - other]!)
    }
    return product
  }
}
