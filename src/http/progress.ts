import { AsyncLocalStorage } from 'node:async_hooks'

/** How far the work of a request has come. `step` of `of` are done; what a step is, the task knows. */
export interface Progress {
  readonly step: number
  readonly of: number
  /** Until the end, from the measured time of the steps so far. */
  readonly etaMs?: number
}

export type ProgressSink = (progress: Progress) => void

const sinks = new AsyncLocalStorage<ProgressSink>()

/** Does `work` with somebody who is told of its progress, however deep inside the progress is made. */
export function withProgress<T>(sink: ProgressSink, work: () => T): T {
  return sinks.run(sink, work)
}

/** Who is told of the current request's progress; `undefined` where nobody is, and work may go on untold. */
export function progressSink(): ProgressSink | undefined {
  return sinks.getStore()
}
