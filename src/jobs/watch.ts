import type { Log } from '../ports.js'
import type { Database } from '../state/database.js'

/** How often jobs that somebody watches are looked at: what other processes do to them is seen after that time. */
const LOOK_MS = 500

/** Wakes those who wait for something to happen to a job, whichever process it happens in. */
export interface Watch {
  /** Resolves when the job has more than `seen` events, when `limitMs` have passed, or when the signal aborts. */
  next(id: string, seen: number, options: { limitMs: number; signal: AbortSignal }): Promise<void>
  /** Something happened to the job here; those who wait for it look at once. */
  nudge(id: string): void
  close(): void
}

interface Waiter {
  readonly id: string
  readonly seen: number
  wake(): void
}

export function createWatch(database: Database, log: Log): Watch {
  const waiters = new Set<Waiter>()
  let timer: NodeJS.Timeout | undefined

  const look = async (): Promise<void> => {
    const ids = [...new Set([...waiters].map(({ id }) => id))]
    try {
      const rows = await database.query<{ id: string; event_count: number }>(
        'select id, event_count from radserve.jobs where id = any($1::uuid[])',
        [ids],
      )
      const counts = new Map(rows.map(({ id, event_count: count }) => [id, count]))
      // A job that is gone wakes its watchers too: they ask for it and are told.
      for (const waiter of [...waiters]) if ((counts.get(waiter.id) ?? Infinity) > waiter.seen) waiter.wake()
    } catch (error) {
      log.debug({ err: error }, 'watched jobs could not be looked at')
    }
  }
  const plan = (): void => {
    if (timer !== undefined || waiters.size === 0) return
    timer = setTimeout(() => {
      void look().then(() => {
        timer = undefined
        plan()
      })
    }, LOOK_MS)
  }
  return {
    next(id, seen, { limitMs, signal }) {
      return new Promise((resolve) => {
        const wake = (): void => {
          clearTimeout(limit)
          signal.removeEventListener('abort', wake)
          waiters.delete(waiter)
          resolve()
        }
        const waiter: Waiter = { id, seen, wake }
        const limit = setTimeout(wake, limitMs)
        signal.addEventListener('abort', wake)
        waiters.add(waiter)
        if (signal.aborted) wake()
        else plan()
      })
    },
    nudge(id) {
      for (const waiter of [...waiters]) if (waiter.id === id) waiter.wake()
    },
    close() {
      clearTimeout(timer)
      for (const waiter of [...waiters]) waiter.wake()
    },
  }
}
