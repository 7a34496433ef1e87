import { AppError } from '../errors.js'
import type { Log, Meter } from '../ports.js'
import type { Database } from '../state/database.js'
import { createAddressGuard } from './address-guard.js'
import type { JobRow } from './rows.js'
import { callWebhook, readWebhookSecret, signWebhook } from './webhook-request.js'

const MAX_ATTEMPTS = 8
const AT_A_TIME = 8
const BACKOFF_MS = 5_000
const LIMIT_MS = 10_000
/** How much longer than a call may take nobody else makes the same call. */
const SPARE_MS = 5_000
const LONGEST_BACKOFF_MS = 3_600_000
const MAX_URL_CHARACTERS = 2_000

export interface WebhookOptions {
  /** Origins such as `https://hooks.example.org` that may be called; none: webhooks are off. */
  readonly origins: readonly string[]
  readonly secret: string
  /** Ranges of addresses that may be called although they are private. */
  readonly privateRanges: readonly string[]
  /** After the first failure; it doubles with every further one. */
  readonly backoffMs?: number
  /** Longest time that a call may take. */
  readonly limitMs?: number
}

/** Tells those who asked for it that their job has ended: at least once, by an id that stays the same. */
export interface Webhooks {
  /** Throws `invalid_option` for an address that is not called. */
  check(url: string): void
  /** Makes the calls that are due; resolves when they are over. */
  deliver(database: Database): Promise<void>
  close(): void
}

export function createWebhooks(options: WebhookOptions & { log: Log; meter: Meter }): Webhooks {
  const origins = new Set(options.origins.map(originOf))
  const secret = origins.size === 0 ? undefined : readWebhookSecret(options.secret)
  const guard = createAddressGuard(options.privateRanges)
  const closing = new AbortController()
  const { backoffMs = BACKOFF_MS, limitMs = LIMIT_MS } = options

  const call = async (row: JobRow): Promise<'delivered' | 'failed' | 'waiting'> => {
    const body = JSON.stringify(payloadOf(row))
    const url = parseUrl(row.webhook_url ?? '')
    // The configuration may have changed since the job was submitted.
    if (url === undefined || secret === undefined || !origins.has(url.origin)) return 'failed'
    const headers = signWebhook(secret, { id: `job_${row.id}`, body, atMs: Date.now() })
    const status = await callWebhook({ url, headers, body, guard, limitMs, signal: closing.signal })
    if (status >= 200 && status < 300) return 'delivered'
    options.log.warn({ job: row.id, status }, 'a webhook was refused')
    // Gone for good, or to a place that was not allowed: trying again does not help.
    return status === 410 || (status >= 300 && status < 400) ? 'failed' : 'waiting'
  }
  const deliverOne = async (row: JobRow, database: Database): Promise<void> => {
    const outcome = await call(row).catch((error: unknown) => {
      options.log.warn({ job: row.id, reason: (error as Error).message }, 'a webhook could not be delivered')
      return 'waiting' as const
    })
    const state = outcome === 'waiting' && row.webhook_attempts >= MAX_ATTEMPTS ? 'failed' : outcome
    options.meter.count('radserve_webhooks_total', { outcome: outcome === 'waiting' ? 'retry' : outcome })
    const waitMs = Math.min(LONGEST_BACKOFF_MS, backoffMs * 2 ** (row.webhook_attempts - 1))
    await database.query(NEXT, [row.id, state, waitMs])
  }
  return {
    check(text) {
      const url = parseUrl(text)
      if (origins.size === 0) throw new AppError('invalid_option', 'Webhooks are not configured: see WEBHOOK_ORIGINS.')
      if (url === undefined || !origins.has(url.origin) || url.username !== '' || url.password !== '')
        throw new AppError('invalid_option', 'The header x-webhook-url names a place that WEBHOOK_ORIGINS does not.')
    },
    async deliver(database) {
      if (closing.signal.aborted) return
      const due = await database.query<JobRow>(DUE, [AT_A_TIME, limitMs + SPARE_MS])
      await Promise.all(due.map((row) => deliverOne(row, database)))
    },
    close: () => closing.abort(),
  }
}

function originOf(text: string): string {
  const url = parseUrl(text)
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`) return url.origin
  throw new AppError('configuration', `WEBHOOK_ORIGINS: ${text} is not an origin such as https://hooks.example.org.`)
}

function parseUrl(text: string): URL | undefined {
  return text.length <= MAX_URL_CHARACTERS && URL.canParse(text) ? new URL(text) : undefined
}

/** Small, and without anything that was asked or answered: the receiver fetches what it may see. */
function payloadOf({ id, state, request_id, ended_at, answer_status }: JobRow): object {
  const timestamp = ended_at?.toISOString()
  return { type: `job.${state}`, timestamp, data: { id, state, request_id, status: answer_status } }
}

const NEXT = `update radserve.jobs set webhook_state = $2, webhook_next_at = now() + $3 * interval '1 millisecond'
  where id = $1`

/** Claims calls: if this process ends before it says how they went, they are due again after a while. */
const DUE = `update radserve.jobs set webhook_attempts = webhook_attempts + 1,
    webhook_next_at = now() + $2 * interval '1 millisecond'
  where id in (
    select id from radserve.jobs
    where webhook_state = 'waiting' and ended_at is not null and webhook_next_at <= now()
    order by webhook_next_at limit $1 for update skip locked
  ) returning *`
