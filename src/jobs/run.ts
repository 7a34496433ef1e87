import { AppError, errorToEnvelope } from '../errors.js'
import type { Blob, Blobs } from '../state/blobs.js'
import { unpackRequest } from './envelope.js'
import type { Execute, JobAnswer, JobError, JobProgress } from './job.js'
import type { JobRow } from './rows.js'

/** Why a job is stopped before its end. */
export type StopReason = 'cancelled' | 'lost' | 'closing'

export class JobStopped extends AppError {
  readonly reason: StopReason

  constructor(reason: StopReason) {
    super('cancelled', 'The job was stopped before it was done.')
    this.reason = reason
  }
}

/** How one attempt at a job came out. */
export type Attempt =
  | { readonly outcome: 'answered'; readonly answer: Omit<JobAnswer, 'body'>; readonly body: Blob }
  | { readonly outcome: 'failed'; readonly error: JobError }
  /** The service could not do it now; nothing is wrong with the request. */
  | { readonly outcome: 'busy'; readonly delayMs: number }
  /** What ran the model died under it. */
  | { readonly outcome: 'crashed'; readonly error: JobError }
  | { readonly outcome: 'stopped'; readonly reason: StopReason }

const BUSY: ReadonlySet<string> = new Set(['queue_full', 'not_ready', 'draining', 'audit_unavailable'])
const CRASHED: ReadonlySet<string> = new Set(['lane_failed'])
const BUSY_DELAY_MS = 1_000

export interface RunOptions {
  readonly execute: Execute
  readonly blobs: Blobs
  /** Where films stand that requests name. */
  readonly films: Pick<Blobs, 'get'>
  readonly timeoutMs: number
  /** Aborts with a `JobStopped`. */
  readonly signal: AbortSignal
  onProgress(progress: JobProgress): void
}

/** Carries a job's request out and stores the answer. */
export async function runJob(row: JobRow, options: RunOptions): Promise<Attempt> {
  const { signal } = options
  const attempt = await attemptJob(row, options).catch((error: unknown): Attempt => {
    return { outcome: 'failed', error: errorToEnvelope(error) }
  })
  // What a stopped request said on its way out is of no interest.
  if (!signal.aborted || attempt.outcome === 'answered') return attempt
  return { outcome: 'stopped', reason: signal.reason instanceof JobStopped ? signal.reason.reason : 'closing' }
}

async function attemptJob(row: JobRow, options: RunOptions): Promise<Attempt> {
  const { execute, blobs, signal, onProgress } = options
  signal.throwIfAborted()
  const request = unpackRequest(await stored(blobs, row.request_digest))
  const films: Uint8Array[] = []
  for (const digest of request.films?.digests ?? []) films.push(await stored(options.films, digest))
  const timeoutMs = Math.min(options.timeoutMs, row.timeout_ms ?? Infinity)
  const { body, ...answer } = await execute(request, {
    ...{ signal, timeoutMs, onProgress, films },
    job: { id: row.id, owner: row.owner },
  })
  signal.throwIfAborted()
  const { error } = answer
  if (error !== undefined && BUSY.has(error.code))
    return { outcome: 'busy', delayMs: error.details.retryAfterMs ?? BUSY_DELAY_MS }
  if (error !== undefined && CRASHED.has(error.code)) return { outcome: 'crashed', error }
  return { outcome: 'answered', answer, body: await blobs.put(body) }
}

async function stored(blobs: Pick<Blobs, 'get'>, digest: string): Promise<Buffer> {
  const bytes = await blobs.get(digest)
  if (bytes === undefined) throw new AppError('job_lost', 'The stored request of the job is gone or damaged.')
  return bytes
}
