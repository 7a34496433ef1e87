import { PRIORITIES } from '../ports.js'
import type { Job, JobError, JobProgress, JobState, WebhookState } from './job.js'

/** A row of `radserve.jobs`, as far as anybody looks at it. */
export interface JobRow {
  readonly id: string
  readonly state: JobState
  readonly priority: number
  readonly method: string
  readonly path: string
  readonly spool: string
  readonly request_id: string
  readonly owner: string
  readonly timeout_ms: number | null
  readonly request_digest: string
  readonly fingerprint: string | null
  readonly created_at: Date
  readonly started_at: Date | null
  readonly ended_at: Date | null
  readonly expires_at: Date | null
  readonly expired_at: Date | null
  readonly attempts: number
  readonly crashes: number
  readonly cancel_requested_at: Date | null
  readonly progress: JobProgress | null
  readonly event_count: number
  readonly error: JobError | null
  readonly answer_status: number | null
  readonly answer_headers: Readonly<Record<string, string>> | null
  readonly answer_digest: string | null
  /** `pg` gives a bigint as text. */
  readonly answer_bytes: string
  readonly webhook_url: string | null
  readonly webhook_state: WebhookState | null
  readonly webhook_attempts: number
  /** Of `JOBS_WITH_POSITION` only. */
  readonly position?: string | null
}

/** Rows with their places in the queue of their own data folder. */
export const JOBS_WITH_POSITION = `(
  select jobs.*, queue.position from radserve.jobs
  left join (
    select id, row_number() over (partition by spool order by priority, number) as position
    from radserve.jobs where state = 'queued'
  ) queue using (id)
) jobs`

export function jobOf(row: JobRow): Job {
  const position = row.position ?? null
  return {
    id: row.id,
    owner: row.owner,
    state: row.state,
    method: row.method,
    path: row.path,
    requestId: row.request_id,
    priority: PRIORITIES[row.priority] ?? 'routine',
    createdAt: row.created_at,
    isExpired: row.expired_at !== null,
    attempts: row.attempts,
    isCancelRequested: row.cancel_requested_at !== null,
    ...(position !== null && { queuePosition: Number(position) }),
    ...(row.progress !== null && { progress: row.progress }),
    ...(row.started_at !== null && { startedAt: row.started_at }),
    ...(row.ended_at !== null && { endedAt: row.ended_at }),
    ...(row.expires_at !== null && { expiresAt: row.expires_at }),
    ...(row.error !== null && { error: row.error }),
    ...answerOf(row),
    ...(row.webhook_state !== null && { webhook: { state: row.webhook_state, attempts: row.webhook_attempts } }),
  }
}

function answerOf({
  answer_status: status,
  answer_headers: headers,
  answer_bytes: bytes,
}: JobRow): Pick<Job, 'answer'> {
  if (status === null) return {}
  const mediaType = headers?.['content-type']
  return { answer: { status, bytes: Number(bytes), ...(mediaType !== undefined && { mediaType }) } }
}
