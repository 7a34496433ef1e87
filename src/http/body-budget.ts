import { AppError } from '../errors.js'
import { limitName } from './options.js'

/** A second is about how long a body takes to be decoded and let go of. */
const RETRY_AFTER_MS = 1000

/** Bytes of request bodies that may be in memory at one time, over all connections. */
export interface BodyBudget {
  readonly usedBytes: number
  /** Throws `queue_full` when the bytes are not there. */
  take(bytes: number): void
  give(bytes: number): void
}

export function createBodyBudget(maxBytes: number): BodyBudget {
  let usedBytes = 0
  return {
    get usedBytes() {
      return usedBytes
    },
    take(bytes) {
      if (usedBytes + bytes > maxBytes) {
        throw new AppError('queue_full', 'Too many request bodies are on their way.', {
          details: { limit: limitName('maxBodiesBytes'), retryAfterMs: RETRY_AFTER_MS },
        })
      }
      usedBytes += bytes
    },
    give(bytes) {
      usedBytes -= bytes
    },
  }
}
