import type { Clock } from '../../ports.js'

/** Refusals that are written down at once, and how many more each second: a stranger must not be able to fill the disk. */
const BURST = 100
const PER_SECOND = 10

/** Thins out entries about requests that were refused. */
export interface Denials {
  /** How many were left out before this one; `undefined` when this one is left out too. */
  admit(): number | undefined
}

export function createDenials(clock: Clock): Denials {
  let tokens = BURST
  let atMs = clock.nowMs()
  let suppressed = 0
  return {
    admit() {
      const nowMs = clock.nowMs()
      tokens = Math.min(BURST, tokens + ((nowMs - atMs) / 1000) * PER_SECOND)
      atMs = nowMs
      if (tokens < 1) {
        suppressed += 1
        return undefined
      }
      tokens -= 1
      const before = suppressed
      suppressed = 0
      return before
    },
  }
}
