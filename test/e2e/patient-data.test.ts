import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createKey } from '../../src/identity/api-key.js'
import { temporaryFolder } from '../folder.js'
import { film, startService } from './service.js'

/** Name, patient id, birth date, accession number: nothing of the service looks like them. */
const PLANTED = ['DOE^JANE^QX', 'MRN-77120034', '1943-02-17', 'ACC5550123987'] as const
const ALL = PLANTED.join(' ')

/** Header fields that the service reads, and some that it does not. */
const HEADERS = [
  ...[
    'x-request-id',
    'x-priority',
    'x-timeout-ms',
    'prefer',
    'idempotency-key',
    'x-webhook-url',
    'accept',
    'last-event-id',
  ],
  ...[
    'inference-header-content-length',
    'content-encoding',
    'content-type',
    'user-agent',
    'referer',
    'cookie',
    'traceparent',
  ],
  ...['tracestate', 'baggage', 'x-forwarded-for', 'forwarded', 'if-none-match', 'origin', 'authorization', 'x-api-key'],
] as const

interface Schema {
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly minimum?: number
}

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }
}

type Plant = (text: string) => string

/** A value that fits the schema as far as texts can, with something planted in every text. */
function fill(schema: Schema, plant: Plant, depth = 0): unknown {
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) return schema.enum[0]
  if (schema.anyOf !== undefined) return fill(schema.anyOf[depth % schema.anyOf.length]!, plant, depth + 1)
  if (schema.properties !== undefined)
    return Object.fromEntries(Object.entries(schema.properties).map(([name, each]) => [name, fill(each, plant, depth)]))
  if (schema.items !== undefined) return [fill(schema.items, plant, depth)]
  if (schema.type === 'integer' || schema.type === 'number') return schema.minimum ?? 1
  if (schema.type === 'boolean') return true
  return plant('text')
}

/** The same with one member of its own that nobody knows: unknown names are told in errors, if anywhere. */
const withUnknown = (value: unknown): unknown => ({ ...(value as object), [PLANTED[0]]: PLANTED[1] })

test('patient data in any field, header, path, query or file name comes out in no log, metric, error or audit entry', async (t) => {
  const dataDir = temporaryFolder()
  const { key, stored } = createKey({ name: 'tester', scopes: ['admin'] }, new Date())
  writeFileSync(join(dataDir, 'keys.json'), JSON.stringify({ keys: [stored] }))
  const { url, service, logLines } = await startService(t, {
    ...{ DATA_DIR: dataDir, API_KEYS_FILE: join(dataDir, 'keys.json'), AUDIT_CHAIN: 'node' },
    ...{ DEFAULT_MODELS: 'tiny-clip,tiny-lvit,tiny-report,tiny-sd', MAX_CALLER_REQUESTS_PER_MINUTE: '1000000' },
  })
  const authorization = `Bearer ${key}`
  const document = (await (await fetch(`${url}/openapi.json`, { headers: { authorization } })).json()) as {
    paths: Record<string, Record<string, Operation>>
  }
  // The first that needs the database waits until it is made.
  await (await fetch(`${url}/v1/jobs`, { headers: { authorization } })).arrayBuffer()
  const told: string[] = []
  let errors = 0
  const ask = async (
    method: string,
    path: string,
    init: { headers?: Record<string, string>; body?: string | FormData | Uint8Array<ArrayBuffer> },
  ) => {
    const given = { authorization, ...init.headers }
    const request = {
      method,
      headers: given,
      redirect: 'manual',
      signal: AbortSignal.timeout(20_000),
      ...(method !== 'GET' && init.body !== undefined && { body: init.body }),
    } as const
    const reply = await fetch(`${url}${path}`, request)
    const body = await reply.text()
    told.push(`${method} ${reply.status} ${JSON.stringify([...reply.headers])}`)
    if (reply.status >= 400) {
      errors += 1
      told.push(`${method} ${path.split('?')[0]?.length ?? 0} ${body}`)
    }
  }
  const encoded = encodeURIComponent(ALL)
  let operations = 0
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [name, { parameters = [], requestBody }] of Object.entries(item)) {
      const method = name.toUpperCase()
      operations += 1
      const planted = path.replace(/\{\w+\}/g, encodeURIComponent(PLANTED[1]))
      const known = path
        .replace('{name}', 'tiny-clip')
        .replace('{model}', 'tiny-clip')
        .replace(/\{\w+\}/g, encodeURIComponent(PLANTED[0]))
      const query = parameters.filter((each) => each.in === 'query').map((each) => `${each.name}=${encoded}`)
      const json = requestBody?.content['application/json']?.schema
      const bodies =
        json === undefined
          ? [undefined]
          : [fill(json, () => ALL), withUnknown(fill(json, () => PLANTED[0])), fill(json, () => PLANTED[3], 1)]
      for (const where of [planted, known]) {
        for (const body of bodies)
          await ask(method, where, {
            headers: { 'content-type': 'application/json' },
            ...(body !== undefined && { body: JSON.stringify(body) }),
          })
        await ask(method, `${where}?${[...query, `patient=${encoded}`].join('&')}`, {})
        await ask(method, where, { headers: { 'content-type': 'application/json' }, body: `{"text": "${ALL}` })
      }
      for (const header of HEADERS)
        await ask(method, known, {
          headers: { 'content-type': 'application/json', [header]: ALL },
          ...(bodies[0] !== undefined && { body: JSON.stringify(bodies[0]) }),
        })
      if (requestBody?.content['multipart/form-data'] === undefined) continue
      const form = new FormData()
      for (const field of [
        'image',
        'labels',
        'texts',
        'text',
        'input',
        'prompt',
        'model',
        'id',
        'metadata',
        PLANTED[0],
      ])
        form.append(field, ALL)
      form.append('image', new File([new Uint8Array(film())], `${ALL}.jpg`, { type: 'image/jpeg' }))
      await ask(method, known, { body: form })
      await ask(method, `${known}?model=${encoded}&text=${encoded}&labels=${encoded}`, {
        headers: { 'content-type': 'image/jpeg' },
        body: new Uint8Array(film()),
      })
      await ask(method, known, { headers: { 'content-type': 'image/png' }, body: new TextEncoder().encode(ALL) })
    }
  }
  await ask('GET', `/${encoded}`, {})
  await ask('GET', `/docs/${encoded}`, {})
  await ask('GET', `/v1/${encoded}%zz`, {})
  const metrics = await service.metrics.text()
  await service.close(0)
  const chain = join(dataDir, 'audit/node-1')
  const audit = readdirSync(chain)
    .filter((name) => name.endsWith('.ndjson'))
    .map((name) => readFileSync(join(chain, name), 'utf8'))
    .join('')
  assert.ok(operations > 40 && errors > 400, `${operations} operations, ${errors} errors`)
  assert.ok(audit.split('\n').length > 500)
  const places = { log: logLines, metrics: metrics.split('\n'), audit: audit.split('\n'), answers: told }
  const found = Object.entries(places).flatMap(([place, lines]) =>
    lines
      .filter((line) => PLANTED.some((each) => line.includes(each) || line.includes(encodeURIComponent(each))))
      .map((line) => `${place}: ${line.slice(0, 400)}`),
  )
  assert.deepEqual([...new Set(found)].slice(0, 20), [])
})
