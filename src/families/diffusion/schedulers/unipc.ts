import { cleanSample, levelOfSigma, noiseSample, threshold } from './clean-sample.js'
import type { FilledOptions } from './defaults.js'
import { cannot, type SchedulerRun } from './run.js'
import type { History, Sample, Scheduler } from './scheduler.js'
import { lambdaOf, solverSchedule, solverScheduler } from './solver-schedule.js'
import type { Training } from './spec.js'
import { roundHalfEven } from './timesteps.js'
import { unipcShares } from './unipc-shares.js'
import { weightedSum, type Term, type Values } from './weighted-sum.js'

/**
 * The unified predictor and corrector (Zhao et al. 2023, 2302.04867, algorithms 1 and 2) of order 1 to 3: what a call
 * finds first corrects the sample that it was made from, then predicts the next.
 */
export function createUnipc(options: FilledOptions<'unipc'>, training: Training, run: SchedulerRun): Scheduler {
  refuseWhatUnipcCannot(options, run)
  const { timesteps, sigmas } = solverSchedule(options, training, run.steps, {
    leastLambda: null,
    whole: roundHalfEven,
    karrasEnd: 'own',
  })
  const start = run.startStep ?? 0
  const own = { timesteps: timesteps.slice(start), sigmas: sigmas.slice(start) }
  /** What the calls found: clean samples, or the noise where that is what is solved for. */
  const history: History = run.history ?? { found: [] }

  return { ...solverScheduler(own), isStochastic: false, step }

  function step(prediction: Sample, sample: Sample, call: number): Sample {
    const here = convert(prediction, sample, own.sigmas[call]!)
    const { begun, order: before = 0 } = history
    const isCorrected = begun !== undefined && !options.disable_corrector.includes(start + call - 1)
    const corrected = isCorrected ? moved(begun, call - 1, before, here) : sample
    const found = [here, ...history.found].slice(0, options.solver_order)
    const left = own.timesteps.length - call
    const order = Math.min(found.length, options.lower_order_final ? left : options.solver_order)
    Object.assign(history, { found, begun: corrected, order } satisfies History)
    return new Float32Array(moved(corrected, call, order))
  }

  function convert(prediction: Sample, sample: Sample, sigma: number): Float64Array {
    const level = levelOfSigma(sigma)
    if (!options.predict_x0) return noiseSample(training.prediction, level, sample, prediction)
    return threshold(cleanSample(training.prediction, level, sample, prediction), options)
  }

  /** The sample after the step of a call, predicted from what was found so far or corrected with what was found `ahead`. */
  function moved(sample: Values, call: number, order: number, ahead?: Float64Array): Values {
    const { found } = history
    const [sigma, next] = [own.sigmas[call]!, own.sigmas[call + 1]!]
    const [here, there] = [levelOfSigma(sigma), levelOfSigma(next)]
    const h = lambdaOf(next) - lambdaOf(sigma)
    if (h === 0) return sample
    const ratios = [1, 2].slice(0, order - 1).map((back) => (lambdaOf(own.sigmas[call - back]!) - lambdaOf(sigma)) / h)
    const isAhead = ahead !== undefined
    const { integral, shares } = unipcShares(options.predict_x0 ? -h : h, ratios, options.solver_type, isAhead)
    const others = isAhead ? [...found.slice(1, order), ahead] : found.slice(1, order)
    // e^h − 1 times a sigma of 0 is taken together, for h is infinite there.
    const scale = options.predict_x0 ? there.alpha : there.sigma
    const whole = options.predict_x0 ? there.alpha * integral : there.alpha * (here.sigma / here.alpha) - there.sigma
    const kept = options.predict_x0 ? there.sigma / here.sigma : there.alpha / here.alpha
    const newest = shares.reduce((sum, share) => sum + scale * share, -whole)
    const terms = others.map((values, at): Term => [-scale * shares[at]!, values])
    return weightedSum([kept, sample], [newest, found[0]!], ...terms)
  }
}

function refuseWhatUnipcCannot(options: FilledOptions<'unipc'>, run: SchedulerRun): void {
  const isOpen = options.final_sigmas_type === 'zero' && !options.lower_order_final
  if (isOpen && options.solver_order > 1 && run.steps - (run.startStep ?? 0) > 1) {
    throw cannot('unipc cannot end at a sigma of zero in a high order: ask for lower_order_final, or for sigma_min.')
  }
}
