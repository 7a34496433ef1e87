import type { Blobs } from '../state/blobs.js'
import type { Database } from '../state/database.js'

/** Younger files may belong to a job that is being submitted or answered. */
const SWEEP_AGE_MS = 600_000
const SWEEP_BATCH = 500

/**
 * Forgets answers whose time is over; that there was a job is remembered as long again, so that its id is answered as
 * expired and not as unknown.
 */
export async function expireJobs(database: Database, retentionMs: number): Promise<number> {
  const expired = await database.query(EXPIRE)
  await database.query(FORGET, [retentionMs])
  return expired.length
}

/** Removes the bytes that no job needs any more: of requests that were answered and of answers that have expired. */
export async function sweepBlobs(database: Database, blobs: Blobs): Promise<void> {
  let batch: string[] = []
  const sweep = async (): Promise<void> => {
    const unused = await database.query<{ digest: string }>(UNUSED, [batch])
    batch = []
    for (const { digest } of unused) await blobs.removeOlder(digest, SWEEP_AGE_MS)
  }
  for await (const digest of blobs.olderThan(SWEEP_AGE_MS)) {
    batch.push(digest)
    if (batch.length === SWEEP_BATCH) await sweep()
  }
  if (batch.length > 0) await sweep()
}

const EXPIRE = `with changed as (
    update radserve.jobs set expired_at = now(), answer_digest = null, answer_bytes = 0, idempotency_key = null
    where ended_at is not null and expires_at <= now() and expired_at is null returning id
  ),
  untold as (delete from radserve.job_events using changed where job_id = changed.id)
  select id from changed`

const FORGET = `delete from radserve.jobs
  where ended_at is not null and expired_at < now() - $1 * interval '1 millisecond'`

const UNUSED = `select digest from unnest($1::text[]) as given (digest)
  where not exists (select from radserve.jobs where request_digest = digest and ended_at is null)
    and not exists (select from radserve.jobs where answer_digest = digest)`
