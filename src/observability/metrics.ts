import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Labels, Meter } from '../ports.js'

const LATENCY_BUCKETS_MS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 60_000]
const DURATION_BUCKETS_MS = [...LATENCY_BUCKETS_MS.slice(3), 300_000, 1_800_000, 7_200_000]
const ROW_BUCKETS = [1, 2, 4, 8, 16, 32, 64, 128]

const ENGINE_LABELS = ['model']

type MetricKind =
  | { readonly type: 'counter' | 'gauge'; readonly help: string; readonly labels: readonly string[] }
  | {
      readonly type: 'histogram'
      readonly help: string
      readonly labels: readonly string[]
      readonly buckets: readonly number[]
    }

const latency = (help: string, labels: readonly string[]): MetricKind => ({
  type: 'histogram',
  help,
  labels,
  buckets: LATENCY_BUCKETS_MS,
})

/** As a latency, for what may take hours. */
const duration = (help: string, labels: readonly string[]): MetricKind => ({
  type: 'histogram',
  help,
  labels,
  buckets: DURATION_BUCKETS_MS,
})

export type MetricTable = Readonly<Record<string, MetricKind>>

/** Every metric of the service; a name that is not here cannot be recorded. */
export const METRICS: MetricTable = {
  radserve_http_requests_total: {
    type: 'counter',
    help: 'Answered HTTP requests.',
    labels: ['method', 'route', 'status'],
  },
  radserve_http_request_ms: latency('Time from the request line to the end of the answer.', ['method', 'route']),
  radserve_stage_ms: latency('Time of one stage of a request.', ['task', 'stage']),
  radserve_text_rows_total: {
    type: 'counter',
    help: 'Text rows asked for, by whether they were remembered.',
    labels: ['outcome'],
  },
  radserve_bad_outputs_total: {
    type: 'counter',
    help: 'Answers of models that could not be used: NaN, or no probabilities.',
    labels: ENGINE_LABELS,
  },
  radserve_runs_total: {
    type: 'counter',
    help: 'Runs asked of the engine, by how they ended.',
    labels: ['model', 'outcome'],
  },
  radserve_batch_rows: {
    type: 'histogram',
    help: 'Rows of one run of the runtime.',
    labels: ENGINE_LABELS,
    buckets: ROW_BUCKETS,
  },
  radserve_queue_ms: latency('Time that rows waited for a lane.', ENGINE_LABELS),
  radserve_run_ms: latency('Time of one run of the runtime.', ENGINE_LABELS),
  radserve_queue_rows: { type: 'gauge', help: 'Rows that wait for a lane.', labels: [] },
  radserve_lane_up: { type: 'gauge', help: '1 while the lane answers.', labels: ['lane'] },
  radserve_lane_restarts_total: { type: 'counter', help: 'Lanes that were started again.', labels: ['lane'] },
  radserve_sessions_loaded_total: { type: 'counter', help: 'Graphs that a lane made a session of.', labels: ['lane'] },
  radserve_sessions_evicted_total: {
    type: 'counter',
    help: 'Sessions that a lane released to make room.',
    labels: ['lane'],
  },
  radserve_lane_memory_bytes: { type: 'gauge', help: 'Resident memory of a lane.', labels: ['lane'] },
  radserve_state_up: { type: 'gauge', help: '1 while the database answers.', labels: [] },
  radserve_jobs: { type: 'gauge', help: 'Jobs that wait or run, in all processes.', labels: ['state'] },
  radserve_jobs_running: { type: 'gauge', help: 'Jobs that this process is at.', labels: [] },
  radserve_jobs_total: { type: 'counter', help: 'Attempts at jobs, by how they ended.', labels: ['outcome'] },
  radserve_job_wait_ms: duration('Time that a job waited before its first attempt.', []),
  radserve_job_run_ms: duration('Time of one attempt at a job.', ['outcome']),
  radserve_job_bytes: { type: 'gauge', help: 'Bytes of requests and answers that are kept.', labels: [] },
  radserve_index_items: { type: 'gauge', help: 'Items of all indexes.', labels: [] },
  radserve_index_unfilled_items: { type: 'gauge', help: 'Items that wait for their place in a graph.', labels: [] },
  radserve_index_rebuild_items: { type: 'gauge', help: 'Items that wait for vectors of another model.', labels: [] },
  radserve_index_items_total: { type: 'counter', help: 'Items by what became of them.', labels: ['outcome'] },
  radserve_search_ms: latency('Time of a search in the database.', ['mode']),
  radserve_unfit_films_total: { type: 'counter', help: 'DICOM films that are unfit, by why.', labels: ['reason'] },
  radserve_fhir_pushes_total: { type: 'counter', help: 'Attempts to push a FHIR Bundle.', labels: ['outcome'] },
  radserve_dimse_associations_total: {
    type: 'counter',
    help: 'DICOM associations that others opened, by how they ended.',
    labels: ['outcome'],
  },
  radserve_dimse_associations_open: { type: 'gauge', help: 'DICOM associations that others have open.', labels: [] },
  radserve_dimse_objects_total: { type: 'counter', help: 'Objects that came by C-STORE.', labels: ['outcome'] },
  radserve_hl7_messages_total: { type: 'counter', help: 'Attempts to send an HL7 message.', labels: ['outcome'] },
  radserve_intake_films_total: {
    type: 'counter',
    help: 'Films that were sent here, by what became of them.',
    labels: ['source', 'outcome'],
  },
  radserve_intake_studies: { type: 'gauge', help: 'Studies by state.', labels: ['state'] },
  radserve_intake_tasks: { type: 'gauge', help: 'Tasks of studies that wait or run.', labels: ['state'] },
  radserve_intake_tasks_total: { type: 'counter', help: 'Tasks by how they ended.', labels: ['rule', 'outcome'] },
  radserve_intake_deliveries: { type: 'gauge', help: 'Deliveries that wait or are dead letters.', labels: ['state'] },
  radserve_intake_deliveries_total: {
    type: 'counter',
    help: 'Attempts to deliver results, by how they ended.',
    labels: ['destination', 'outcome'],
  },
  radserve_intake_bytes: { type: 'gauge', help: 'Bytes of films and results that are kept.', labels: [] },
  radserve_webhooks_total: { type: 'counter', help: 'Attempts to deliver a webhook.', labels: ['outcome'] },
  radserve_audit_up: { type: 'gauge', help: '1 while the audit log can be written.', labels: [] },
  radserve_audit_sequence: { type: 'gauge', help: 'Number of the last entry of the audit log.', labels: [] },
  radserve_audit_entries_total: { type: 'counter', help: 'Entries by what became of them.', labels: ['outcome'] },
  radserve_resident_bytes: { type: 'gauge', help: 'Bytes of the sessions in a lane.', labels: ['lane'] },
}

export interface Metrics {
  readonly meter: Meter
  readonly contentType: string
  /** The Prometheus text exposition of every metric. */
  text(): Promise<string>
  close(): void
}

export function createMetrics(table: MetricTable): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const made = new Map(Object.entries(table).map(([name, kind]) => [name, createMetric(name, kind, registry)]))
  const find = (name: string) => {
    const metric = made.get(name)
    if (metric === undefined) throw new Error(`${name} is not in the table of metrics. This is a bug.`)
    return metric
  }
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    close: () => registry.clear(),
    meter: {
      count: (name, labels, by = 1) => record(find(name), 'count', by, labels),
      observe: (name, value, labels) => record(find(name), 'observe', value, labels),
      gauge: (name, value, labels) => record(find(name), 'gauge', value, labels),
    },
  }
}

type Metric = Counter | Gauge | Histogram

function createMetric(name: string, kind: MetricKind, registry: Registry): Metric {
  const options = { name, help: kind.help, labelNames: [...kind.labels], registers: [registry] }
  switch (kind.type) {
    case 'counter':
      return new Counter(options)
    case 'gauge':
      return new Gauge(options)
    case 'histogram':
      return new Histogram({ ...options, buckets: [...kind.buckets] })
  }
}

function record(metric: Metric, verb: keyof Meter, value: number, labels: Labels = {}): void {
  if (verb === 'count' && metric instanceof Counter) metric.inc(labels, value)
  else if (verb === 'observe' && metric instanceof Histogram) metric.observe(labels, value)
  else if (verb === 'gauge' && metric instanceof Gauge) metric.set(labels, value)
  else throw new Error(`A metric was recorded as something that it is not (${verb}). This is a bug.`)
}
