import type { Database } from '../state/database.js'
import type { JobEvent } from './job.js'
import { findById } from './submissions.js'
import type { Watch } from './watch.js'

const PAGE = 200
/** How often a place in the queue is told again while it changes. */
const POSITION_MS = 2_000
const IDLE_MS = 15_000

export interface EventsOptions {
  readonly database: Database
  readonly watch: Watch
  readonly signal: AbortSignal
}

/**
 * What happened to a job after its event number `after`, then what happens to it, until it ends or the signal aborts.
 * Places in the queue are told in between. Throws `job_not_found`.
 */
export async function* jobEvents(id: string, after: number, options: EventsOptions): AsyncGenerator<JobEvent> {
  const { database, watch, signal } = options
  let seen = after
  let position: number | undefined
  while (!signal.aborted) {
    const row = await findById(id, database)
    const page = await database.query<Required<JobEvent>>(EVENTS, [id, seen, PAGE])
    for (const event of page) {
      yield event
      seen = event.number
    }
    if (page.length > 0) continue
    if (row.ended_at !== null) return
    const place = row.position === null ? undefined : Number(row.position)
    if (place !== undefined && place !== position) yield { event: 'queued', data: { queue_position: place } }
    position = place
    await watch.next(id, seen, { limitMs: place === undefined ? IDLE_MS : POSITION_MS, signal })
  }
}

const EVENTS = `select number, event, data from radserve.job_events
  where job_id = $1 and number > $2 order by number limit $3`
