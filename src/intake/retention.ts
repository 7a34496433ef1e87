import type { Meter } from '../ports.js'
import type { Database } from '../state/database.js'
import type { Blobs } from '../state/blobs.js'
import { USED } from './receiving.js'
import type { IntakeSettings } from './settings.js'

/** Younger files may belong to a film or a result that is about to be written down. */
const SWEEP_AGE_MS = 600_000
const BATCH = 500

/** A study whose tasks and deliveries have all ended has, too: as failed where one of them failed. */
export async function finishStudies(database: Database, spool: string): Promise<number> {
  const finished = await database.query(FINISH, [spool])
  return finished.length
}

/**
 * Gives up the bytes of studies whose time is over and forgets, later, that there was anything. The bytes of what is given up
 * are removed at once, where no other row needs them.
 */
export async function clearStudies(
  { database, blobs, spool }: { database: Database; blobs: Blobs; spool: string },
  { keepDoneMs, keepFailedMs, keepShadowMs, rememberMs }: IntakeSettings,
): Promise<void> {
  const cleared = await database.query<{ id: string }>(CLEAR, [spool, keepDoneMs, keepFailedMs])
  const ids = cleared.map(({ id }) => id)
  const freed = [
    ...(ids.length === 0 ? [] : await database.query<{ digest: string }>(DIGESTS, [ids])),
    ...(ids.length === 0 ? [] : await database.query<{ digest: string }>(CLEAR_OBJECTS, [ids])),
    ...(ids.length === 0 ? [] : await database.query<{ digest: string }>(CLEAR_RESULTS, [ids])),
    ...(await database.query<{ digest: string }>(CLEAR_SHADOWS, [spool, keepShadowMs])),
  ].map(({ digest }) => digest)
  await remove(freed, { database, blobs, ageMs: 0 })
  await database.query(FORGET, [spool, rememberMs])
}

/** Removes bytes that no row needs: of a process that died between the two. */
export async function sweepIntake(database: Database, blobs: Blobs): Promise<void> {
  let batch: string[] = []
  for await (const digest of blobs.olderThan(SWEEP_AGE_MS)) {
    batch.push(digest)
    if (batch.length < BATCH) continue
    await remove(batch, { database, blobs, ageMs: SWEEP_AGE_MS })
    batch = []
  }
  await remove(batch, { database, blobs, ageMs: SWEEP_AGE_MS })
}

async function remove(
  digests: readonly string[],
  { database, blobs, ageMs }: { database: Database; blobs: Blobs; ageMs: number },
): Promise<void> {
  if (digests.length === 0) return
  const unused = await database.query<{ digest: string }>(UNUSED, [digests])
  for (const { digest } of unused) await blobs.removeOlder(digest, ageMs)
}

/** In all folders, like the limit that they are about. */
export async function countIntake(database: Database, meter: Meter): Promise<void> {
  const [used] = await database.query<{ bytes: string }>(USED)
  meter.gauge('radserve_intake_bytes', Number(used?.bytes))
  const [row] = await database.query<Record<'receiving' | 'working' | 'failed' | 'waiting' | 'dead', string>>(COUNT)
  for (const state of ['receiving', 'working', 'failed'] as const)
    meter.gauge('radserve_intake_studies', Number(row?.[state]), { state })
  for (const state of ['waiting', 'dead'] as const)
    meter.gauge('radserve_intake_deliveries', Number(row?.[state]), { state })
}

const FINISH = `update radserve.intake_studies s set ended_at = now(), state = case
    when exists (select from radserve.intake_tasks t where t.study_id = s.id and t.state = 'failed')
      or exists (select from radserve.intake_deliveries d where d.study_id = s.id and d.state = 'dead') then 'failed'
    else 'done' end
  where s.spool = $1 and s.state in ('complete', 'working')
    and not exists (
      select from radserve.intake_tasks t where t.study_id = s.id and t.state in ('waiting', 'running'))
    and not exists (select from radserve.intake_deliveries d where d.study_id = s.id and d.state = 'waiting')
  returning id`

const CLEAR = `update radserve.intake_studies set cleared_at = now()
  where spool = $1 and cleared_at is null and ended_at is not null
    and ended_at <= now() - case state when 'done' then $2::bigint else $3::bigint end * interval '1 millisecond'
  returning id`

const DIGESTS = `select blob_digest as digest from radserve.intake_films where study_id = any($1::uuid[])`

/** What `returning` gives is the row as it is now, so what it was is read beside it. */
const clearing = (table: string, column: string, which: string): string => `with was as (
    select x.id, x.${column} as digest from radserve.${table} x ${which} and x.${column} is not null for update of x
  )
  update radserve.${table} t set ${column} = null from was where t.id = was.id returning was.digest`

const CLEAR_OBJECTS = clearing('intake_deliveries', 'object_digest', 'where x.study_id = any($1::uuid[])')
const CLEAR_RESULTS = clearing(
  'intake_tasks',
  'result_digest',
  'where x.study_id = any($1::uuid[]) and not x.is_shadow',
)
const CLEAR_SHADOWS = clearing(
  'intake_tasks',
  'result_digest',
  `join radserve.intake_studies s on s.id = x.study_id
   where s.spool = $1 and s.cleared_at is not null and x.is_shadow and x.ended_at <= now() - $2 * interval '1 millisecond'`,
)

const FORGET = `delete from radserve.intake_studies s
  where spool = $1 and cleared_at is not null and ended_at < now() - $2 * interval '1 millisecond'
    and not exists (select from radserve.intake_tasks t where t.study_id = s.id and t.result_digest is not null)`

const UNUSED = `select digest from unnest($1::text[]) as given (digest)
  where not exists (select from radserve.intake_films f join radserve.intake_studies s on s.id = f.study_id
      where f.blob_digest = digest and s.cleared_at is null)
    and not exists (select from radserve.intake_tasks where result_digest = digest)
    and not exists (select from radserve.intake_deliveries where object_digest = digest)`

const COUNT = `select s.*, d.* from
  (select count(*) filter (where state = 'receiving') as receiving,
     count(*) filter (where state in ('complete', 'working')) as working,
     count(*) filter (where state = 'failed' and cleared_at is null) as failed from radserve.intake_studies) s,
  (select count(*) filter (where state = 'waiting') as waiting, count(*) filter (where state = 'dead') as dead
     from radserve.intake_deliveries) d`
