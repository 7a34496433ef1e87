import { randomUUID } from 'node:crypto'
import type { Database, Query } from '../state/database.js'
import { planTasks, type MatchedFilm } from './rules.js'
import type { Rule } from './settings.js'

export interface CompletionOptions {
  readonly database: Database
  readonly spool: string
  readonly quietMs: number
  readonly rules: readonly Rule[]
  onComplete(): void
}

const BUSY_MS = 100

/**
 * Completes every study of this data folder that has been quiet for long enough: its tasks are rows when it is complete, all or
 * none, and `onComplete` hears of it. Gives the milliseconds until the next one will be, where one still receives.
 */
export async function completeStudies(options: CompletionOptions): Promise<number | undefined> {
  const { database, spool, quietMs, onComplete } = options
  for (;;) {
    const [row] = await database.query<{ ms: string | null }>(NEXT, [spool, quietMs])
    const ms = row?.ms ?? undefined
    if (ms === undefined) return undefined
    if (Number(ms) > 0) return Math.ceil(Number(ms))
    // Another process that shares the folder may have been first, or be at it.
    if (!(await database.transaction((query) => completeOne(query, options)))) return BUSY_MS
    onComplete()
  }
}

async function completeOne(query: Query, { spool, quietMs, rules }: CompletionOptions): Promise<boolean> {
  const [study] = await query<{ id: string }>(DUE, [spool, quietMs])
  if (study === undefined) return false
  const films = await query<MatchedFilm>(FILMS, [study.id])
  const tasks = planTasks(study.id, films, rules).map(({ settings, isShadow, ...task }) => ({
    ...{ id: randomUUID(), ...task, name: settings.name, settings, is_shadow: isShadow },
  }))
  if (tasks.length > 0) await query(INSERT, [study.id, JSON.stringify(tasks)])
  await query(COMPLETE, [study.id, tasks.length > 0])
  return true
}

const QUIET = `last_film_at + $2 * interval '1 millisecond'`

const DUE = `select id from radserve.intake_studies where state = 'receiving' and spool = $1 and ${QUIET} <= now()
  order by last_film_at limit 1 for update skip locked`

const FILMS = 'select id, rules from radserve.intake_films where study_id = $1 order by number'

/** In the order in which they are given. */
const INSERT = `insert into radserve.intake_tasks (id, study_id, rule, name, subject, films, settings, is_shadow, state)
  select (task->>'id')::uuid, $1, task->>'rule', task->>'name', (task->>'subject')::uuid,
    array(select film::uuid from jsonb_array_elements_text(task->'films') film), task->'settings',
    (task->>'is_shadow')::boolean, 'waiting'
  from jsonb_array_elements($2::jsonb) with ordinality given (task, place) order by place
  on conflict (study_id, rule, name, subject) do nothing`

/** What no rule is for is done at once. */
const COMPLETE = `update radserve.intake_studies set completed_at = now(),
    state = case when $2 then 'complete' else 'done' end, ended_at = case when $2 then null else now() end
  where id = $1`

const NEXT = `select extract(epoch from min(${QUIET}) - now()) * 1000 as ms
  from radserve.intake_studies where state = 'receiving' and spool = $1`
