import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { manifest, manifests, podOf, environmentOf, type Manifest } from './manifests.js'

const DEFINITIONS = JSON.parse(
  readFileSync(new URL('../fixtures/kubernetes/definitions.json', import.meta.url), 'utf8'),
) as { $defs: Record<string, object> }

/** Kinds of the Kubernetes API that are checked against its own schemas, which refuse unknown fields. */
const SCHEMAS: Readonly<Record<string, string>> = {
  'apps/v1 Deployment': 'io.k8s.api.apps.v1.Deployment',
  'v1 Service': 'io.k8s.api.core.v1.Service',
  'v1 ServiceAccount': 'io.k8s.api.core.v1.ServiceAccount',
  'v1 PersistentVolumeClaim': 'io.k8s.api.core.v1.PersistentVolumeClaim',
  'autoscaling/v2 HorizontalPodAutoscaler': 'io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler',
  'networking.k8s.io/v1 NetworkPolicy': 'io.k8s.api.networking.v1.NetworkPolicy',
  'policy/v1 PodDisruptionBudget': 'io.k8s.api.policy.v1.PodDisruptionBudget',
}
/** What is no object of the Kubernetes API: kustomize's own files, a chart's values, and KServe's kinds. */
const OTHERS = /^(kustomize\.config\.k8s\.io|serving\.kserve\.io)\//

const ajv = new Ajv2020({ allErrors: true, strict: false, validateFormats: false })
ajv.addSchema({ $id: 'kubernetes', ...DEFINITIONS })

function mistakes(definition: string, value: unknown): string[] {
  const validate = ajv.getSchema(`kubernetes#/$defs/${definition}`)
  assert.ok(validate, definition)
  if (validate(value) === true) return []
  return (validate.errors ?? []).map(({ instancePath, message, params }) => {
    return `${instancePath} ${message ?? ''} ${JSON.stringify(params)}`
  })
}

const isObject = ({ apiVersion }: Manifest): boolean => apiVersion !== undefined && !OTHERS.test(apiVersion)

test('every manifest is what the Kubernetes API takes, and names no field that it does not know', () => {
  let checked = 0
  for (const { file, ...object } of manifests.filter(isObject)) {
    const name = SCHEMAS[`${object.apiVersion} ${object.kind}`]
    assert.ok(name, `${file}: there is no schema for ${object.apiVersion} ${object.kind}`)
    // A patch that is laid over a Deployment has no selector of its own.
    const isPatch = file.endsWith('patch.yaml')
    const found = mistakes(name, object).filter((line) => !isPatch || !/must have required property/.test(line))
    assert.deepEqual(found, [], file)
    checked++
  }
  assert.ok(checked >= 10)
})

test('a field that the API does not know is a mistake', () => {
  const { file: _, ...deployment } = structuredClone(manifest('base/deployment.yaml'))
  Object.assign(podOf(deployment as Manifest).containers[0]!, { readinesProbe: {} })
  assert.match(mistakes(SCHEMAS['apps/v1 Deployment']!, deployment).join(), /readinesProbe/)
})

test("the container of the KServe runtime is one that Kubernetes takes, and it is asked over the protocol's own paths", () => {
  const { spec } = manifest('kserve/serving-runtime.yaml')
  const pod = spec as ReturnType<typeof podOf> & { protocolVersions: string[] }
  assert.deepEqual(mistakes('io.k8s.api.core.v1.PodSpec', { containers: pod.containers, volumes: pod.volumes }), [])
  assert.deepEqual(pod.protocolVersions, ['v2'])
  assert.equal(pod.containers[0]!.name, 'kserve-container', 'the name that KServe looks for')
  assert.match(pod.containers[0]!.readinessProbe!.httpGet.path, /^\/v2\/health\/ready$/)
})

test('a pod is let go of: the pause, the grace for requests and as long again to end fit into its period', () => {
  const pod = podOf(manifest('base/deployment.yaml'))
  const graceMs = Number(environmentOf(pod).get('SHUTDOWN_GRACE_MS'))
  const pauseMs = (pod.containers[0]!.lifecycle?.preStop?.sleep?.seconds ?? 0) * 1000
  assert.ok(pauseMs >= 5000)
  assert.ok((pod.terminationGracePeriodSeconds ?? 0) * 1000 >= pauseMs + 2 * graceMs)
})

test('containers are not root, write nowhere but to volumes and hold no capability', () => {
  const { containers, volumes = [] } = podOf(manifest('base/deployment.yaml'))
  for (const { securityContext, volumeMounts = [] } of containers) {
    assert.equal(securityContext?.['readOnlyRootFilesystem'], true)
    assert.equal(securityContext['allowPrivilegeEscalation'], false)
    assert.deepEqual(securityContext['capabilities'], { drop: ['ALL'] })
    const paths = volumeMounts.map(({ mountPath }) => mountPath)
    for (const path of ['/data', '/tmp']) assert.ok(paths.includes(path), path)
    for (const { name } of volumeMounts) assert.ok(volumes.some((volume) => volume.name === name), name)
  }
})

test('a kustomization names files that are there, and leaves none out', () => {
  const { resources } = manifest('base/kustomization.yaml') as unknown as { resources: string[] }
  const there = manifests.filter(({ file }) => file.startsWith('base/')).map(({ file }) => file.slice('base/'.length))
  assert.deepEqual([...resources, 'kustomization.yaml'].sort(), [...new Set(there)].sort())
})
