/** What becomes of the runs of a batch that a lane did not answer with rows. */
import { AppError } from '../errors.js'
import type { GraphDirectory, GraphState } from './graph-directory.js'
import { LaneDied } from './lane-link.js'
import { laneFailed } from './placement.js'
import { quarantined, type Quarantine } from './quarantine.js'
import type { RunEntry } from './run-entry.js'
import type { Batch } from './run-queue.js'

/** Times that a run may take its lane with it before its caller is told `lane_failed`. */
const MOST_DEATHS = 2

export interface Failures {
  /** `beganMs`: when the batch was taken to its lane. */
  handle(state: GraphState, batch: Batch, error: unknown, beganMs: number): void
}

export function createFailures(directory: GraphDirectory, quarantine: Quarantine): Failures {
  const handle = (state: GraphState, batch: Batch, error: unknown, beganMs: number): void => {
    if (error instanceof LaneDied) {
      onDeath(state, batch, error, beganMs)
      return
    }
    const failure = error instanceof AppError ? error : new AppError('internal', String(error), { cause: error })
    const entries = new Set(batch.chunks.map(({ entry }) => entry))
    if (failure.code !== 'invalid_tensor' || entries.size === 1) {
      for (const entry of entries) entry.fail(failure)
      return
    }
    // The rows of one caller were refused; run each alone, so that the others get theirs.
    tryAlone(state, batch)
  }
  const tryAlone = (state: GraphState, batch: Batch): void => {
    for (const { entry } of batch.chunks) entry.isAlone = true
    giveBack(state, batch)
  }
  const giveBack = (state: GraphState, batch: Batch): void => {
    for (const chunk of batch.chunks) {
      const { entry } = chunk
      if (state.claims.has(entry.owner)) state.queue.giveBack(chunk)
      else entry.fail(new AppError('model_not_loaded', `The model ${entry.owner} was unloaded.`))
    }
  }
  const onDeath = (state: GraphState, batch: Batch, death: LaneDied, beganMs: number): void => {
    if (!death.wasRunning) {
      giveBack(state, batch)
      return
    }
    const entries = new Set<RunEntry>(batch.chunks.map(({ entry }) => entry))
    for (const entry of entries) entry.deaths++
    for (const owner of new Set([...entries].map((entry) => entry.owner))) {
      if (quarantine.strike(owner, beganMs)) endOwner(directory, owner)
    }
    for (const entry of entries) {
      if (quarantine.has(entry.owner)) entry.fail(quarantined(entry.owner))
      else if (entry.deaths >= MOST_DEATHS) {
        entry.fail(laneFailed(`The process that ran the model failed: ${death.message}.`, death))
      }
    }
    tryAlone(state, batch)
  }
  return { handle }
}

/** Ends every waiting run of a quarantined owner. */
export function endOwner(directory: GraphDirectory, owner: string): void {
  for (const state of directory.all()) {
    state.queue.failAll(
      () => quarantined(owner),
      (entry) => entry.owner === owner,
    )
  }
}
