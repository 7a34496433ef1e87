/** What the parent asks of the load generator's process, and what comes back. */

export type Arrivals =
  /** So many clients, each of which sends its next request when the last is answered. */
  | { readonly kind: 'closed'; readonly clients: number }
  /** Poisson arrivals that do not wait for anybody. */
  | { readonly kind: 'open'; readonly ratePerSecond: number; readonly maxConnections: number }

export type Extent =
  /** Replies are recorded that come between `warmUpMs` and `warmUpMs + measureMs`; in an open loop, requests that were due then. */
  | { readonly kind: 'time'; readonly warmUpMs: number; readonly measureMs: number }
  /** This many requests, all of them recorded. */
  | { readonly kind: 'count'; readonly requests: number }

export interface LoadPlan {
  readonly host: string
  readonly port: number
  /** Whole HTTP requests; sent one after the other, round and round. */
  readonly requests: readonly Uint8Array[]
  readonly arrivals: Arrivals
  readonly extent: Extent
  readonly seed: number
  /** A request that is sent on a connection of its own at Poisson times while the load runs. */
  readonly probe?: { readonly request: Uint8Array; readonly ratePerSecond: number }
}

/** One entry a recorded reply, in the order they came. Times are in ms; `at` counts from the start of the load. */
export interface Replies {
  readonly at: Float64Array
  readonly latency: Float64Array
  readonly status: Uint16Array
  readonly hasRetryAfter: Uint8Array
}

export interface LoadResult {
  readonly replies: Replies
  readonly probes: Replies
  /** When the last reply came before recording began: where a count of replies can start without an edge. */
  readonly lastBeforeMs: number
  /** When the load itself ended; answers to what was under way came later. */
  readonly endedMs: number
  /** Answers with 200 that came while recording was on, also to requests of the warm-up. */
  readonly goodCount: number
  /** CPU time of the generator over the whole load. */
  readonly generatorCpuMs: number
  readonly elapsedMs: number
}
