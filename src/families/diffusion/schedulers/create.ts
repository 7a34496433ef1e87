import { AppError } from '../../../errors.js'
import type { FilledSchedulerSpec } from './defaults.js'
import type { Sample, Scheduler } from './scheduler.js'
import type { Training } from './spec.js'

/** What one sample asks of its sampler. */
export interface SchedulerRun {
  /** How many steps; the sampler may need more calls. */
  readonly steps: number
  /** The first step that is made, from 0; `startStep` gives it for a strength. The ones before it are left out. */
  readonly startStep?: number
  /** Standard normal values, as many as the sample has; drawn once for every step that needs them. */
  readonly noise: () => Sample
}

/**
 * The sampler of one sample.
 *
 * Throws `invalid_option` for what the sampler cannot do with this model or so many steps.
 */
export function createScheduler(spec: FilledSchedulerSpec, _training: Training, _run: SchedulerRun): Scheduler {
  throw new AppError('invalid_option', `${spec.name} is not built yet.`)
}

/**
 * The first step of an image-to-image run: steps × strength rounded down are made.
 * `strength` in 0..1; 0 gives `steps`, after which nothing is left to do.
 */
export function startStep(steps: number, strength: number): number {
  return Math.max(steps - Math.min(Math.floor(steps * strength), steps), 0)
}
