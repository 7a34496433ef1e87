import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../ports.js'
import type { Retrieval } from '../retrieval/retrieval.js'

/**
 * Time of one step in milliseconds: what a search or a job may have to wait for on the embedded database, which does one
 * thing at a time.
 */
const STEP_MS = 20
/** Steps of one generation before the next one has its turn. */
const TURN_MS = 500
const FIRST_COUNT = 8
const MAX_COUNT = 256
/** Rest after a step, in steps: the graph takes half of the time when nothing else is written, a tenth else. */
const REST = 1
const BUSY_REST = 9

export interface FillingOptions {
  readonly retrieval: Pick<Retrieval, 'fill'>
  isBusy(): boolean
  readonly clock: Clock
}

/** Puts items into graphs in steps that are short whatever the machine, the width and the size of the graph. */
export interface Filling {
  /** Some steps for this generation; whether there is more to do. */
  fill(generation: number): Promise<boolean>
}

export function createFilling({ retrieval, isBusy, clock }: FillingOptions, signal: AbortSignal): Filling {
  const counts = new Map<number, number>()
  return {
    async fill(generation) {
      const endMs = clock.nowMs() + TURN_MS
      for (;;) {
        const count = counts.get(generation) ?? FIRST_COUNT
        const filled = await retrieval.fill(generation, count)
        // Somebody else is at it, or it is gone.
        if (filled === undefined || filled.added === 0) return false
        // Not the time that it waited for searches: the more of these there are, the smaller the steps would become.
        const { tookMs } = filled
        if (filled.left <= 0) {
          counts.delete(generation)
          return false
        }
        const ratio = Math.min(2, Math.max(0.5, STEP_MS / Math.max(tookMs, 0.1)))
        if (filled.added === count) counts.set(generation, Math.min(MAX_COUNT, Math.max(1, Math.floor(count * ratio))))
        await sleep(tookMs * (isBusy() ? BUSY_REST : REST), undefined, { signal }).catch(() => undefined)
        if (signal.aborted) return false
        if (clock.nowMs() > endMs) return true
      }
    },
  }
}
