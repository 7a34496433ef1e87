import { AsyncLocalStorage } from 'node:async_hooks'
import type { JobFilms } from '../jobs/job.js'
import type { Problem } from './problem.js'

/** What a request that the service makes to itself carries beside its bytes. */
export interface InnerRequest {
  /** Nobody's connection can break here; this aborts instead. */
  readonly signal: AbortSignal
  /** Takes the place of the longest time that a request may take. */
  readonly timeoutMs: number
  /** Which job it is the request of, and whose. */
  readonly job: { readonly id: string; readonly owner: string }
  /** Stand in the body from the beginning, and are in no payload. */
  readonly films?: { readonly field: JobFilms['field']; readonly files: readonly Uint8Array[] }
  /** Told of the problem that is answered, if one is. */
  onProblem(problem: Problem): void
}

const current = new AsyncLocalStorage<InnerRequest>()

export function withInnerRequest<T>(inner: InnerRequest, work: () => T): T {
  return current.run(inner, work)
}

/** The present request, if the service itself made it. */
export function innerRequest(): InnerRequest | undefined {
  return current.getStore()
}
