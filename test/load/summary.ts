import type { LoadPlan, LoadResult, Replies } from './load-plan.js'

export interface Percentiles {
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly max: number
}

export interface Summary {
  readonly perSecond: number
  readonly latencyMs: Percentiles
  readonly probeMs: Percentiles
  readonly count: number
  /** Replies by status; 0 is a lost connection. */
  readonly statuses: Readonly<Record<string, number>>
  /** Share of one core that the load generator took. */
  readonly generatorCores: number
}

export function summarize(result: LoadResult, plan: Pick<LoadPlan, 'arrivals' | 'extent'>): Summary {
  const { replies } = result
  const isOpen = plan.arrivals.kind === 'open'
  const good = latenciesOf(replies, (status) => status === 200)
  return {
    perSecond: isOpen ? goodput(result, plan.extent.kind === 'time' ? plan.extent.warmUpMs : 0) : throughput(result),
    latencyMs: percentiles(good),
    probeMs: percentiles(latenciesOf(result.probes, () => true)),
    count: good.length,
    statuses: countStatuses(replies),
    generatorCores: result.generatorCpuMs / result.elapsedMs,
  }
}

/**
 * Answered with 200 a second in a closed loop, from the last reply before recording began to the last one recorded:
 * answers come a batch at a time, and a window with edges of its own would count parts of batches.
 */
export function throughput({ replies, lastBeforeMs }: LoadResult): number {
  const good = replies.at.filter((_, at) => replies.status[at] === 200)
  return good.length === 0 ? 0 : (1000 * good.length) / (good.at(-1)! - lastBeforeMs)
}

/** Answered with 200 a second in an open loop, whose recorded replies begin where a queue may be long already. */
export function goodput({ goodCount, endedMs }: LoadResult, warmUpMs: number): number {
  return (1000 * goodCount) / (endedMs - warmUpMs)
}

export function latenciesOf(replies: Replies, isWanted: (status: number) => boolean): Float64Array {
  return replies.latency.filter((_, at) => isWanted(replies.status[at]!))
}

/** By nearest rank; NaN when there is nothing. */
export function percentiles(values: Float64Array): Percentiles {
  const sorted = values.toSorted()
  const rank = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN
  return { p50: rank(0.5), p95: rank(0.95), p99: rank(0.99), max: rank(1) }
}

function countStatuses(replies: Replies): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const status of replies.status) counts[status] = (counts[status] ?? 0) + 1
  return counts
}
