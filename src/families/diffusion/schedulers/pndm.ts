import { cumulativeAlphas } from './alphas.js'
import { alphaSchedule } from './alpha-schedule.js'
import { levelOfAlpha, noiseSample } from './clean-sample.js'
import type { FilledOptions } from './defaults.js'
import { cannot, type SchedulerRun } from './run.js'
import type { History, Sample, Scheduler } from './scheduler.js'
import type { Training } from './spec.js'
import { wholeTimesteps } from './timesteps.js'
import { weightedSum, type Term, type Values } from './weighted-sum.js'

/** Runge-Kutta's share of each of the four outputs of a step. */
const SHARES = [1 / 6, 1 / 3, 1 / 3, 1 / 6] as const

/** Linear multistep weights on the outputs so far, newest first, over how many there are. */
const MULTISTEP: readonly (readonly number[])[] = [
  [1],
  [3 / 2, -1 / 2],
  [23 / 12, -16 / 12, 5 / 12],
  [55 / 24, -59 / 24, 37 / 24, -9 / 24],
]

/**
 * Pseudo numerical methods for diffusion models (Liu et al. 2022, 2202.09778), equations 9, 12 and 13. With
 * `skip_prk_steps` the first step is made twice, by its own output and by the mean with that of the next, and the
 * multistep formulas go on from there: one call more than steps. Without, three steps of Runge-Kutta begin.
 */
export function createPndm(options: FilledOptions<'pndm'>, training: Training, run: SchedulerRun): Scheduler {
  refuseWhatPndmCannot(options, training, run)
  const alphas = cumulativeAlphas(training)
  const stride = Math.floor(training.train_steps / run.steps)
  const finalAlpha = options.set_alpha_to_one ? 1 : alphas[0]!
  const spaced = wholeTimesteps(options, training.train_steps, run.steps)
  const beginning = options.skip_prk_steps ? [] : rungeKuttaTimesteps(spaced, stride)
  const timesteps = [...beginning, ...(options.skip_prk_steps ? secondTwice(spaced) : spaced.slice(3))]
  // From the last step's end on there is nothing to do, though the list has one timestep more than steps.
  const own = run.startStep === run.steps ? [] : timesteps.slice(run.startStep)
  const history: History = run.history ?? { found: [] }

  return { ...alphaSchedule(alphas, own), isStochastic: false, step }

  function step(prediction: Sample, sample: Sample, call: number): Sample {
    return call < beginning.length ? rungeKutta(prediction, sample, call) : multistep(prediction, sample, call)
  }

  function rungeKutta(prediction: Sample, sample: Sample, call: number): Sample {
    const part = call % 4
    if (part === 0) {
      history.found = [prediction, ...history.found]
      history.begun = sample
      history.collected = new Float64Array(sample.length)
    }
    const collected = weightedSum([1, history.collected!], [SHARES[part]!, prediction])
    history.collected = collected
    const next = own[call]! - (call % 2 === 0 ? Math.floor(stride / 2) : 0)
    return transfer(history.begun!, part === 3 ? collected : prediction, own[call - part]!, next)
  }

  function multistep(prediction: Sample, sample: Sample, call: number): Sample {
    const timestep = own[call]!
    if (call === 1) {
      const mean = weightedSum([1 / 2, prediction], [1 / 2, history.found[0]!])
      return transfer(history.begun!, mean, timestep + stride, timestep)
    }
    if (call === 0) history.begun = sample
    const outputs = [prediction, ...history.found].slice(0, 4)
    history.found = outputs
    const terms = outputs.map((output, at): Term => [MULTISTEP[outputs.length - 1]![at]!, output])
    return transfer(sample, weightedSum(terms[0]!, ...terms.slice(1)), timestep, timestep - stride)
  }

  /** Equation 9: from the level of one timestep to that of another along an estimate of the noise. */
  function transfer(sample: Values, estimate: Values, from: number, to: number): Sample {
    const [here, next] = [alphas[from]!, to < 0 ? finalAlpha : alphas[to]!]
    const noise = noiseSample(training.prediction, levelOfAlpha(here), sample, estimate)
    const divisor = here * Math.sqrt(1 - next) + Math.sqrt(here * (1 - here) * next)
    return new Float32Array(weightedSum([Math.sqrt(next / here), sample], [-(next - here) / divisor, noise]))
  }
}

function refuseWhatPndmCannot(options: FilledOptions<'pndm'>, training: Training, run: SchedulerRun): void {
  if (training.prediction === 'sample') throw cannot('pndm cannot be used with a model that predicts the sample.')
  if (options.skip_prk_steps) return
  if (run.steps < 4) throw cannot('pndm with Runge-Kutta steps needs 4 steps or more: ask for more, or skip_prk_steps.')
  if ((run.startStep ?? 0) > 0) {
    throw cannot('pndm with Runge-Kutta steps cannot start from an image: ask for skip_prk_steps.')
  }
}

function secondTwice(descending: readonly number[]): number[] {
  return [...descending.slice(0, 2), ...descending.slice(1)]
}

/** Each of the three steps is called at its start, twice half way, and at its end. */
function rungeKuttaTimesteps(descending: readonly number[], stride: number): number[] {
  return [0, 1, 2].flatMap((at) => {
    const end = descending[at + 1]!
    const half = end + Math.floor(stride / 2)
    return [descending[at]!, half, half, end]
  })
}
