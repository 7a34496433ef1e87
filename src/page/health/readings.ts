import { histogramOf, quantile, since, type Histogram } from './histogram.js'
import { parseMetrics, type Sample } from './metrics-text.js'

const WANTED =
  /^(?:radserve_(?:http_request_ms|http_requests_total|batch_rows|queue_rows|queue_ms|jobs|lane_up|lane_memory_bytes|resident_bytes)|nodejs_eventloop_lag_(?:mean|p99)_seconds|process_resident_memory_bytes)/

/** How often prom-client looks at the event loop when it is not told otherwise. */
const LOOK_EVERY_MS = 10

/** Requests that are waited for: what a model is asked, and not the page's own looks at the service. */
const isAsked = ({ method, route }: Readonly<Record<string, string>>): boolean =>
  method === 'POST' && route?.startsWith('/v') === true

/** What the service said at one moment, and since the moment before. */
export interface Reading {
  readonly atMs: number
  readonly queueRows: number
  readonly jobsWaiting: number
  readonly jobsRunning: number
  readonly requestsPerSecond: number
  /** Of the requests since the last reading; undefined where there were none. */
  readonly medianMs: number | undefined
  readonly loopMeanMs: number
  readonly loopP99Ms: number
  readonly memoryBytes: number
  readonly lanes: readonly Lane[]
  readonly routes: readonly RouteLatency[]
  readonly batches: readonly BatchSizes[]
  /** Of all requests since the service started. */
  readonly requests: Histogram
}

export interface Lane {
  readonly name: string
  readonly isUp: boolean
  readonly memoryBytes: number
  readonly sessionBytes: number
}

/** Since the service started. */
export interface RouteLatency {
  readonly route: string
  readonly count: number
  readonly medianMs: number
  readonly p95Ms: number
}

export interface BatchSizes {
  readonly model: string
  readonly runs: number
  readonly rows: number
  /** Share of the runs in each bucket, with its greatest number of rows. */
  readonly shares: readonly { readonly upTo: number; readonly share: number }[]
}

export function readingOf(text: string, atMs: number, before: Reading | undefined): Reading {
  const samples = parseMetrics(text, (name) => WANTED.test(name))
  const requests = histogramOf(samples, 'radserve_http_request_ms', isAsked)
  const fresh = since(requests, before?.requests)
  const seconds = before === undefined ? 0 : (atMs - before.atMs) / 1000
  return {
    atMs,
    queueRows: total(samples, 'radserve_queue_rows'),
    jobsWaiting: total(samples, 'radserve_jobs', ({ state }) => state === 'queued'),
    jobsRunning: total(samples, 'radserve_jobs', ({ state }) => state === 'running'),
    requestsPerSecond: seconds === 0 ? 0 : fresh.count / seconds,
    medianMs: before === undefined ? undefined : quantile(fresh, 0.5),
    loopMeanMs: loopDelayMs(total(samples, 'nodejs_eventloop_lag_mean_seconds')),
    loopP99Ms: loopDelayMs(total(samples, 'nodejs_eventloop_lag_p99_seconds')),
    memoryBytes: total(samples, 'process_resident_memory_bytes'),
    lanes: lanesOf(samples),
    routes: routesOf(samples),
    batches: batchesOf(samples),
    requests,
  }
}

/** What is told is the time from one look at the loop to the next. */
function loopDelayMs(seconds: number): number {
  return Math.max(0, seconds * 1000 - LOOK_EVERY_MS)
}

function total(
  samples: readonly Sample[],
  name: string,
  isWanted: (labels: Sample['labels']) => boolean = () => true,
): number {
  return samples.reduce(
    (sum, sample) => (sample.name === name && isWanted(sample.labels) ? sum + sample.value : sum),
    0,
  )
}

function lanesOf(samples: readonly Sample[]): Lane[] {
  const of = (name: string, lane: string | undefined) => total(samples, name, (labels) => labels['lane'] === lane)
  return samples
    .filter(({ name }) => name === 'radserve_lane_up')
    .map(({ labels, value }) => ({
      name: labels['lane'] ?? '',
      isUp: value === 1,
      memoryBytes: of('radserve_lane_memory_bytes', labels['lane']),
      sessionBytes: of('radserve_resident_bytes', labels['lane']),
    }))
}

function routesOf(samples: readonly Sample[]): RouteLatency[] {
  const asked = samples.filter(({ name, labels }) => name === 'radserve_http_request_ms_count' && isAsked(labels))
  const routes = [...new Set(asked.map(({ labels }) => labels['route']!))].sort()
  return routes.map((route) => {
    const histogram = histogramOf(
      samples,
      'radserve_http_request_ms',
      (labels) => isAsked(labels) && labels['route'] === route,
    )
    const at = (q: number) => quantile(histogram, q) ?? 0
    return { route, count: histogram.count, medianMs: at(0.5), p95Ms: at(0.95) }
  })
}

function batchesOf(samples: readonly Sample[]): BatchSizes[] {
  const counts = samples.filter(({ name }) => name === 'radserve_batch_rows_count')
  const models = [...new Set(counts.map(({ labels }) => labels['model'] ?? ''))].sort()
  return models.map((model) => {
    const { buckets, sum, count } = histogramOf(samples, 'radserve_batch_rows', (labels) => labels['model'] === model)
    const shares = buckets.map(({ le, count: reached }, at) => ({
      upTo: le,
      share: count === 0 ? 0 : (reached - (buckets[at - 1]?.count ?? 0)) / count,
    }))
    return { model, runs: count, rows: sum, shares }
  })
}
