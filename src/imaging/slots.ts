import { abortReason, AppError } from '../errors.js'

/** A fixed number of places, given in the order in which they were asked for. */
export interface Slots {
  /** Waits for a place. Rejects with the signal's reason when it aborts first, and with `draining` once closed. */
  take(signal: AbortSignal): Promise<void>
  /** Gives a place back. */
  give(): void
  /** Turns away all who wait and all who come; resolves when every place has been given back. */
  close(): Promise<void>
}

interface Waiter {
  admit(): void
  refuse(error: AppError): void
}

export function createSlots(count: number): Slots {
  const waiters = new Set<Waiter>()
  let free = count
  let isClosed = false
  let onAllFree: (() => void) | undefined

  return {
    async take(signal) {
      if (signal.aborted) throw abortReason(signal)
      if (isClosed) throw closedError()
      if (free > 0) free--
      else await admission(signal)
    },
    give() {
      const [first] = waiters
      if (first !== undefined) {
        first.admit()
        return
      }
      free++
      if (free === count) onAllFree?.()
    },
    close() {
      isClosed = true
      for (const waiter of waiters) waiter.refuse(closedError())
      return new Promise((resolve) => {
        if (free === count) resolve()
        else onAllFree = resolve
      })
    },
  }

  function admission(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        waiters.delete(waiter)
        signal.removeEventListener('abort', onAbort)
      }
      const waiter: Waiter = {
        admit() {
          leave()
          resolve()
        },
        refuse(error) {
          leave()
          reject(error)
        },
      }
      const onAbort = () => {
        waiter.refuse(abortReason(signal))
      }
      signal.addEventListener('abort', onAbort, { once: true })
      waiters.add(waiter)
    })
  }
}

function closedError(): AppError {
  return new AppError('draining', 'The service is shutting down and takes no more images.')
}
