import type { Sample } from './metrics-text.js'

/** A Prometheus histogram: how many observations were at most `le`, and all of them. */
export interface Histogram {
  /** By rising bound; the last is infinity. */
  readonly buckets: readonly { readonly le: number; readonly count: number }[]
  readonly sum: number
  readonly count: number
}

/** Adds up the series of one histogram whose labels `isWanted`. */
export function histogramOf(
  samples: readonly Sample[],
  name: string,
  isWanted: (labels: Readonly<Record<string, string>>) => boolean = () => true,
): Histogram {
  const counts = new Map<number, number>()
  let sum = 0
  let count = 0
  for (const { name: found, labels, value } of samples) {
    if (!found.startsWith(name) || !isWanted(labels)) continue
    if (found === `${name}_sum`) sum += value
    else if (found === `${name}_count`) count += value
    else if (found === `${name}_bucket`) {
      const le = labels['le'] === '+Inf' ? Infinity : Number(labels['le'])
      counts.set(le, (counts.get(le) ?? 0) + value)
    }
  }
  const buckets = [...counts].map(([le, reached]) => ({ le, count: reached })).sort((a, b) => a.le - b.le)
  return { buckets, sum, count }
}

/** What was observed between two readings; all of it when the service has started anew meanwhile. */
export function since(now: Histogram, before: Histogram | undefined): Histogram {
  if (before === undefined || before.count > now.count) return now
  const earlier = new Map(before.buckets.map(({ le, count }) => [le, count]))
  return {
    buckets: now.buckets.map(({ le, count }) => ({ le, count: count - (earlier.get(le) ?? 0) })),
    sum: now.sum - before.sum,
    count: now.count - before.count,
  }
}

/**
 * The value below which the share `q` of the observations lies, as Prometheus' `histogram_quantile` has it: evenly spread
 * within a bucket. Beyond the last finite bound it is that bound. Undefined without observations.
 */
export function quantile({ buckets, count }: Histogram, q: number): number | undefined {
  if (count === 0) return undefined
  const rank = q * count
  let low = 0
  let below = 0
  for (const { le, count: reached } of buckets) {
    if (reached >= rank) {
      if (le === Infinity) return low
      const share = reached === below ? 1 : (rank - below) / (reached - below)
      return low + (le - low) * share
    }
    low = le
    below = reached
  }
  return low
}
