import { AppError } from '../errors.js'
import type { State } from '../state/state.js'
import type { JobAnswer, JobError } from './job.js'
import type { JobRow } from './rows.js'

/** What is kept of a job that has ended: what the service answered, or why there is no answer. */
export type JobResult =
  | { readonly kind: 'answer'; readonly answer: JobAnswer }
  | { readonly kind: 'error'; readonly error: JobError; readonly requestId: string }

const RETRY_AFTER_MS = 1_000

/**
 * Throws `job_not_found`, `job_not_ended` for a job that waits, runs or was cancelled, `job_expired`, and `job_elsewhere`
 * when the answer lies in a data folder that this process does not have.
 */
export async function readResult(id: string, state: State): Promise<JobResult> {
  const [row] = await state.database.query<JobRow>('select * from radserve.jobs where id = $1', [id])
  if (row === undefined) throw new AppError('job_not_found', 'There is no job of this id.')
  if (row.expired_at !== null) throw new AppError('job_expired', 'The answer of this job is no longer kept.')
  if (row.state === 'cancelled') throw new AppError('job_not_ended', 'The job was cancelled before it had an answer.')
  if (row.ended_at === null) {
    const details = { retryAfterMs: RETRY_AFTER_MS }
    throw new AppError('job_not_ended', `The job is ${row.state}.`, { details })
  }
  const { answer_status: status, answer_headers: headers, answer_digest: digest, error } = row
  if (status === null || headers === null || digest === null) {
    if (error === null)
      throw new AppError('internal', 'A job ended without an answer and without an error. This is a bug.')
    return { kind: 'error', error, requestId: row.request_id }
  }
  const body = await state.blobs.get(digest)
  if (body !== undefined) return { kind: 'answer', answer: { status, headers, body, ...(error && { error }) } }
  if (row.spool !== (await state.spool())) throw new AppError('job_elsewhere', 'The answer is in another DATA_DIR.')
  throw new AppError('job_lost', 'The stored answer of the job is gone or damaged.')
}
