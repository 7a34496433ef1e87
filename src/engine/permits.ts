import { AppError } from '../errors.js'
import type { Clock } from '../ports.js'

/** Weight of the newest interval between two releases in the moving mean. */
const WEIGHT = 0.1
const SHORTEST_WAIT_MS = 100
const LONGEST_WAIT_MS = 60_000
/** Assumed for an owner of whom nothing has been seen. */
const UNKNOWN_WAIT_MS = 1_000

/** The right to have one request in the house. */
export interface Permit {
  /** May be called more than once. */
  release(): void
}

/** Bounds the requests of each owner, from before the first work is done for one until its answer is ready. */
export interface Permits {
  /** Throws as `admit` would, and takes nothing. */
  check(owner: string): void
  /** Throws `queue_full` at once when the owner has no permit left, with the time after which one is likely free. */
  admit(owner: string): Permit
  held(owner: string): number
}

interface OwnerPermits {
  held: number
  lastReleaseMs: number | undefined
  /** Mean time between two releases: what one place in the queue costs. */
  intervalMs: number | undefined
}

export interface PermitOptions {
  readonly limit: number
  readonly clock: Clock
  /** Time that the rows of the owner which wait now will take. */
  drainMs(owner: string): number
}

export function createPermits({ limit, clock, drainMs }: PermitOptions): Permits {
  const owners = new Map<string, OwnerPermits>()
  const release = (owner: string, own: OwnerPermits): void => {
    const nowMs = clock.nowMs()
    // An interval tells of the service only while somebody was waiting for it.
    if (own.lastReleaseMs !== undefined && own.held > 1) {
      const seenMs = nowMs - own.lastReleaseMs
      own.intervalMs = own.intervalMs === undefined ? seenMs : own.intervalMs + WEIGHT * (seenMs - own.intervalMs)
    }
    own.lastReleaseMs = nowMs
    own.held--
    if (own.held === 0 && own.intervalMs === undefined) owners.delete(owner)
  }
  const check = (owner: string): void => {
    const own = owners.get(owner)
    if (own === undefined || own.held < limit) return
    const byReleases = own.intervalMs === undefined ? 0 : own.intervalMs * own.held
    throw queueFull('MAX_REQUESTS_IN_FLIGHT', Math.max(byReleases, drainMs(owner)))
  }
  return {
    check,
    held: (owner) => owners.get(owner)?.held ?? 0,
    admit(owner) {
      check(owner)
      const own = owners.get(owner) ?? { held: 0, lastReleaseMs: undefined, intervalMs: undefined }
      owners.set(owner, own)
      own.held++
      let isHeld = true
      return {
        release() {
          if (isHeld) release(owner, own)
          isHeld = false
        },
      }
    },
  }
}

/** `waitMs` is the time that the present queue takes; 0 when nothing is known. */
export function queueFull(limit: string, waitMs: number): AppError {
  const retryAfterMs = Math.ceil(Math.min(LONGEST_WAIT_MS, Math.max(SHORTEST_WAIT_MS, waitMs || UNKNOWN_WAIT_MS)))
  return new AppError('queue_full', 'More requests are waiting than the service allows.', {
    details: { retryAfterMs, limit },
  })
}
