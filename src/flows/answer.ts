import type { Demand } from '../ports.js'

/** Exactly which model bytes answered: the digest is over `model.json`, which holds the digest of every other file. */
export interface ModelIdentity {
  readonly name: string
  readonly version: string
  readonly digest: string
}

/** Where the time of one request went, in milliseconds; `queue` and `run` are sums over its runs on the longest path. */
export interface Timings {
  decodeMs: number
  prepareMs: number
  queueMs: number
  runMs: number
  finishMs: number
}

export interface Answer<Result> {
  readonly model: ModelIdentity
  readonly result: Result
  readonly timings: Timings
  /** Sizes of the images in the order given, after EXIF orientation: what maps are placed on. */
  readonly images: readonly { width: number; height: number }[]
}

/** What every task takes beside its own input. `model` is `name` or `name@version`; absent, the task's default. */
export interface TaskRequest {
  readonly model?: string
  readonly demand: Demand
}
