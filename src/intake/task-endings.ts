import { randomUUID } from 'node:crypto'
import { AppError } from '../errors.js'
import type { Meter } from '../ports.js'
import type { Query } from '../state/database.js'
import type { State } from '../state/state.js'
import type { Blob } from '../state/blobs.js'
import type { Destination } from './destination.js'
import type { TaskRow } from './task-queue.js'

/** What a task's job came to. */
export type EndedTask =
  | { readonly outcome: 'answered'; readonly body: Uint8Array; readonly type: string }
  | { readonly outcome: 'failed'; readonly code: string; readonly reason: string | undefined }

export interface TaskEndingsOptions {
  readonly state: State
  readonly destinations: ReadonlyMap<string, Destination>
  readonly meter: Meter
}

/** How tasks end, each once: with a result and what is to be delivered of it, as unfit, or as failed. */
export interface TaskEndings {
  end(row: TaskRow, ended: EndedTask, readFilms: ReadFilms): Promise<void>
}

/** The films that the task was asked about. */
type ReadFilms = () => Promise<Uint8Array[]>

interface Parcel {
  readonly id: string
  readonly destination: string
  readonly object: Blob
}

export function createTaskEndings({ state, destinations, meter }: TaskEndingsOptions): TaskEndings {
  const { database, intake: blobs } = state

  const pack = async (row: TaskRow, result: Buffer, stored: Blob, readFilms: ReadFilms): Promise<Parcel[]> => {
    const parcels: Parcel[] = []
    let films: Uint8Array[] | undefined
    for (const name of row.is_shadow ? [] : row.settings.to) {
      const id = randomUUID()
      // A destination that is gone from the file: a dead letter, sooner or later, and not lost.
      const destination = destinations.get(name)
      // A destination that makes nothing of its own out of a result needs no films.
      if (destination?.prepare !== undefined) films ??= await readFilms()
      const own = destination?.prepare?.(result, { deliveryId: id, films: films ?? [] })
      parcels.push({ id, destination: name, object: own === undefined ? stored : await blobs.put(own) })
    }
    return parcels
  }
  const fail = async (row: TaskRow, code: string, reason: string | undefined): Promise<void> => {
    const outcome = code === 'image_unfit' ? 'unfit' : 'failed'
    const changed = await database.query(FAIL, [row.id, row.attempt, outcome, code, reason ?? null])
    if (changed.length > 0) meter.count('radserve_intake_tasks_total', { rule: row.rule, outcome })
  }
  return {
    async end(row, ended, readFilms) {
      if (ended.outcome === 'failed') {
        await fail(row, ended.code, ended.reason)
        return
      }
      const type = ended.type.split(';')[0]?.trim() ?? ''
      if (type !== row.settings.accept)
        throw new AppError('internal', 'A task was answered in another media type than it asked for. This is a bug.')
      const result = Buffer.from(ended.body)
      const stored = await blobs.put(result)
      const parcels = await pack(row, result, stored, readFilms)
      const isOurs = await database.transaction((query) => write(query, row, { stored, type, parcels }))
      if (isOurs) meter.count('radserve_intake_tasks_total', { rule: row.rule, outcome: 'done' })
    },
  }
}

/** False when somebody else has written it down. */
async function write(
  query: Query,
  { id, attempt, study_id: study }: TaskRow,
  { stored, type, parcels }: { stored: Blob; type: string; parcels: readonly Parcel[] },
): Promise<boolean> {
  const changed = await query(DONE, [id, attempt, stored.digest, stored.bytes, type])
  if (changed.length === 0) return false
  for (const { id: parcel, destination, object } of parcels)
    await query(SEND, [parcel, study, id, destination, object.digest, object.bytes])
  return true
}

const OPEN = `id = $1 and attempt = $2 and state in ('waiting', 'running') returning id`

const DONE = `update radserve.intake_tasks set state = 'done', result_digest = $3, result_bytes = $4, result_type = $5,
  code = null, reason = null, ended_at = now() where ${OPEN}`

const FAIL = `update radserve.intake_tasks set state = $3, code = $4, reason = $5, ended_at = now() where ${OPEN}`

const SEND = `insert into radserve.intake_deliveries (id, study_id, task_id, destination, object_digest, object_bytes, state)
  values ($1, $2, $3, $4, $5, $6, 'waiting')`
