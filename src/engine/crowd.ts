import type { Clock } from '../ports.js'

/** Whether the house is full: as many requests at a time as there are narrow lanes, now or a moment ago. */
export interface Crowd {
  /** Looks how many there are. */
  look(): void
  readonly isThere: boolean
}

export interface CrowdOptions {
  /** Requests from which on it is a crowd. */
  readonly from: number
  /** It is gone when there were fewer for so long: a gap between two answers ends no busy spell. */
  readonly calmAfterMs: number
  readonly clock: Clock
  /** Requests in the house now. */
  count(): number
}

export function createCrowd({ from, calmAfterMs, clock, count }: CrowdOptions): Crowd {
  let lastSeenMs = -Infinity
  const look = (): void => {
    if (count() >= from) lastSeenMs = clock.nowMs()
  }
  return {
    look,
    get isThere() {
      look()
      return clock.nowMs() - lastSeenMs < calmAfterMs
    },
  }
}
