import { randomUUID } from 'node:crypto'
import type { Clock, Log, Meter } from '../ports.js'
import type { State } from '../state/state.js'
import { readResult, type JobResult } from './answers.js'
import { createEndings } from './endings.js'
import { jobEvents } from './events.js'
import type { Execute, Job, JobEvent, JobState, Submission } from './job.js'
import { createLeases } from './lease.js'
import { jobOf, JOBS_WITH_POSITION, type JobRow } from './rows.js'
import { findById, submitJob } from './submissions.js'
import { startUpkeep, type Upkeep } from './upkeep.js'
import { createWatch } from './watch.js'
import { createWebhooks, type WebhookOptions } from './webhooks.js'
import { createWorker, type JobChange, type Worker } from './worker.js'

export interface JobsOptions {
  readonly state: State
  readonly maxQueuedJobs: number
  readonly maxRunningJobs: number
  readonly maxJobsBytes: number
  /** Longest time of one attempt. */
  readonly timeoutMs: number
  /** How long an answer is kept after the job has ended. */
  readonly retentionMs: number
  /** Time after which the job of a process that went silent runs again. */
  readonly leaseMs: number
  /** Attempts that may end with their process before a job is given up. */
  readonly maxCrashes: number
  readonly webhooks: WebhookOptions
  readonly log: Log
  readonly meter: Meter
  readonly clock: Clock
}

export interface JobPage {
  readonly state?: JobState
  readonly limit: number
  /** The id of the last job of the page before. */
  readonly after?: string
  /** Whose; left out, everybody's. */
  readonly owner?: string
}

/** Requests that are answered later. Every method throws `state_unavailable` while the database is gone. */
export interface Jobs {
  /** The job's id; see `submitJob`. Throws `invalid_option` too. */
  submit(submission: Submission): Promise<string>
  /** Throws `job_not_found`; so do the following. */
  get(id: string): Promise<Job>
  /** The newest first. */
  list(page: JobPage): Promise<Job[]>
  /** See `readResult`. */
  result(id: string): Promise<JobResult>
  /** A queued job ends at once, a running one at its next step. Throws `job_ended`. */
  cancel(id: string): Promise<Job>
  /** Of these the ones that have not ended yet; what is not known has. */
  pending(ids: readonly string[]): Promise<ReadonlySet<string>>
  /** The answer of a job that has ended is not needed any more, and is forgotten as if its time were over. */
  forget(id: string): Promise<void>
  /** Called whenever a job that this process held has ended or waits again. */
  onLetGo(listener: (id: string) => void): void
  /** What happened after the event of this number and what happens from now on, until the job ends. */
  events(id: string, after: number, signal: AbortSignal): AsyncIterable<JobEvent>
  /** From now on jobs are carried out; those that are in the database already, too. */
  start(execute: Execute): void
  /** Takes no more jobs and lets those that run come to their end. */
  drain(): Promise<void>
  /** Stops what still runs and puts it back to the queue. */
  close(): Promise<void>
}

export function createJobs(options: JobsOptions): Jobs {
  const { state, retentionMs, log } = options
  const { database } = state
  const watch = createWatch(database, log)
  const webhooks = createWebhooks({ ...options.webhooks, ...options })
  const endings = createEndings(database, retentionMs)
  const listeners: ((id: string) => void)[] = []
  let execute: Execute | undefined
  let isDraining = false
  let working: Promise<void> | undefined
  let worker: Worker | undefined
  let upkeep: Upkeep | undefined

  const work = async (carryOut: Execute): Promise<void> => {
    await state.open()
    const spool = await state.spool()
    // Closed meanwhile, or as good as.
    if (isDraining || !state.isOpen) return
    const id = randomUUID()
    const { leaseMs, maxCrashes, maxRunningJobs: maxRunning } = options
    const leases = createLeases({
      ...{ database, worker: id, spool, leaseMs, maxCrashes, retentionMs },
      isExclusive: state.isExclusive,
    })
    upkeep = startUpkeep({ ...options, database, blobs: state.blobs, webhooks })
    const onChange = ({ id: changed, isLetGo, hasWebhook }: JobChange): void => {
      watch.nudge(changed)
      if (isLetGo && hasWebhook) upkeep?.nudge()
      if (isLetGo) for (const listener of listeners) listener(changed)
    }
    worker = createWorker({
      ...options,
      ...{ id, leases, endings, blobs: state.blobs, films: state.intake, execute: carryOut, maxRunning, onChange },
    })
    worker.start()
  }
  /** A service that was never asked for a job has neither a database nor a worker. */
  const wake = (): void => {
    worker?.nudge()
    if (execute === undefined || isDraining) return
    working ??= work(execute).catch((error: unknown) => log.error({ err: error }, 'jobs cannot be carried out'))
  }
  return {
    async submit(submission) {
      if (submission.webhookUrl !== undefined) webhooks.check(submission.webhookUrl)
      const id = await submitJob(submission, {
        ...options,
        database,
        blobs: state.blobs,
        spool: state.spool,
      })
      wake()
      return id
    },
    get: async (id) => jobOf(await findById(id, database)),
    async list({ state: wanted, limit, after, owner }) {
      const rows = await database.query<JobRow>(LIST, [wanted ?? null, after ?? null, limit, owner ?? null])
      return rows.map(jobOf)
    },
    result: (id) => readResult(id, state),
    async cancel(id) {
      const row = await endings.cancel(id)
      if (row.ended_at === null) worker?.cancel(id)
      watch.nudge(id)
      if (row.webhook_url !== null) upkeep?.nudge()
      return jobOf(row)
    },
    async pending(ids) {
      const rows = await database.query<{ id: string }>(PENDING, [ids])
      return new Set(rows.map(({ id }) => id))
    },
    async forget(id) {
      await database.query(FORGET, [id])
    },
    onLetGo: (listener) => void listeners.push(listener),
    events: (id, after, signal) => jobEvents(id, after, { database, watch, signal }),
    start(given) {
      execute = given
      if (state.isInUse) wake()
    },
    async drain() {
      isDraining = true
      await worker?.drain()
    },
    async close() {
      isDraining = true
      webhooks.close()
      watch.close()
      await worker?.close()
      await upkeep?.close()
    },
  }
}

const PENDING = 'select id from radserve.jobs where id = any($1::uuid[]) and ended_at is null'
const FORGET =
  'update radserve.jobs set expires_at = now() where id = $1 and ended_at is not null and expires_at > now()'

const LIST = `select * from ${JOBS_WITH_POSITION}
  where ($1::text is null or state = $1) and expired_at is null and ($4::text is null or owner = $4)
    and ($2::uuid is null or number < (select number from radserve.jobs where id = $2))
  order by number desc limit $3`
