import { AppError } from '../../../errors.js'
import type { History, Sample } from './scheduler.js'

/** What one sample asks of its sampler. */
export interface SchedulerRun {
  /** How many steps; the sampler may need more calls. */
  readonly steps: number
  /** The first step that is made, from 0; `startStep` gives it for a strength. The ones before it are left out. */
  readonly startStep?: number
  /** Standard normal values, as many as the sample has; drawn once for every step that needs them. */
  readonly noise: () => Sample
  /** Of the sample's calls so far, where it was begun elsewhere; it is kept up to date. */
  readonly history?: History
}

/**
 * The first step of an image-to-image run: steps × strength, rounded down, are made.
 * `strength` in 0..1; 0 gives `steps`, after which nothing is left to do.
 */
export function startStep(steps: number, strength: number): number {
  return Math.max(steps - Math.min(Math.floor(steps * strength), steps), 0)
}

/** The error of a sampler that cannot do what is asked. */
export function cannot(message: string): AppError {
  return new AppError('invalid_option', message)
}
