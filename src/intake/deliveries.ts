import { randomUUID } from 'node:crypto'
import type { Stored } from '../hospital/store-outcome.js'
import { withTimeLimit } from '../hospital/time-limit.js'
import type { AuditTrail, Clock, Log, Meter } from '../ports.js'
import type { State } from '../state/state.js'
import type { Destination } from './destination.js'
import type { IntakeSettings } from './settings.js'

export interface DeliveriesOptions {
  readonly state: State
  readonly spool: string
  readonly destinations: ReadonlyMap<string, Destination>
  readonly settings: IntakeSettings
  /** Time after which another process sends what this one went silent with. */
  readonly leaseMs: number
  readonly log: Log
  readonly meter: Meter
  readonly audit: AuditTrail
  readonly clock: Clock
  /** A delivery came to an end: its study may be done. */
  onEnd(): void
}

/** Sends results until their receivers have them, or it is clear that they will not. */
export interface Deliveries {
  /** Begins what is due and keeps hold of what is under way. */
  turn(): Promise<void>
  /** Stops what is under way, which stays to be sent. */
  close(): Promise<void>
}

const MAX_EXPONENT = 30

interface Due {
  readonly id: string
  readonly destination: string
  readonly object_digest: string | null
  readonly attempts: number
  readonly age_ms: string
}

export function createDeliveries(options: DeliveriesOptions): Deliveries {
  const { state, spool, destinations, settings, leaseMs, log, meter, audit, clock } = options
  const { database, intake: blobs, isExclusive } = state
  const holder = randomUUID()
  const closing = new AbortController()
  const sending = new Map<string, { readonly destination: string; readonly ended: Promise<void> }>()
  let isFirst = true
  let renewAtMs = 0

  const send = async ({ id, object_digest: digest }: Due, destination: Destination): Promise<Stored> => {
    const object = digest === null ? undefined : await blobs.get(digest)
    if (object === undefined) return { outcome: 'refused', reason: 'object_lost' }
    return destination.send(object, id, withTimeLimit(closing.signal, settings.sendTimeoutMs))
  }
  const settle = async (due: Due, sent: Stored): Promise<void> => {
    const { id, destination, attempts } = due
    if (sent.outcome !== 'accepted' && closing.signal.aborted) {
      await database.query(PUT_BACK, [id, holder])
      return
    }
    const reason = sent.outcome === 'accepted' ? null : codeOf(sent.reason)
    const isOver = attempts >= settings.retryAttempts || Number(due.age_ms) >= settings.retryForMs
    const next = sent.outcome === 'accepted' ? 'delivered' : sent.outcome === 'refused' || isOver ? 'dead' : 'waiting'
    const changed = await database.query(SETTLE, [id, holder, next, reason, backoffMs(attempts, settings)])
    if (changed.length === 0) return
    meter.count('radserve_intake_deliveries_total', { destination, outcome: next === 'waiting' ? 'retry' : next })
    const fields = { delivery: id, destination, attempts, ...(reason !== null && { code: reason }) }
    if (next === 'delivered') log.info(fields, 'a result was delivered')
    else log.warn(fields, next === 'dead' ? 'a result became a dead letter' : 'a result could not be delivered yet')
    if (next !== 'waiting')
      audit.record({ event: 'delivery', delivery: id, destination, outcome: next, ...(reason && { code: reason }) })
  }
  const deliver = async (due: Due, destination: Destination): Promise<void> => {
    try {
      await settle(due, await send(due, destination))
    } catch (error) {
      // Its lease runs out, and it is sent again.
      log.warn({ delivery: due.id, err: error }, 'how a delivery went cannot be written down')
    } finally {
      sending.delete(due.id)
      options.onEnd()
    }
  }
  const begin = async (destination: Destination): Promise<void> => {
    const { name } = destination
    const busy = [...sending.values()].filter((each) => each.destination === name).length
    const free = settings.maxSends - busy
    if (free <= 0 || closing.signal.aborted) return
    const rows = await database.query<Due>(CLAIM, [name, spool, holder, leaseMs, free, [...sending.keys()]])
    for (const due of rows) sending.set(due.id, { destination: name, ended: deliver(due, destination) })
  }
  const prepare = async (): Promise<void> => {
    // No other process has this database: whoever held a lease is gone.
    if (isExclusive) await database.query(FREE, [])
    await database.query(STRAY, [spool, [...destinations.keys()]])
    isFirst = false
  }
  return {
    async turn() {
      if (isFirst) await prepare()
      if (sending.size > 0 && clock.nowMs() >= renewAtMs) {
        await database.query(RENEW, [[...sending.keys()], holder, leaseMs])
        renewAtMs = clock.nowMs() + leaseMs / 4
      }
      for (const destination of destinations.values()) await begin(destination)
    },
    async close() {
      closing.abort()
      await Promise.all([...sending.values()].map(({ ended }) => ended))
      for (const destination of destinations.values()) destination.close()
    },
  }
}

/** Doubles with every attempt up to the longest; drawn from its upper half, so that not all come back at once. */
export function backoffMs(
  attempts: number,
  { retryFirstMs, retryLongestMs }: Pick<IntakeSettings, 'retryFirstMs' | 'retryLongestMs'>,
): number {
  const longestMs = Math.min(retryLongestMs, retryFirstMs * 2 ** Math.min(attempts - 1, MAX_EXPONENT))
  return Math.round(longestMs * (0.5 + Math.random() / 2))
}

/** A word of ours or a number of a standard; anything longer is somebody's sentence. */
function codeOf(reason: string): string {
  return /^[\w .:-]{1,60}$/.test(reason) ? reason : 'failed'
}

const CLAIM = `with due as (
    select d.id from radserve.intake_deliveries d join radserve.intake_studies s on s.id = d.study_id
    where d.state = 'waiting' and d.destination = $1 and s.spool = $2 and d.next_at <= now()
      and (d.leased_until is null or d.leased_until < now()) and d.id <> all($6::uuid[])
    order by d.next_at, d.number limit $5 for update of d skip locked
  )
  update radserve.intake_deliveries d
  set attempts = attempts + 1, holder = $3, leased_until = now() + $4 * interval '1 millisecond'
  from due where d.id = due.id
  returning d.id, d.destination, d.object_digest, d.attempts, extract(epoch from now() - d.since) * 1000 as age_ms`

const RENEW = `update radserve.intake_deliveries set leased_until = now() + $3 * interval '1 millisecond'
  where id = any($1::uuid[]) and holder = $2 and state = 'waiting'`

const HELD = `id = $1 and holder = $2 and state = 'waiting'`

const SETTLE = `update radserve.intake_deliveries set state = $3, code = $4, leased_until = null,
    next_at = now() + $5 * interval '1 millisecond', ended_at = case when $3 = 'waiting' then null else now() end
  where ${HELD} returning id`

const PUT_BACK = `update radserve.intake_deliveries set attempts = attempts - 1, leased_until = null where ${HELD}`

const FREE = `update radserve.intake_deliveries set leased_until = null where state = 'waiting' and leased_until is not null`

/** What was meant for a destination that the file no longer has. */
const STRAY = `update radserve.intake_deliveries d set state = 'dead', code = 'no_destination', ended_at = now()
  from radserve.intake_studies s
  where s.id = d.study_id and s.spool = $1 and d.state = 'waiting' and d.destination <> all($2::text[])`
