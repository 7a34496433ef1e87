import assert from 'node:assert/strict'
import { test } from 'node:test'
import { histogramOf, quantile, since } from '../../src/page/health/histogram.js'
import { MAX_CHARACTERS, MAX_SAMPLES, parseMetrics } from '../../src/page/health/metrics-text.js'
import { readingOf } from '../../src/page/health/readings.js'
import { createMetrics, METRICS } from '../../src/observability/metrics.js'

const all = (): boolean => true

test('samples are read with their labels, comments and strange lines are not', () => {
  const text = [
    '# HELP a_total What.',
    'a_total 3',
    'a_total{route="/v1/models",said="a \\"word\\", and\\nmore"} 4.5',
    'b +Inf',
    'c NaN',
    'this is no sample',
    'd{broken 5',
  ].join('\n')
  assert.deepEqual(parseMetrics(text, all), [
    { name: 'a_total', labels: {}, value: 3 },
    { name: 'a_total', labels: { route: '/v1/models', said: 'a "word", and\nmore' }, value: 4.5 },
    { name: 'b', labels: {}, value: Infinity },
  ])
  assert.deepEqual(
    parseMetrics(text, (name) => name === 'b'),
    [{ name: 'b', labels: {}, value: Infinity }],
  )
})

test('a text without an end is read as far as the bounds', () => {
  assert.equal(parseMetrics('a 1\n'.repeat(MAX_SAMPLES + 10), all).length, MAX_SAMPLES)
  const late = `${'#'.repeat(MAX_CHARACTERS)}\na 1\n`
  assert.deepEqual(parseMetrics(late, all), [])
})

test('quantiles are spread evenly within a bucket, as in Prometheus', () => {
  const histogram = {
    buckets: [
      { le: 10, count: 2 },
      { le: 20, count: 6 },
      { le: Infinity, count: 8 },
    ],
    sum: 0,
    count: 8,
  }
  assert.equal(quantile(histogram, 0.5), 15)
  assert.equal(quantile(histogram, 0.125), 5)
  assert.equal(quantile(histogram, 0.99), 20, 'beyond the last bound nothing is known')
  assert.equal(quantile({ buckets: [], sum: 0, count: 0 }, 0.5), undefined)
})

test('what was observed between two readings; all of it after a restart', () => {
  const of = (low: number, every: number) => ({
    buckets: [
      { le: 10, count: low },
      { le: Infinity, count: every },
    ],
    sum: every,
    count: every,
  })
  assert.deepEqual(since(of(3, 7), of(1, 4)), of(2, 3))
  assert.deepEqual(since(of(1, 1), of(3, 7)), of(1, 1))
  assert.deepEqual(since(of(1, 1), undefined), of(1, 1))
})

test('series of several models are added up', () => {
  const text = ['a', 'b']
    .flatMap((model) => [
      `x_bucket{le="1",model="${model}"} 1`,
      `x_bucket{le="+Inf",model="${model}"} 3`,
      `x_sum{model="${model}"} 9`,
      `x_count{model="${model}"} 3`,
    ])
    .join('\n')
  const { buckets, sum, count } = histogramOf(parseMetrics(text, all), 'x')
  assert.deepEqual(
    { buckets, sum, count },
    {
      buckets: [
        { le: 1, count: 2 },
        { le: Infinity, count: 6 },
      ],
      sum: 18,
      count: 6,
    },
  )
})

test('the service’s own metrics are understood', async (t) => {
  const metrics = createMetrics(METRICS)
  t.after(() => metrics.close())
  const { meter } = metrics
  meter.gauge('radserve_queue_rows', 5)
  meter.gauge('radserve_jobs', 2, { state: 'queued' })
  meter.gauge('radserve_lane_up', 1, { lane: '0' })
  meter.gauge('radserve_lane_memory_bytes', 1e6, { lane: '0' })
  meter.observe('radserve_batch_rows', 4, { model: 'tiny@1.0.0' })
  const classify = { method: 'POST', route: '/v1/classifications' }
  meter.observe('radserve_http_request_ms', 30, classify)
  meter.observe('radserve_http_request_ms', 9, { method: 'GET', route: '/metrics' })
  const first = readingOf(await metrics.text(), 1000, undefined)
  assert.equal(first.queueRows, 5)
  assert.equal(first.jobsWaiting, 2)
  assert.deepEqual(first.lanes, [{ name: '0', isUp: true, memoryBytes: 1e6, sessionBytes: 0 }])
  assert.deepEqual(
    first.routes.map(({ route, count }) => [route, count]),
    [['/v1/classifications', 1]],
  )
  assert.deepEqual(
    first.batches.map(({ model, runs, rows }) => [model, runs, rows]),
    [['tiny@1.0.0', 1, 4]],
  )
  assert.equal(first.medianMs, undefined, 'nothing can be said of the time before the first reading')
  assert.ok(first.memoryBytes > 1e6)

  meter.observe('radserve_http_request_ms', 30, classify)
  meter.observe('radserve_http_request_ms', 30, classify)
  const second = readingOf(await metrics.text(), 3000, first)
  assert.equal(second.requestsPerSecond, 1)
  assert.ok(second.medianMs !== undefined && second.medianMs > 20 && second.medianMs <= 50)
})
