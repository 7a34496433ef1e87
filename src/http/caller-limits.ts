/** How much one caller may ask for. */
export interface CallerLimit {
  /** Requests that may be open at a time. */
  readonly inFlight: number
  /** Requests in a minute, and as many at once after a minute of silence. */
  readonly perMinute: number
}

export interface Allowance {
  readonly isGranted: boolean
  /** Which limit stands in the way, where one does. */
  readonly limit?: 'inFlight' | 'perMinute'
  /** Requests that may come at once. */
  readonly remaining: number
  /** Until there are as many again as there can be. */
  readonly fullInMs: number
  /** Until one more is granted. */
  readonly retryAfterMs: number
}

/** Counts requests by caller. */
export interface CallerLimits {
  /** A granted request is given back by `leave` when it is over. */
  enter(caller: string): Allowance
  leave(caller: string): void
  /** Callers that are remembered. */
  readonly size: number
}

interface Bucket {
  tokens: number
  atMs: number
  inFlight: number
}

/** Callers that are remembered; of more, those are forgotten that have not asked for longest and have nothing open. */
const MAX_CALLERS = 10_000
const MINUTE_MS = 60_000
/** Nobody knows when a request ends. */
const BUSY_RETRY_MS = 1_000

/** A token bucket for each caller, and a count of what it has open. */
export function createCallerLimits(
  limit: CallerLimit,
  nowMs: () => number,
  maxCallers: number = MAX_CALLERS,
): CallerLimits {
  // In the order of last use.
  const buckets = new Map<string, Bucket>()
  const perMs = limit.perMinute / MINUTE_MS

  const bucketOf = (caller: string): Bucket => {
    const now = nowMs()
    const bucket = buckets.get(caller) ?? { tokens: limit.perMinute, atMs: now, inFlight: 0 }
    bucket.tokens = Math.min(limit.perMinute, bucket.tokens + (now - bucket.atMs) * perMs)
    bucket.atMs = now
    buckets.delete(caller)
    buckets.set(caller, bucket)
    forget()
    return bucket
  }
  const forget = (): void => {
    if (buckets.size <= maxCallers) return
    for (const [caller, { inFlight }] of buckets) {
      if (inFlight === 0) buckets.delete(caller)
      if (buckets.size <= maxCallers) return
    }
  }
  return {
    enter(caller) {
      const bucket = bucketOf(caller)
      const refused = bucket.inFlight >= limit.inFlight ? 'inFlight' : bucket.tokens < 1 ? 'perMinute' : undefined
      if (refused === undefined) {
        bucket.tokens -= 1
        bucket.inFlight += 1
      }
      return {
        isGranted: refused === undefined,
        ...(refused !== undefined && { limit: refused }),
        remaining: Math.floor(bucket.tokens),
        fullInMs: (limit.perMinute - bucket.tokens) / perMs,
        retryAfterMs: refused === 'inFlight' ? BUSY_RETRY_MS : Math.max(0, (1 - bucket.tokens) / perMs),
      }
    },
    leave(caller) {
      const bucket = buckets.get(caller)
      if (bucket !== undefined && bucket.inFlight > 0) bucket.inFlight -= 1
    },
    get size() {
      return buckets.size
    },
  }
}
