import { ConnectionError } from './problem.js'

/** Time that a call has, and the caller's own signal beside it. */
export interface TimeLimit {
  readonly signal: AbortSignal
  /** The time begins anew: something has come. */
  restart(): void
  /** Aborts at once. */
  leave(): void
  end(): void
}

/**
 * By a timer and not `AbortSignal.timeout`: Node 20 collects one that only `AbortSignal.any` knows of, and it never fires.
 * `limitMs` 0: no limit.
 */
export function startTimeLimit(limitMs: number, signal?: AbortSignal): TimeLimit {
  const controller = new AbortController()
  const late = (): void =>
    controller.abort(new ConnectionError('timeout', `The service did not answer within ${limitMs} ms.`))
  const leave = (): void => controller.abort(signal?.reason)
  let timer = limitMs > 0 ? setTimeout(late, limitMs) : undefined
  if (signal?.aborted === true) leave()
  else signal?.addEventListener('abort', leave, { once: true })
  return {
    signal: controller.signal,
    leave,
    restart() {
      clearTimeout(timer)
      if (limitMs > 0) timer = setTimeout(late, limitMs)
    },
    end() {
      clearTimeout(timer)
      signal?.removeEventListener('abort', leave)
    },
  }
}

/** Waits; rejects with the signal's reason when it aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer)
      reject(signal.reason as Error)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    }, ms)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
}
