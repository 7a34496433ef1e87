import { divisibleAlphas } from './alphas.js'
import { noised } from './alpha-schedule.js'
import { levelOfSigma } from './clean-sample.js'
import { cannot } from './run.js'
import type { Scheduler } from './scheduler.js'
import type { SigmaSchedule } from './sigma-schedule.js'
import { karrasSigmas, sigmaAt, sigmaTable, timestepsOf } from './sigmas.js'
import type { SchedulerOptions, Training } from './spec.js'
import { solverTimesteps, type Spacing } from './timesteps.js'

type SolverOptions = Spacing & Readonly<Pick<SchedulerOptions, 'use_karras_sigmas' | 'final_sigmas_type'>>

export interface SolverLimits {
  /** Timesteps whose log of signal over noise is below are left out; Karras' levels know no such limit. */
  readonly leastLambda: number | null
  /** How Karras' levels get whole timesteps. */
  readonly whole: (timestep: number) => number
  /** Where Karras' levels end with `sigma_min`: at the least of the table, or at the last of theirs, the first of one. */
  readonly karrasEnd: 'table' | 'own'
}

/** The levels of DPM-Solver++ and UniPC: like `sigmaSchedule`, but Karras' go over the whole table, at whole timesteps. */
export function solverSchedule(
  options: SolverOptions,
  training: Training,
  steps: number,
  { leastLambda, whole, karrasEnd }: SolverLimits,
): SigmaSchedule {
  const table = sigmaTable(divisibleAlphas(training))
  const last = options.final_sigmas_type === 'sigma_min' ? table[0]! : 0
  if (options.use_karras_sigmas) {
    const sigmas = karrasSigmas(table.at(-1)!, table[0]!, steps)
    const end = last > 0 && karrasEnd === 'own' ? sigmas.at(-1)! : last
    return { timesteps: timestepsOf(table, sigmas).map(whole), sigmas: [...sigmas, end].map(Math.fround) }
  }
  const end = lambdaEnd(table, leastLambda)
  const least = options.timestep_spacing === 'trailing' ? 1 : steps + 1
  if (end < least)
    throw cannot(`${steps} steps with ${options.timestep_spacing} spacing need ${least} timesteps; there are ${end}.`)
  const timesteps = solverTimesteps(options, training.train_steps, end, steps)
  return { timesteps, sigmas: [...timesteps.map((at) => sigmaAt(table, at)), last].map(Math.fround) }
}

/** How many timesteps, from the first, have at least this log of signal over noise. */
function lambdaEnd(table: Float32Array, leastLambda: number | null): number {
  if (leastLambda === null) return table.length
  const past = table.findIndex((sigma) => -Math.log(sigma) < leastLambda)
  return past === -1 ? table.length : past
}

/** What these samplers share: the variance of the sample stays one. */
export function solverScheduler({ timesteps, sigmas }: SigmaSchedule): Omit<Scheduler, 'step' | 'isStochastic'> {
  return {
    timesteps,
    initNoiseSigma: 1,
    scaleInput: (sample) => sample,
    addNoise: (start, noise, call) => noised(start, noise, levelOfSigma(call === timesteps.length ? 0 : sigmas[call]!)),
  }
}

/** Half the log of signal to noise, ln(alpha / sigma); infinite at a sigma of 0. */
export function lambdaOf(sigma: number): number {
  return -Math.log(sigma)
}
