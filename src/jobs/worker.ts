import type { Clock, Log, Meter } from '../ports.js'
import type { Blobs } from '../state/blobs.js'
import type { Endings } from './endings.js'
import type { Execute, JobProgress } from './job.js'
import type { Claim, Leases } from './lease.js'
import type { JobRow } from './rows.js'
import { JobStopped, runJob, type Attempt } from './run.js'
import { settleAttempt, type Outcome } from './settle.js'

/** How often the queue is looked at, leases are renewed and progress is written down. */
const TURN_MS = 500
/** Between two tries to write down how a job ended while the database is gone. */
const RETRY_MS = 500
/** What runs when the service closes has this long to notice. */
const STOP_LIMIT_MS = 3_000

/** Takes jobs from the queue and carries them out, a bounded number at a time. */
export interface Worker {
  start(): void
  /** There may be work: looks at once. */
  nudge(): void
  /** Stops a job if it runs here. */
  cancel(id: string): void
  /** Takes no more; resolves when all that run have ended. */
  drain(): Promise<void>
  /** Stops what runs and puts it back to the queue. */
  close(): Promise<void>
}

export interface WorkerOptions {
  readonly id: string
  readonly leases: Leases
  readonly endings: Endings
  readonly blobs: Blobs
  readonly films: Pick<Blobs, 'get'>
  readonly execute: Execute
  readonly maxRunning: number
  readonly leaseMs: number
  readonly timeoutMs: number
  readonly maxCrashes: number
  readonly log: Log
  readonly meter: Meter
  readonly clock: Clock
  onChange(change: JobChange): void
}

/** Something happened to a job that this process holds. */
export interface JobChange {
  readonly id: string
  /** It is not held any more: it has ended, or waits again. */
  readonly isLetGo: boolean
  readonly hasWebhook: boolean
}

interface Held {
  readonly claim: Claim
  readonly row: JobRow
  readonly stopping: AbortController
  /** When the lease was last asked for; it lasts at least `leaseMs` from then on. */
  renewedMs: number
  /** Not written down yet. */
  news: JobProgress | undefined
  ended: Promise<void>
}

export function createWorker(options: WorkerOptions): Worker {
  const { leases, log, meter, clock, leaseMs } = options
  const held = new Map<string, Held>()
  let isTaking = true
  let isClosing = false
  let turning: Promise<void> | undefined
  let wasNudged = false
  let timer: NodeJS.Timeout | undefined
  let renewAtMs = 0
  let reapAtMs = 0

  const hold = (row: JobRow, askedMs: number): void => {
    const claim = { id: row.id, worker: options.id, attempt: row.attempts }
    const stopping = new AbortController()
    if (row.cancel_requested_at !== null) stopping.abort(new JobStopped('cancelled'))
    const job: Held = { claim, row, stopping, renewedMs: askedMs, news: undefined, ended: Promise.resolve() }
    held.set(row.id, job)
    if (row.attempts === 1) meter.observe('radserve_job_wait_ms', Date.now() - row.created_at.getTime())
    report(row, false)
    job.ended = carryOut(job).finally(() => {
      const wasFull = held.size >= options.maxRunning
      held.delete(row.id)
      report(row, true)
      // With room to spare nothing waits that was not looked at when it came.
      if (wasFull) nudge()
    })
  }
  const report = (row: JobRow, isLetGo: boolean): void => {
    meter.gauge('radserve_jobs_running', held.size)
    tell(row, isLetGo)
  }
  const tell = ({ id, webhook_url: url }: JobRow, isLetGo: boolean): void => {
    options.onChange({ id, isLetGo, hasWebhook: url !== null })
  }
  const carryOut = async (job: Held): Promise<void> => {
    const beganMs = clock.nowMs()
    const attempt = await runJob(job.row, {
      ...options,
      signal: job.stopping.signal,
      onProgress: (progress) => (job.news = progress),
    })
    const outcome = await settle(job, attempt)
    const ms = clock.nowMs() - beganMs
    meter.count('radserve_jobs_total', { outcome })
    meter.observe('radserve_job_run_ms', ms, { outcome })
    const code = 'error' in attempt ? attempt.error.code : undefined
    const fields = { job: job.claim.id, attempt: job.claim.attempt, outcome, ms: Math.round(ms) }
    log.info({ ...fields, ...(code !== undefined && { code }) }, 'job')
  }
  /** For as long as the database is gone; what somebody else has by then is left alone. */
  const settle = async ({ claim, row }: Held, attempt: Attempt): Promise<Outcome> => {
    for (;;) {
      try {
        return await settleAttempt(claim, attempt, { ...options, crashes: row.crashes })
      } catch (error) {
        log.warn({ job: claim.id, err: error }, 'how a job ended cannot be written down yet')
        // It is found again when its lease is over.
        if (isClosing) return 'lost'
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
      }
    }
  }
  const renew = async (): Promise<void> => {
    const jobs = [...held.values()]
    if (jobs.length === 0 || clock.nowMs() < renewAtMs) return
    renewAtMs = clock.nowMs() + TURN_MS / 2
    const askedMs = clock.nowMs()
    const given = jobs.map(({ claim: { id }, news }) => ({ id, ...(news !== undefined && { progress: news }) }))
    for (const job of jobs) job.news = undefined
    const renewed = new Map((await leases.renew(given)).map((renewal) => [renewal.id, renewal]))
    for (const [at, job] of jobs.entries()) {
      const renewal = renewed.get(job.claim.id)
      if (renewal === undefined) job.stopping.abort(new JobStopped('lost'))
      else if (renewal.isCancelRequested) job.stopping.abort(new JobStopped('cancelled'))
      job.renewedMs = askedMs
      if (given[at] !== undefined && 'progress' in given[at]) tell(job.row, false)
    }
  }
  const reap = async (): Promise<void> => {
    if (clock.nowMs() < reapAtMs) return
    reapAtMs = clock.nowMs() + leaseMs / 4
    for (const row of await leases.reap()) {
      log.warn({ job: row.id }, 'the process that ran a job is gone')
      tell(row, true)
    }
  }
  const take = async (): Promise<void> => {
    while (isTaking && held.size < options.maxRunning) {
      const askedMs = clock.nowMs()
      const row = await leases.claim([...held.keys()])
      if (row === undefined) return
      hold(row, askedMs)
    }
  }
  const turn = async (): Promise<void> => {
    clearTimeout(timer)
    try {
      await renew()
      await reap()
      await take()
    } catch (error) {
      log.debug({ err: error }, 'the queue cannot be reached')
      // Whoever still runs a job says so first: after an outage nobody could have renewed a lease.
      reapAtMs = clock.nowMs() + leaseMs
    }
    turning = undefined
    if (isClosing) return
    // Whoever asked in the middle of the turn may have come too late for it.
    timer = setTimeout(nudge, wasNudged ? 0 : TURN_MS)
    wasNudged = false
  }
  const nudge = (): void => {
    if (isClosing) return
    if (turning === undefined) turning = turn()
    else wasNudged = true
  }
  /** Not part of a turn, which may wait for the database: a job without a lease must not go on here. */
  const watchdog = setInterval(() => {
    for (const job of held.values())
      if (clock.nowMs() - job.renewedMs > leaseMs) job.stopping.abort(new JobStopped('lost'))
  }, TURN_MS)
  watchdog.unref()

  const ended = async (): Promise<void> => {
    await turning
    await Promise.all([...held.values()].map((job) => job.ended))
  }
  return {
    start: nudge,
    nudge,
    cancel: (id) => held.get(id)?.stopping.abort(new JobStopped('cancelled')),
    drain() {
      isTaking = false
      return ended()
    },
    async close() {
      isTaking = false
      isClosing = true
      clearTimeout(timer)
      for (const job of held.values()) job.stopping.abort(new JobStopped('closing'))
      let limit: NodeJS.Timeout | undefined
      await Promise.race([ended(), new Promise((resolve) => (limit = setTimeout(resolve, STOP_LIMIT_MS)))])
      clearTimeout(limit)
      clearInterval(watchdog)
    },
  }
}
