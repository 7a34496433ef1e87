import { signal } from '@preact/signals'
import { ProblemError } from '../api/problem.js'
import { createQueue } from './queue.js'

/** Requests of this page at a time; a service on two cores has enough with them. */
const AT_ONCE = 2
const MAX_ATTEMPTS = 12
const USUAL_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 30_000

export const queueCounts = signal({ waiting: 0, running: 0 })

const queue = createQueue(AT_ONCE, () => {
  queueCounts.value = { waiting: queue.waiting, running: queue.running }
})

/**
 * Asks when its turn comes, and again as `retry-after` says where the service is busy. Rejects as `ask` does, or with an
 * `AbortError` when the queue is stopped before.
 */
export function inQueue<Result>(ask: () => Promise<Result>): Promise<Result> {
  return queue.add(async () => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await ask()
      } catch (error) {
        const isBusy = error instanceof ProblemError && error.problem.status === 429
        if (!isBusy || attempt === MAX_ATTEMPTS) throw error
        await wait(Math.min(error.retryAfterMs ?? USUAL_WAIT_MS, LONGEST_WAIT_MS))
      }
    }
  })
}

/** What runs ends; what waits is dropped. */
export function stopQueue(): void {
  queue.clear()
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
