import { randomUUID } from 'node:crypto'
import { AppError } from '../errors.js'
import { PRIORITIES } from '../ports.js'
import type { Blobs } from '../state/blobs.js'
import type { Database } from '../state/database.js'
import { packRequest } from './envelope.js'
import type { Submission } from './job.js'
import { JOBS_WITH_POSITION, type JobRow } from './rows.js'

/** How long a caller should wait when the queue is full; nobody knows how long its jobs take. */
const RETRY_AFTER_MS = 5_000

export interface SubmissionOptions {
  readonly database: Database
  readonly blobs: Blobs
  readonly spool: () => Promise<string>
  readonly maxQueuedJobs: number
  /** Bytes of requests that wait and of answers that are kept, above which nothing more is taken. */
  readonly maxJobsBytes: number
}

/**
 * Puts a request into the queue and gives the job's id; it is there when this resolves, whatever happens to the process. A key that is
 * known gives the job that was there before. Throws `queue_full`,
 * `storage_full`, `idempotency_key_reused`, `state_unavailable`.
 */
export async function submitJob(submission: Submission, options: SubmissionOptions): Promise<string> {
  const { database, blobs } = options
  const known = await findByKey(submission, database)
  if (known !== undefined) return known.id
  await checkRoom(options)
  const { digest, bytes } = await blobs.put(...packRequest(submission.request))
  const { method } = submission.request
  const { path, requestId, owner, priority, timeoutMs, fingerprint, idempotencyKey, webhookUrl } = submission
  const who = [randomUUID(), PRIORITIES.indexOf(priority), method, path, await options.spool(), requestId]
  const what = [
    timeoutMs ?? null,
    digest,
    bytes,
    fingerprint ?? null,
    idempotencyKey ?? null,
    webhookUrl ?? null,
    owner,
  ]
  const [inserted] = await database.query<{ id: string }>(INSERT, [...who, ...what])
  if (inserted !== undefined) return inserted.id
  const row = await findByKey(submission, database)
  if (row === undefined) throw new AppError('internal', 'A job was neither made nor found. This is a bug.')
  return row.id
}

export async function findById(id: string, database: Database): Promise<JobRow> {
  const [row] = await database.query<JobRow>(`select * from ${JOBS_WITH_POSITION} where id = $1`, [id])
  if (row === undefined) throw new AppError('job_not_found', 'There is no job of this id.')
  return row
}

async function findByKey(
  { owner, idempotencyKey, fingerprint }: Submission,
  database: Database,
): Promise<JobRow | undefined> {
  if (idempotencyKey === undefined) return undefined
  const [row] = await database.query<JobRow>('select * from radserve.jobs where owner = $1 and idempotency_key = $2', [
    owner,
    idempotencyKey,
  ])
  if (row !== undefined && row.fingerprint !== fingerprint) {
    throw new AppError('idempotency_key_reused', 'This idempotency-key came with another request before.')
  }
  return row
}

async function checkRoom({ database, maxQueuedJobs, maxJobsBytes }: SubmissionOptions): Promise<void> {
  const [use] = await database.query<{ queued: string; bytes: string }>(USE)
  const limit =
    Number(use?.queued) >= maxQueuedJobs
      ? 'MAX_QUEUED_JOBS'
      : Number(use?.bytes) >= maxJobsBytes
        ? 'MAX_JOBS_BYTES'
        : undefined
  if (limit === undefined) return
  const details = { limit, retryAfterMs: RETRY_AFTER_MS }
  throw new AppError('queue_full', 'No more jobs are taken at the moment.', { details })
}

const USE = `select count(*) filter (where state = 'queued') as queued,
    coalesce(sum(case when ended_at is null then request_bytes else answer_bytes end), 0) as bytes
  from radserve.jobs where expired_at is null`

const INSERT = `with made as (
    insert into radserve.jobs (id, priority, method, path, spool, request_id, timeout_ms, request_digest, request_bytes,
      fingerprint, idempotency_key, webhook_url, owner, webhook_state, state, event_count)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, case when $12::text is null then null else 'waiting' end,
      'queued', 1)
    on conflict (owner, idempotency_key) where idempotency_key is not null do nothing
    returning id
  ),
  told as (
    insert into radserve.job_events (job_id, number, event, data)
    select id, 1, 'queued', jsonb_build_object('attempts', 0) from made
  )
  select id from made`
