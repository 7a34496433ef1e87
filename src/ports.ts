/** What the rooms need from the world without knowing who provides it. Implementations live in `observability/`. */

export interface Log {
  debug(fields: Record<string, unknown>, message: string): void
  info(fields: Record<string, unknown>, message: string): void
  warn(fields: Record<string, unknown>, message: string): void
  error(fields: Record<string, unknown>, message: string): void
}

export type Labels = Readonly<Record<string, string>>

/** Counters, histograms and gauges by metric name; `observability/metrics.ts` holds the list of names and their help. */
export interface Meter {
  count(name: string, labels?: Labels, by?: number): void
  observe(name: string, value: number, labels?: Labels): void
  gauge(name: string, value: number, labels?: Labels): void
}

export type AuditEvent =
  | 'access'
  | 'result'
  | 'denied'
  | 'model_load'
  | 'model_unload'
  | 'key_create'
  | 'key_revoke'
  | 'keys_change'
  | 'film'
  | 'delivery'
  | 'service_start'
  | 'service_stop'

/** One thing that happened, in words that name no patient: no path, query, header, prompt, file name or message. */
export interface AuditRecord {
  readonly event: AuditEvent
  readonly caller?: string
  /** Which credential of the caller's: an id, never a secret. */
  readonly credential?: string
  /** Address of the socket's other end. */
  readonly peer?: string
  readonly method?: string
  /** The pattern of the route, without what was put into it. */
  readonly route?: string
  readonly status?: number
  readonly code?: string
  readonly request_id?: string
  readonly job?: string
  /** `name@version` */
  readonly model?: string
  readonly model_digest?: string
  /** sha256 of the pixels of each film, in the order given. */
  readonly inputs?: readonly string[]
  readonly ms?: number
  /** Of a change of keys. */
  readonly keys_added?: readonly string[]
  readonly keys_removed?: readonly string[]
  readonly scopes?: readonly string[]
  readonly version?: string
  /** Of a film that came in: what became of it. Of a delivery: whether it is delivered or dead. */
  readonly outcome?: string
  readonly source?: string
  /** Of the database, like the next. */
  readonly study?: string
  readonly delivery?: string
  /** Name of where a result goes to. */
  readonly destination?: string
}

/** Where it is written down who did what. `observability/audit` provides it. */
export interface AuditTrail {
  readonly isOn: boolean
  /** Throws `audit_unavailable` while what happens next could not be recorded and must be. */
  admit(): void
  /** Takes it for the next batch; never waits, never throws. */
  record(record: AuditRecord): void
}

/** Monotonic time; a test hands in its own. */
export interface Clock {
  nowMs(): number
}

export const systemClock: Clock = { nowMs: () => performance.now() }

export const silentLog: Log = { debug: noop, info: noop, warn: noop, error: noop }

export const silentMeter: Meter = { count: noop, observe: noop, gauge: noop }

export const silentAudit: AuditTrail = { isOn: false, admit: noop, record: noop }

function noop(): void {
  // Nothing listens.
}

export const PRIORITIES = ['stat', 'routine', 'batch'] as const
export type Priority = (typeof PRIORITIES)[number]

/** What a caller asked of the scheduler. `deadlineMs` is on the clock's own scale; absent means none. */
export interface Demand {
  readonly priority: Priority
  readonly deadlineMs?: number
  readonly signal: AbortSignal
  /** Told of the sha256 of the pixels of each film that is read, where that is asked for. */
  readonly onInput?: (pixelSha256: string) => void
  /** Runs of this demand share no batch with others, so that the answer is the same bit for bit. */
  readonly isDeterministic: boolean
}
