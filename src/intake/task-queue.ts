import { AppError, errorToEnvelope } from '../errors.js'
import type { Jobs } from '../jobs/jobs.js'
import type { Log, Meter } from '../ports.js'
import type { State } from '../state/state.js'
import type { Destination } from './destination.js'
import type { TaskSettings } from './settings.js'
import { createTaskEndings, type EndedTask } from './task-endings.js'
import { taskSubmission } from './task-request.js'

export interface TaskQueueOptions {
  readonly state: State
  readonly jobs: Jobs
  readonly spool: string
  readonly destinations: ReadonlyMap<string, Destination>
  readonly maxOpenTasks: number
  /** How long nobody else in this folder tries the same step. */
  readonly leaseMs: number
  readonly log: Log
  readonly meter: Meter
  /** A task has ended: there may be something to deliver, or a study that is done. */
  onEnd(): void
}

/** Makes jobs of tasks and results of jobs. Each step can be repeated: whoever dies in the middle of one, another does it again. */
export interface TaskQueue {
  /** One look at everything that is due. */
  turn(): Promise<void>
}

const AT_A_TIME = 16
const BUSY_MS = 1_000
/** The service, not the task, is at fault. */
const PASSING: ReadonlySet<string> = new Set([
  'queue_full',
  'state_unavailable',
  'storage_full',
  'draining',
  'not_ready',
])
/** Nobody has the answer any more, and nobody was given it. */
const GONE: ReadonlySet<string> = new Set(['job_expired', 'job_not_found'])

export interface TaskRow {
  readonly id: string
  readonly study_id: string
  readonly rule: string
  readonly name: string
  readonly settings: TaskSettings
  readonly is_shadow: boolean
  readonly attempt: number
  readonly job_id: string | null
  readonly blobs: readonly string[]
}

export function createTaskQueue(options: TaskQueueOptions): TaskQueue {
  const { state, jobs, spool, maxOpenTasks, leaseMs, log, meter } = options
  const { database, intake: blobs } = state
  const endings = createTaskEndings(options)

  const filmsOf = async (row: TaskRow): Promise<Buffer[]> => {
    const films = await Promise.all(row.blobs.map((digest) => blobs.get(digest)))
    return films.map((film) => {
      if (film === undefined) throw new AppError('job_lost', 'The stored film of a task is gone or damaged.')
      return film
    })
  }
  const submit = async (row: TaskRow): Promise<void> => {
    const id = await jobs.submit(taskSubmission(row))
    await database.query(SUBMITTED, [row.id, row.attempt, id])
  }
  const collect = async (row: TaskRow): Promise<void> => {
    const id = row.job_id ?? ''
    const ended = await resultOf(id)
    if (ended === 'again') {
      await database.query(AGAIN, [row.id, row.attempt])
      return
    }
    await endings.end(row, ended, () => filmsOf(row))
    options.onEnd()
    // It is kept here, or goes nowhere: a patient's data need not lie about.
    await jobs.forget(id)
  }
  const resultOf = async (id: string): Promise<EndedTask | 'again'> => {
    try {
      const result = await jobs.result(id)
      const { error } = result.kind === 'error' ? result : result.answer
      if (error !== undefined) return { outcome: 'failed', code: error.code, reason: error.details.reason }
      if (result.kind === 'error') throw new AppError('internal', 'A job failed without an error. This is a bug.')
      return { outcome: 'answered', body: result.answer.body, type: result.answer.headers['content-type'] ?? '' }
    } catch (error) {
      if (!(error instanceof AppError) || PASSING.has(error.code)) throw error
      if (GONE.has(error.code)) return 'again'
      // Of a job that somebody cancelled there is no answer.
      return { outcome: 'failed', code: error.code === 'job_not_ended' ? 'cancelled' : error.code, reason: undefined }
    }
  }
  /** What can be said of the task ends it. What passes is tried again, and so is what nobody foresaw: a film is not lost by it. */
  const step = async (row: TaskRow, work: (row: TaskRow) => Promise<void>): Promise<void> => {
    try {
      await work(row)
    } catch (error) {
      const { code, details } = errorToEnvelope(error)
      log.warn({ task: row.id, rule: row.rule, code, err: error }, 'a step of a task failed')
      if (PASSING.has(code) || !(error instanceof AppError))
        await database.query(LATER, [row.id, details.retryAfterMs ?? BUSY_MS])
      else {
        await endings.end(row, { outcome: 'failed', code, reason: undefined }, () => filmsOf(row))
        options.onEnd()
      }
    }
  }
  const submitDue = async (running: number): Promise<void> => {
    const free = Math.min(AT_A_TIME, maxOpenTasks - running)
    if (free <= 0) return
    const rows = await database.query<TaskRow>(CLAIM_WAITING, [spool, leaseMs, free])
    await Promise.all(rows.map((row) => step(row, submit)))
  }
  const collectEnded = async (): Promise<void> => {
    const running = await database.query<{ id: string; job_id: string }>(DUE_RUNNING, [spool])
    if (running.length === 0) return
    const pending = await jobs.pending(running.map(({ job_id: job }) => job))
    const ended = running.filter(({ job_id: job }) => !pending.has(job)).slice(0, AT_A_TIME)
    if (ended.length === 0) return
    const ids = ended.map(({ id }) => id)
    // One result in memory at a time.
    for (const row of await database.query<TaskRow>(CLAIM_RUNNING, [ids, leaseMs])) await step(row, collect)
  }
  return {
    async turn() {
      const [row] = await database.query<{ waiting: string; running: string }>(COUNT, [spool])
      const [waiting, running] = [Number(row?.waiting), Number(row?.running)]
      meter.gauge('radserve_intake_tasks', waiting, { state: 'waiting' })
      meter.gauge('radserve_intake_tasks', running, { state: 'running' })
      if (running > 0) await collectEnded()
      if (waiting > 0) await submitDue(running)
    },
  }
}

const ROW = `t.id, t.study_id, t.rule, t.name, t.settings, t.is_shadow, t.attempt, t.job_id,
  (select array_agg(f.blob_digest order by f.number) from radserve.intake_films f where f.id = any(t.films)) as blobs`

const claim = (which: string): string => `with due as (${which})
  update radserve.intake_tasks t set next_at = now() + $2 * interval '1 millisecond' from due where t.id = due.id
  returning ${ROW}`

const OF_FOLDER = `from radserve.intake_tasks w join radserve.intake_studies s on s.id = w.study_id where s.spool = $1`

const CLAIM_WAITING = claim(`select w.id ${OF_FOLDER} and w.state = 'waiting' and w.next_at <= now()
  order by w.number limit $3 for update of w skip locked`)

const DUE_RUNNING = `select w.id, w.job_id ${OF_FOLDER} and w.state = 'running' and w.next_at <= now()`

const CLAIM_RUNNING = claim(`select w.id from radserve.intake_tasks w
  where w.id = any($1::uuid[]) and w.state = 'running' and w.next_at <= now() for update of w skip locked`)

const COUNT = `select count(*) filter (where w.state = 'waiting') as waiting,
  count(*) filter (where w.state = 'running') as running ${OF_FOLDER} and w.state in ('waiting', 'running')`

const SUBMITTED = `with changed as (
    update radserve.intake_tasks set state = 'running', job_id = $3, next_at = now()
    where id = $1 and attempt = $2 and state = 'waiting' returning study_id
  )
  update radserve.intake_studies set state = 'working' where id in (select study_id from changed) and state = 'complete'`

const AGAIN = `update radserve.intake_tasks set state = 'waiting', job_id = null, attempt = attempt + 1, next_at = now()
  where id = $1 and attempt = $2 and state = 'running'`

const LATER = `update radserve.intake_tasks set next_at = now() + $2 * interval '1 millisecond'
  where id = $1 and state in ('waiting', 'running')`
