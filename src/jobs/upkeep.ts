import type { Clock, Log, Meter } from '../ports.js'
import type { Blobs } from '../state/blobs.js'
import type { Database } from '../state/database.js'
import { expireJobs, sweepBlobs } from './retention.js'
import type { Webhooks } from './webhooks.js'

const TURN_MS = 1_000
const COUNT_MS = 5_000
const EXPIRE_MS = 10_000
const SWEEP_MS = 300_000

export interface UpkeepOptions {
  readonly database: Database
  readonly blobs: Blobs
  readonly webhooks: Webhooks
  readonly retentionMs: number
  readonly log: Log
  readonly meter: Meter
  readonly clock: Clock
}

/** What has to be done from time to time: webhooks, answers that expire, bytes that nobody needs, figures. */
export interface Upkeep {
  /** A job has ended: its webhook is due. */
  nudge(): void
  close(): Promise<void>
}

export function startUpkeep(options: UpkeepOptions): Upkeep {
  const { database, blobs, webhooks, retentionMs, log, meter, clock } = options
  let isClosing = false
  let timer: NodeJS.Timeout | undefined
  let turning: Promise<void> | undefined
  const chores = [
    { everyMs: TURN_MS, do: () => webhooks.deliver(database) },
    { everyMs: COUNT_MS, do: () => countJobs(database, meter) },
    { everyMs: EXPIRE_MS, do: () => expireJobs(database, retentionMs) },
    { everyMs: SWEEP_MS, do: () => sweepBlobs(database, blobs) },
  ].map((chore) => ({ ...chore, atMs: 0 }))

  const turn = async (): Promise<void> => {
    clearTimeout(timer)
    for (const chore of chores) {
      if (isClosing || clock.nowMs() < chore.atMs) continue
      chore.atMs = clock.nowMs() + chore.everyMs
      try {
        await chore.do()
      } catch (error) {
        meter.gauge('radserve_state_up', 0)
        log.debug({ err: error }, 'upkeep of jobs was put off')
      }
    }
    turning = undefined
    if (!isClosing) timer = setTimeout(start, TURN_MS)
  }
  const start = (): void => {
    turning ??= turn()
  }
  start()
  return {
    nudge() {
      chores[0]!.atMs = 0
      if (!isClosing) start()
    },
    async close() {
      isClosing = true
      clearTimeout(timer)
      await turning
    },
  }
}

async function countJobs(database: Database, meter: Meter): Promise<void> {
  const [row] = await database.query<{ queued: string; running: string; bytes: string }>(
    `select count(*) filter (where state = 'queued') as queued, count(*) filter (where state = 'running') as running,
       coalesce(sum(case when ended_at is null then request_bytes else answer_bytes end), 0) as bytes
     from radserve.jobs where expired_at is null`,
  )
  meter.gauge('radserve_state_up', 1)
  meter.gauge('radserve_jobs', Number(row?.queued), { state: 'queued' })
  meter.gauge('radserve_jobs', Number(row?.running), { state: 'running' })
  meter.gauge('radserve_job_bytes', Number(row?.bytes))
}
