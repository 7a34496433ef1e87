import { AppError } from '../errors.js'

/** Whether the client still waits for its answer. */
export interface Leaving {
  /** Aborts with `cancelled` when it has left, or as `inner` does. */
  readonly signal: AbortSignal
  leave(): void
}

/** The signal of a client that leaves, made when it is first asked for: of a request that is refused at once nobody asks. */
export function createLeaving(inner?: AbortSignal): Leaving {
  let controller: AbortController | undefined
  let signal: AbortSignal | undefined
  let hasLeft = false
  const abort = (): void => controller?.abort(new AppError('cancelled', 'The client left.'))
  return {
    get signal() {
      if (signal !== undefined) return signal
      controller = new AbortController()
      if (hasLeft) abort()
      return (signal = inner === undefined ? controller.signal : AbortSignal.any([controller.signal, inner]))
    },
    leave() {
      hasLeft = true
      abort()
    },
  }
}
