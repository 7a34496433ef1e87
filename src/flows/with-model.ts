import { AppError } from '../errors.js'
import type { Engine } from '../engine/engine.js'
import type { TaskName } from '../families/family.js'
import type { Clock, Demand, Meter } from '../ports.js'
import type { TaskRequest } from './answer.js'
import { withDeadline } from './deadline.js'
import type { LiveModel } from './live-model.js'
import type { Models } from './models.js'

export interface WithModelDeps {
  readonly models: Models
  readonly engine: Engine
  readonly meter: Meter
  readonly clock: Clock
}

/**
 * The frame of every request: resolve, admit, and hold the model and the deadline until `act` is done. A model that
 * gave an answer which cannot be used is marked unhealthy.
 */
export async function withModel<Result>(
  deps: WithModelDeps,
  { model: reference, demand: asked }: TaskRequest,
  task: TaskName,
  act: (live: LiveModel, demand: Demand) => Promise<Result>,
): Promise<Result> {
  const { id, slot } = await deps.models.find(reference, task)
  // The permit first: a refusal must leave no timer behind.
  const permit = deps.engine.admit(id, asked)
  const { demand, dispose } = withDeadline(asked, deps.clock)
  try {
    const { model, release } = await slot.acquire(demand.signal)
    try {
      return await act(model, demand)
    } catch (error) {
      if (error instanceof AppError && error.code === 'model_output_invalid') {
        deps.meter.count('radserve_bad_outputs_total', { model: id })
        slot.markUnhealthy(error.message)
      }
      throw error
    } finally {
      release()
    }
  } finally {
    permit.release()
    dispose()
  }
}
