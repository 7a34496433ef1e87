import { cleanSample, levelOfSigma, threshold } from './clean-sample.js'
import type { FilledOptions } from './defaults.js'
import type { SchedulerRun } from './run.js'
import type { History, Sample, Scheduler } from './scheduler.js'
import { lambdaOf, solverSchedule, solverScheduler } from './solver-schedule.js'
import type { Training } from './spec.js'
import { roundHalfEven } from './timesteps.js'
import { weightedSum, type Term } from './weighted-sum.js'

/** Fewer steps than this end in lower orders. */
const FEW = 15

type Options = FilledOptions<'dpm_solver'>

/** What is added of the newest clean sample, and of its first and second difference over lambda. */
interface Weights {
  readonly clean: number
  readonly first: number
  readonly second: number
}

/**
 * DPM-Solver++ as a multistep method of order 1 to 3 (Lu et al. 2022, 2211.01095, algorithm 2 and appendix B), and its
 * stochastic form (appendix, "SDE-DPM-Solver++"), which draws noise at every step.
 */
export function createDpmSolver(options: Options, training: Training, run: SchedulerRun): Scheduler {
  const { timesteps, sigmas } = solverSchedule(options, training, run.steps, {
    leastLambda: options.lambda_min_clipped,
    whole: training.betas.schedule === 'squaredcos_cap_v2' ? Math.trunc : roundHalfEven,
    karrasEnd: 'table',
  })
  const start = run.startStep ?? 0
  const own = { timesteps: timesteps.slice(start), sigmas: sigmas.slice(start) }
  const stochastic = options.algorithm_type === 'sde-dpmsolver++'
  const history: History = run.history ?? { found: [] }

  return { ...solverScheduler(own), isStochastic: stochastic, step }

  function step(prediction: Sample, sample: Sample, call: number): Sample {
    const [sigma, next] = [own.sigmas[call]!, own.sigmas[call + 1]!]
    const [here, there] = [levelOfSigma(sigma), levelOfSigma(next)]
    const clean = threshold(cleanSample(training.prediction, here, sample, prediction), options)
    const cleans = [clean, ...history.found].slice(0, options.solver_order)
    history.found = cleans
    const h = lambdaOf(next) - lambdaOf(sigma)
    const kept = (there.sigma / here.sigma) * (stochastic ? Math.exp(-h) : 1)
    const terms = cleanWeights(h, call).map((weight, back): Term => [there.alpha * weight, cleans[back]!])
    const fresh: Term[] = stochastic ? [[there.sigma * Math.sqrt(-Math.expm1(-2 * h)), run.noise()]] : []
    return new Float32Array(weightedSum([kept, sample], ...terms, ...fresh))
  }

  function orderAt(call: number): number {
    const left = own.timesteps.length - call
    const few = options.lower_order_final && timesteps.length < FEW
    const lowest = left === 1 && (options.euler_at_final || few || options.final_sigmas_type === 'zero')
    if (lowest) return 1
    return Math.min(history.found.length, left === 2 && few ? 2 : options.solver_order)
  }

  /** What is added of the clean samples, newest first. */
  function cleanWeights(h: number, call: number): number[] {
    const order = orderAt(call)
    const lambdas = [0, 1, 2].map((back) => (back < order ? lambdaOf(own.sigmas[call - back]!) : 0))
    const [h0, h1] = [lambdas[0]! - lambdas[1]!, lambdas[1]! - lambdas[2]!]
    const midpoint = order === 2 && options.solver_type === 'midpoint'
    const { clean, first, second } = stochastic ? stochasticWeights(h, midpoint) : deterministicWeights(h, midpoint)
    // Levels that are equal say nothing of a slope.
    if (order === 1 || h0 === 0) return [clean]
    const slope = h / h0
    if (order === 2 || h1 === 0) return [clean + first * slope, -first * slope]
    const bend = h / h1
    const shared = (first * h0 + second * h) / (h0 + h1)
    return [clean + first * slope + shared * slope, -first * slope - shared * (slope + bend), shared * bend]
  }
}

function deterministicWeights(h: number, midpoint: boolean): Weights {
  const clean = -Math.expm1(-h)
  const second = h === 0 ? 0 : 0.5 - (Math.expm1(-h) + h) / h ** 2
  return { clean, first: midpoint ? clean / 2 : linearWeight(h), second }
}

function stochasticWeights(h: number, midpoint: boolean): Weights {
  const clean = -Math.expm1(-2 * h)
  const second = h === 0 ? 0 : -(Math.expm1(-2 * h) + 2 * h) / (2 * h) ** 2 - 0.5
  return { clean, first: midpoint ? clean / 2 : linearWeight(2 * h), second }
}

function linearWeight(h: number): number {
  return h === 0 ? 0 : Math.expm1(-h) / h + 1
}
