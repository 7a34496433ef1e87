import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { createMetrics, METRICS } from '../../src/observability/metrics.js'
import { manifest, manifests } from './manifests.js'

interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly expr: string }[] }[]
}

const { panels } = JSON.parse(
  readFileSync(new URL('../../docker/kubernetes/components/monitoring/dashboard.json', import.meta.url), 'utf8'),
) as Dashboard

/** Names of series that /metrics has, and the labels of each metric of the service's own. */
async function exported(): Promise<Set<string>> {
  const metrics = createMetrics(METRICS)
  const names = new Set<string>()
  for (const [, name, type] of (await metrics.text()).matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
    if (type === 'histogram') for (const suffix of ['_bucket', '_sum', '_count']) names.add(`${name!}${suffix}`)
    else names.add(name!)
  }
  metrics.close()
  return names
}

const NAME = /\b(?:radserve|process|nodejs)_[a-z0-9_]+(?=[{[)\s]|$)/g
/** Labels that Prometheus adds where it finds the pods; the rest are the service's. */
const DISCOVERED = new Set(['pod', 'namespace', 'le', 'app_kubernetes_io_name'])

test('every query of the dashboard asks for series and labels that /metrics has', async () => {
  const names = await exported()
  let asked = 0
  for (const { title, targets } of panels) {
    for (const { expr } of targets) {
      const found = [...expr.matchAll(NAME)].map(([name]) => name)
      assert.ok(found.length > 0, `${title}: ${expr}`)
      for (const name of found) assert.ok(names.has(name), `${title}: nothing exports ${name}`)
      const labels = new Set(found.flatMap((name) => METRICS[name.replace(/_(bucket|sum|count)$/, '')]?.labels ?? []))
      for (const [, list] of expr.matchAll(/by \(([^)]*)\)/g))
        for (const label of list!.split(', '))
          assert.ok(DISCOVERED.has(label) || labels.has(label), `${title}: no label ${label} in ${expr}`)
      asked += found.length
    }
  }
  assert.ok(asked >= 20)
})

test('what the autoscaler and its adapter name is what /metrics has', async () => {
  const { spec } = manifest('base/autoscaler.yaml') as unknown as {
    spec: { metrics: { pods: { metric: { name: string } } }[] }
  }
  const rules = (manifest('components/monitoring/prometheus-adapter.yaml') as unknown as {
    rules: { custom: { seriesQuery: string; name: { matches: string } }[] }
  }).rules.custom
  const names = await exported()
  for (const { pods } of spec.metrics) {
    assert.ok(names.has(pods.metric.name), pods.metric.name)
    assert.equal(METRICS[pods.metric.name]?.type, 'gauge')
    const rule = rules.find(({ name }) => name.matches === pods.metric.name)
    assert.ok(rule?.seriesQuery.startsWith(`${pods.metric.name}{`))
  }
})

test('paths that Prometheus is sent to are the service', () => {
  const text = JSON.stringify(manifests)
  for (const [, path] of text.matchAll(/"prometheus[^"]*\/path":"([^"]+)"/g)) assert.equal(path, '/metrics')
})
