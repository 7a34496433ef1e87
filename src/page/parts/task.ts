import { signal, type ReadonlySignal } from '@preact/signals'

export type TaskState<Result> =
  | { readonly state: 'idle' }
  | { readonly state: 'running'; readonly sinceMs: number }
  | { readonly state: 'ready'; readonly result: Result }
  | { readonly state: 'failed'; readonly error: unknown }
  | { readonly state: 'stopped' }

/** One thing that a screen asks at a time; it outlives the screen, so that going to another one loses nothing. */
export interface Task<Result> {
  readonly state: ReadonlySignal<TaskState<Result>>
  /** What ran before is stopped. */
  start(work: (signal: AbortSignal) => Promise<Result>): void
  /** Ends the request; the service stops at its next step. */
  stop(): void
  reset(): void
}

export function createTask<Result>(): Task<Result> {
  const state = signal<TaskState<Result>>({ state: 'idle' })
  let running: AbortController | undefined
  const end = (next: TaskState<Result>): void => {
    running?.abort()
    running = undefined
    state.value = next
  }
  return {
    state,
    start(work) {
      running?.abort()
      const own = (running = new AbortController())
      state.value = { state: 'running', sinceMs: performance.now() }
      work(own.signal).then(
        (result) => own === running && end({ state: 'ready', result }),
        (error: unknown) => own === running && end({ state: 'failed', error }),
      )
    },
    stop: () => running !== undefined && end({ state: 'stopped' }),
    reset: () => end({ state: 'idle' }),
  }
}
