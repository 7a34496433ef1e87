import { createDdim } from './ddim.js'
import type { FilledSchedulerSpec } from './defaults.js'
import { createDpmSolver } from './dpm-solver.js'
import { createEulerAncestral } from './euler-ancestral.js'
import { createEuler } from './euler.js'
import { createHeun } from './heun.js'
import { createLcm } from './lcm.js'
import { createLms } from './lms.js'
import { createPndm } from './pndm.js'
import { cannot, type SchedulerRun } from './run.js'
import type { Scheduler } from './scheduler.js'
import type { SchedulerName, Training } from './spec.js'
import { createUnipc } from './unipc.js'

/** The reference has no such betas for these. */
const NEVER_RESCALED: readonly SchedulerName[] = ['pndm', 'heun', 'lms']

/**
 * The sampler of one sample.
 *
 * Throws `invalid_option` for what the sampler cannot do with this model or so many steps.
 */
export function createScheduler(spec: FilledSchedulerSpec, training: Training, run: SchedulerRun): Scheduler {
  refuseSteps(training, run)
  if (training.betas.rescale_zero_terminal_snr === true && NEVER_RESCALED.includes(spec.name)) {
    throw cannot(`${spec.name} cannot be used with a model whose betas are rescaled to end without signal.`)
  }
  switch (spec.name) {
    case 'ddim':
      return createDdim(spec, training, run)
    case 'pndm':
      return createPndm(spec, training, run)
    case 'euler':
      return createEuler(spec, training, run)
    case 'euler_ancestral':
      return createEulerAncestral(spec, training, run)
    case 'heun':
      return createHeun(spec, training, run)
    case 'lms':
      return createLms(spec, training, run)
    case 'dpm_solver':
      return createDpmSolver(spec, training, run)
    case 'unipc':
      return createUnipc(spec, training, run)
    case 'lcm':
      return createLcm(spec, training, run)
  }
}

function refuseSteps(training: Training, { steps, startStep = 0 }: SchedulerRun): void {
  if (!Number.isInteger(steps) || steps < 1 || steps > training.train_steps) {
    throw cannot(`Steps must be a whole number from 1 to the model's ${training.train_steps} training timesteps.`)
  }
  if (!Number.isInteger(startStep) || startStep < 0 || startStep > steps) {
    throw cannot(`The first step must be a whole number from 0 to ${steps}.`)
  }
}
