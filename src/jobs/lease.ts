import type { Database } from '../state/database.js'
import { changeSql } from './change.js'
import type { JobProgress } from './job.js'
import type { JobRow } from './rows.js'

/** One attempt at a job by one worker. Its statements change nothing once somebody else has the job. */
export interface Claim {
  readonly id: string
  readonly worker: string
  readonly attempt: number
}

export interface Renewal {
  readonly id: string
  readonly isCancelRequested: boolean
}

/** How workers share the queue: whoever holds a lease has the job, and a lease that is not renewed ends by itself. */
export interface Leases {
  /** The job that is due next, or nothing; `held` are those that this worker has not let go of yet. */
  claim(held: readonly string[]): Promise<JobRow | undefined>
  /** Prolongs leases and writes down progress, where there is news. What does not come back is no longer this worker's. */
  renew(held: readonly { readonly id: string; readonly progress?: JobProgress }[]): Promise<Renewal[]>
  /** Back to its place in the queue, not before `delayMs` have passed. False when it was no longer this worker's. */
  putBack(claim: Claim, delayMs: number, isCrash?: boolean): Promise<boolean>
  /** Gives jobs whose worker is gone back to the queue, or to their end after too many crashes. */
  reap(): Promise<JobRow[]>
}

export interface LeaseOptions {
  readonly database: Database
  readonly worker: string
  readonly spool: string
  readonly leaseMs: number
  readonly maxCrashes: number
  readonly retentionMs: number
  /** No other worker can be alive: what another one holds is free. */
  readonly isExclusive: boolean
}

export const OWN = `j.id = $1 and j.worker = $2 and j.attempts = $3 and j.state = 'running'`

export function createLeases(options: LeaseOptions): Leases {
  const { database, worker, spool, leaseMs, maxCrashes, retentionMs, isExclusive } = options
  return {
    async claim(held) {
      const [row] = await database.query<JobRow>(CLAIM, [spool, worker, leaseMs, held])
      return row
    },
    async renew(held) {
      const ids = held.map(({ id }) => id)
      const progress = held.map((job) => (job.progress === undefined ? null : JSON.stringify(job.progress)))
      const rows = await database.query<{ id: string; is_cancelled: boolean }>(RENEW, [worker, leaseMs, ids, progress])
      return rows.map(({ id, is_cancelled: isCancelRequested }) => ({ id, isCancelRequested }))
    },
    async putBack({ id, attempt }, delayMs, isCrash = false) {
      const rows = await database.query(PUT_BACK, [id, worker, attempt, delayMs, isCrash ? 1 : 0])
      return rows.length > 0
    },
    async reap() {
      const gone = [worker, isExclusive, maxCrashes]
      const failed = await database.query<JobRow>(REAP_HOPELESS, [...gone, retentionMs])
      const queued = await database.query<JobRow>(REAP, gone)
      return [...failed, ...queued]
    },
  }
}

const CLAIM = changeSql({
  first: `next as (
    select id from radserve.jobs
    where state = 'queued' and spool = $1 and not_before <= now() and not id = any($4::uuid[])
    order by priority, number limit 1 for update skip locked
  )`,
  set: `state = 'running', worker = $2, lease_until = now() + $3 * interval '1 millisecond', attempts = attempts + 1,
    started_at = coalesce(started_at, now()), progress = null`,
  from: 'next',
  where: 'j.id = next.id',
  event: 'running',
  data: `jsonb_build_object('attempt', attempts)`,
})

const RENEW = `with given as (
    select * from unnest($3::uuid[], $4::text[]) as given (id, progress)
  ),
  changed as (
    update radserve.jobs j set lease_until = now() + $2 * interval '1 millisecond',
      progress = coalesce(given.progress::jsonb, j.progress),
      event_count = event_count + case when given.progress is null then 0 else 1 end
    from given where j.id = given.id and j.worker = $1 and j.state = 'running'
    returning j.id, j.event_count, given.progress as news, j.cancel_requested_at is not null as is_cancelled
  ),
  told as (
    insert into radserve.job_events (job_id, number, event, data)
    select id, event_count, 'progress', news::jsonb from changed where news is not null
  )
  select id, is_cancelled from changed`

const PUT_BACK = changeSql({
  set: `state = 'queued', worker = null, lease_until = null, progress = null, crashes = crashes + $5,
    not_before = now() + $4 * interval '1 millisecond'`,
  where: OWN,
  event: 'queued',
  data: `jsonb_build_object('attempts', attempts)`,
})

const GONE = `j.state = 'running' and (j.lease_until < now() or ($2 and j.worker <> $1))`

const REAP = changeSql({
  set: `state = 'queued', worker = null, lease_until = null, progress = null, crashes = crashes + 1`,
  where: `${GONE} and j.crashes + 1 < $3`,
  event: 'queued',
  data: `jsonb_build_object('attempts', attempts)`,
})

const LOST = {
  code: 'job_lost',
  message: 'The service ended each time that the job was tried.',
  details: {},
}

const REAP_HOPELESS = changeSql({
  set: `state = 'failed', worker = null, lease_until = null, crashes = crashes + 1, ended_at = now(),
    expires_at = now() + $4 * interval '1 millisecond', webhook_next_at = now(), error = '${JSON.stringify(LOST)}'::jsonb`,
  where: `${GONE} and j.crashes + 1 >= $3`,
  event: 'failed',
  data: `jsonb_build_object('code', error->'code')`,
})
