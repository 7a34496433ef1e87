import { AppError } from '../errors.js'
import type { Blob } from '../state/blobs.js'
import type { Database } from '../state/database.js'
import { changeSql } from './change.js'
import type { JobAnswer, JobError } from './job.js'
import { OWN, type Claim } from './lease.js'
import type { JobRow } from './rows.js'

/** The ways in which a job ends, each for good. */
export interface Endings {
  /** False when the job was no longer the worker's. A failed request's answer is kept as any other. */
  answer(claim: Claim, answer: Omit<JobAnswer, 'body'>, body: Blob): Promise<boolean>
  fail(claim: Claim, error: JobError): Promise<boolean>
  /** The worker has stopped what it was asked to stop. */
  stop(claim: Claim): Promise<boolean>
  /** Ends a queued job, asks the worker of a running one to stop. Throws `job_not_found`, `job_ended`. */
  cancel(id: string): Promise<JobRow>
}

export function createEndings(database: Database, retentionMs: number): Endings {
  const end = async (sql: string, { id, worker, attempt }: Claim, ...values: readonly unknown[]): Promise<boolean> => {
    const rows = await database.query(sql, [id, worker, attempt, retentionMs, ...values])
    return rows.length > 0
  }
  const cancel = async (id: string): Promise<JobRow> => {
    const [queued] = await database.query<JobRow>(CANCEL_QUEUED, [id, retentionMs])
    if (queued !== undefined) return queued
    const [running] = await database.query<JobRow>(ASK_TO_STOP, [id])
    if (running !== undefined) return running
    const [found] = await database.query<JobRow>('select * from radserve.jobs where id = $1', [id])
    if (found === undefined) throw new AppError('job_not_found', 'There is no job of this id.')
    // Between two statements it was put back to the queue, or taken from it.
    if (found.ended_at === null) return cancel(id)
    throw new AppError('job_ended', `The job has ended already: it is ${found.state}.`)
  }
  return {
    cancel,
    answer(claim, { status, headers, error }, { digest, bytes }) {
      const kept = [status, JSON.stringify(headers), digest, bytes]
      if (error === undefined) return end(COMPLETE, claim, ...kept)
      return end(FAIL_WITH_ANSWER, claim, ...kept, JSON.stringify(error))
    },
    fail: (claim, error) => end(FAIL, claim, JSON.stringify(error)),
    stop: (claim) => end(STOP, claim),
  }
}

const ended = (value: number): string =>
  `worker = null, lease_until = null, ended_at = now(), webhook_next_at = now(),
   expires_at = now() + $${value} * interval '1 millisecond'`

const ANSWER = `answer_status = $5, answer_headers = $6::jsonb, answer_digest = $7, answer_bytes = $8`

const COMPLETE = changeSql({
  set: `state = 'completed', ${ANSWER}, ${ended(4)}`,
  where: OWN,
  event: 'completed',
  data: `jsonb_build_object('status', answer_status, 'bytes', answer_bytes)`,
})

const FAIL_WITH_ANSWER = changeSql({
  set: `state = 'failed', ${ANSWER}, error = $9::jsonb, ${ended(4)}`,
  where: OWN,
  event: 'failed',
  data: `jsonb_build_object('status', answer_status, 'code', error->'code')`,
})

const FAIL = changeSql({
  set: `state = 'failed', error = $5::jsonb, ${ended(4)}`,
  where: OWN,
  event: 'failed',
  data: `jsonb_build_object('code', error->'code')`,
})

const STOP = changeSql({ set: `state = 'cancelled', ${ended(4)}`, where: OWN, event: 'cancelled' })

const CANCEL_QUEUED = changeSql({
  set: `state = 'cancelled', cancel_requested_at = now(), ${ended(2)}`,
  where: `j.id = $1 and j.state = 'queued'`,
  event: 'cancelled',
})

const ASK_TO_STOP = `update radserve.jobs set cancel_requested_at = coalesce(cancel_requested_at, now())
  where id = $1 and state = 'running' returning *`
