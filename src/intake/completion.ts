import { randomUUID } from 'node:crypto'
import type { Database, Query } from '../state/database.js'
import { planTasks, type MatchedFilm } from './rules.js'
import type { Rule } from './settings.js'

export interface CompletionOptions {
  readonly database: Database
  readonly spool: string
  readonly quietMs: number
  readonly rules: readonly Rule[]
}

/**
 * Completes every study of this data folder that has been quiet for long enough: its tasks are rows when it is complete, all or
 * none. Gives the milliseconds until the next one will be, where one still receives.
 */
export async function completeStudies(options: CompletionOptions): Promise<number | undefined> {
  const { database, spool, quietMs } = options
  while (await database.transaction((query) => completeOne(query, options))) {
    // Until none is due.
  }
  const [row] = await database.query<{ ms: string | null }>(NEXT, [spool, quietMs])
  const ms = row?.ms ?? undefined
  return ms === undefined ? undefined : Math.max(0, Math.ceil(Number(ms)))
}

async function completeOne(query: Query, { spool, quietMs, rules }: CompletionOptions): Promise<boolean> {
  const [study] = await query<{ id: string }>(DUE, [spool, quietMs])
  if (study === undefined) return false
  const films = await query<MatchedFilm>(FILMS, [study.id])
  const tasks = planTasks(study.id, films, rules)
  for (const { rule, settings, isShadow, subject, films: ids } of tasks) {
    const settled = [randomUUID(), study.id, rule, settings.name, subject, ids, JSON.stringify(settings), isShadow]
    await query(INSERT, settled)
  }
  await query(COMPLETE, [study.id, tasks.length > 0])
  return true
}

const QUIET = `last_film_at + $2 * interval '1 millisecond'`

const DUE = `select id from radserve.intake_studies where state = 'receiving' and spool = $1 and ${QUIET} <= now()
  order by last_film_at limit 1 for update skip locked`

const FILMS = 'select id, rules from radserve.intake_films where study_id = $1 order by number'

const INSERT = `insert into radserve.intake_tasks (id, study_id, rule, name, subject, films, settings, is_shadow, state)
  values ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, 'waiting') on conflict (study_id, rule, name, subject) do nothing`

/** What no rule is for is done at once. */
const COMPLETE = `update radserve.intake_studies set completed_at = now(),
    state = case when $2 then 'complete' else 'done' end, ended_at = case when $2 then null else now() end
  where id = $1`

const NEXT = `select extract(epoch from min(${QUIET}) - now()) * 1000 as ms
  from radserve.intake_studies where state = 'receiving' and spool = $1`
