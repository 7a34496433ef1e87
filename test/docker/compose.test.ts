import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { test } from 'node:test'
import { parse } from 'yaml'
import { ruleMistakes } from '../../src/app/intake.js'
import { ConfigSchema } from '../../src/config.js'
import { readHospitalConfig } from '../../src/config/hospital-config.js'

interface Service {
  readonly image: string
  readonly environment: Readonly<Record<string, string>>
  readonly volumes: readonly string[]
  readonly ports?: readonly string[]
  readonly read_only?: boolean
  readonly cap_drop?: readonly string[]
  readonly stop_grace_period?: string
}

const pathOf = (name: string): string => fileURLToPath(new URL(`../../docker/${name}`, import.meta.url))
const { services } = parse(readFileSync(pathOf('compose.yaml'), 'utf8')) as { services: Record<string, Service> }
const { radserve, postgres, orthanc } = services as Record<'radserve' | 'postgres' | 'orthanc', Service>

const mounted = radserve.volumes.find((volume) => volume.endsWith(`:${radserve.environment['HOSPITAL_CONFIG']}:ro`))
/** As the service reads the file that is mounted for it. */
const hospital = () => readHospitalConfig(pathOf(mounted!.split(':')[0]!), radserve.environment)

test('the service has a read-only root and more time to end than its grace period', () => {
  assert.equal(radserve.read_only, true)
  assert.deepEqual(radserve.cap_drop, ['ALL'])
  const graceMs = Number(radserve.environment['SHUTDOWN_GRACE_MS'])
  assert.ok(Number.parseInt(radserve.stop_grace_period!) * 1000 >= 2 * graceMs)
  assert.match(postgres.image, /pgvector/)
})

test('nothing is open to others by default, and DICOM not even to this machine', () => {
  const published = Object.values(services).flatMap(({ ports = [] }) => ports)
  for (const port of published) assert.match(port, /^127\.0\.0\.1:/)
  assert.ok(!published.some((port) => port.endsWith(`:${hospital().file.scp!.port}`)))
})

test('the hospital is one that the service starts with, and its variables are set', async () => {
  const { file, secrets } = hospital()
  const store = { resolve: () => Promise.reject(new Error('no rule names a model')) }
  assert.deepEqual(await ruleMistakes(file.rules, store), [])
  assert.deepEqual([...secrets.keys()], Object.keys(file.servers))
  const named = Object.values(file.servers).map(({ auth }) => auth && 'password_env' in auth && auth.password_env)
  for (const key of Object.keys(radserve.environment)) assert.ok(key in ConfigSchema.properties || named.includes(key))
})

test('Orthanc and the service know each other by the same names, ports and password', () => {
  const { scp, servers, rules } = hospital().file
  const settings = orthanc.environment
  const modalities = JSON.parse(settings['ORTHANC__DICOM_MODALITIES']!) as unknown
  assert.deepEqual(modalities, { radserve: [scp!.ae_title, 'radserve', scp!.port] })
  const aeTitle = settings['ORTHANC__DICOM_AET']!
  assert.deepEqual(scp!.peers, [{ ae_title: aeTitle }])
  for (const { when } of rules) assert.equal(when.calling_ae, aeTitle)

  const { url, auth } = servers['orthanc']!
  assert.equal(new URL(url).hostname, 'orthanc')
  assert.ok(orthanc.ports!.includes(`127.0.0.1:${new URL(url).port}:${new URL(url).port}`))
  assert.ok(auth && 'password_env' in auth)
  const users = JSON.parse(settings['ORTHANC__REGISTERED_USERS']!) as Record<string, string>
  assert.deepEqual(users, { [auth.user]: radserve.environment[auth.password_env] })
})
