import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { auditEventOf } from '../../src/observability/audit/balp.js'
import { GENESIS, link, type Entry } from '../../src/observability/audit/entry.js'
import type { AuditRecord } from '../../src/ports.js'

interface Validated {
  readonly valid: boolean
  readonly messages: readonly { readonly severity?: string; readonly location?: string; readonly message?: string }[]
}

// A library without types of its own for what is used here.
const { Fhir } = createRequire(import.meta.url)('fhir') as {
  Fhir: new () => { validate(resource: object, options?: object): Validated }
}
const fhir = new Fhir()

const WHO = {
  caller: 'key:ehr',
  credential: 'abcdefghijkl',
  peer: '10.1.2.3',
  request_id: '0b8f6c1e-5d3a-4e2f-9a7b-1c2d3e4f5a6b',
}
const RECORDS: readonly AuditRecord[] = [
  { event: 'access', ...WHO, method: 'GET', route: '/v1/jobs/:id/result', status: 200, ms: 3, job: 'a-job' },
  { event: 'access', ...WHO, method: 'POST', route: '/v1/segmentations', status: 422, code: 'malformed_image', ms: 9 },
  { event: 'access', ...WHO, method: 'DELETE', route: '/v1/indexes/:name', status: 204 },
  { event: 'access', ...WHO, method: 'PUT', route: '/v1/indexes/:name', status: 500, code: 'internal' },
  {
    ...{ event: 'result', ...WHO, method: 'POST', route: '/v1/segmentations', status: 200, ms: 80 },
    ...{ model: 'lvit-lung@1.2.0', model_digest: 'd'.repeat(64), inputs: ['e'.repeat(64), 'f'.repeat(64)] },
  },
  { event: 'denied', caller: 'anonymous', method: 'POST', route: '/v1/reports', status: 401, code: 'unauthenticated' },
  { event: 'model_load', model: 'lvit-lung@1.2.0', model_digest: 'd'.repeat(64) },
  { event: 'model_unload', model: 'lvit-lung@1.2.0' },
  { event: 'key_create', caller: 'key:ehr', credential: 'abcdefghijkl', scopes: ['jobs', 'reports'] },
  { event: 'keys_change', keys_added: ['a'], keys_removed: [] },
  { event: 'service_start', version: '0.1.0' },
  { event: 'service_stop', version: '0.1.0' },
]

const entryOf = (record: object): Entry =>
  link({ ...record, time: '2026-11-26T12:00:00.000Z', chain: 'node-1', seq: 7 }, GENESIS) as unknown as Entry

interface AuditEvent {
  readonly meta?: { readonly profile: readonly string[] }
  readonly action: string
  readonly outcome: string
  readonly agent: readonly {
    readonly type: { readonly coding: readonly { readonly code: string }[] }
    readonly network?: object
  }[]
  readonly entity: readonly {
    readonly type?: { readonly code: string }
    readonly what?: { readonly identifier: { readonly value: string } }
  }[]
}

test('every kind of entry is a valid FHIR R4 AuditEvent', () => {
  for (const record of [
    ...RECORDS,
    { event: 'chain_begin' },
    { event: 'gap', dropped: 3 },
    { event: 'retention', first: 1, last: 4, head: GENESIS },
  ]) {
    const { valid, messages } = fhir.validate(auditEventOf(entryOf(record)), { errorOnUnexpected: true })
    const errors = messages.filter(({ severity }) => severity === 'error' || severity === 'fatal')
    assert.deepEqual([valid, errors], [true, []], record.event)
  }
})

test('the validator can tell: a missing source, a wrong code and an unknown member are refused', () => {
  const event = auditEventOf(entryOf(RECORDS[0]!)) as Record<string, unknown>
  const without = Object.fromEntries(Object.entries(event).filter(([name]) => name !== 'source'))
  const wrong = [without, { ...event, action: 'X' }, { ...event, outcome: 'fine' }, { ...event, patient: 'x' }]
  for (const each of wrong) assert.equal(fhir.validate(each, { errorOnUnexpected: true }).valid, false)
})

test('reads and results are of BALP’s profiles: roles by the way the data went, one data entity, the request id', () => {
  const [read, , , , result] = RECORDS.map((record) => auditEventOf(entryOf(record)) as AuditEvent)
  assert.deepEqual(read?.meta?.profile, ['https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.Read'])
  assert.deepEqual(result?.meta?.profile, [
    'https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.Create',
  ])
  const roles = (event: AuditEvent) => event.agent.map(({ type }) => type.coding[0]?.code)
  assert.deepEqual(
    [roles(read), roles(result)],
    [
      ['110152', '110153'],
      ['110153', '110152'],
    ],
  )
  for (const event of [read, result]) {
    assert.ok(event.agent.every(({ network }) => network !== undefined))
    assert.equal(event.outcome, '0')
    const types = event.entity.map(({ type }) => type?.code)
    assert.equal(types.filter((code) => code === '2').length, 1)
    assert.equal(types.filter((code) => code === 'XrequestId').length, 1)
  }
  const values = result.entity.map(({ what }) => what?.identifier.value)
  for (const value of ['d'.repeat(64), 'e'.repeat(64), 'f'.repeat(64), WHO.request_id])
    assert.ok(values.includes(value), value)
})

test('what failed claims no profile: those are for what succeeded', () => {
  const [, refused, , broken] = RECORDS.map((record) => auditEventOf(entryOf(record)) as AuditEvent)
  assert.deepEqual([refused?.meta, refused?.outcome, broken?.outcome], [undefined, '4', '8'])
})
