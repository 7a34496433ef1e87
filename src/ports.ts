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

/** Monotonic time; a test hands in its own. */
export interface Clock {
  nowMs(): number
}

export const systemClock: Clock = { nowMs: () => performance.now() }

export const silentLog: Log = { debug: noop, info: noop, warn: noop, error: noop }

export const silentMeter: Meter = { count: noop, observe: noop, gauge: noop }

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
  /** Runs of this demand share no batch with others, so that the answer is the same bit for bit. */
  readonly isDeterministic: boolean
}
