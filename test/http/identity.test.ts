import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { isListed } from '../../src/http/scope-table.js'
import type { HttpOptions } from '../../src/http/options.js'
import { createKey } from '../../src/identity/api-key.js'
import { openIdentity, SCOPE_NAMES, type Scope } from '../../src/identity/identity.js'
import { changeKeyFile } from '../../src/identity/key-file.js'
import { silentLog, systemClock, type AuditRecord } from '../../src/ports.js'
import { AUDIENCE, startIssuer } from '../identity/issuer.js'
import { buildHttp, type BuiltHttp } from './build-http.js'
import { temporaryFolder } from '../folder.js'

interface Closed extends BuiltHttp {
  /** A key with these scopes. */
  key(name: string, ...scopes: Scope[]): Promise<string>
  token(claims: Record<string, unknown>): Promise<string>
  readonly records: AuditRecord[]
}

/** The routes behind real keys and tokens. */
async function buildClosed(t: TestContext, http: Partial<HttpOptions> = {}): Promise<Closed> {
  const folder = temporaryFolder('http')
  const keysFile = join(folder, 'keys.json')
  await changeKeyFile(keysFile, () => [])
  const issuer = await startIssuer(t)
  let nowMs = 0
  const identity = await openIdentity({
    ...{ keysFile, log: silentLog, clock: { nowMs: () => (nowMs += 2_000) } },
    tokens: {
      ...{ issuer: issuer.url, audience: AUDIENCE, algorithms: ['ES256'], clockToleranceMs: 0 },
      keySetUrl: issuer.keySetUrl,
    },
  })
  const records: AuditRecord[] = []
  const audit = { isOn: true, admit: () => undefined, record: (record: AuditRecord) => void records.push(record) }
  const built = await buildHttp(t, { http, services: { identity, audit, clock: systemClock } })
  return {
    ...built,
    records,
    async key(name, ...scopes) {
      const { key, stored } = createKey({ name, scopes }, new Date())
      await changeKeyFile(keysFile, (keys) => [...keys, stored])
      return key
    },
    token: (claims) => issuer.sign(claims),
  }
}

const EMBED = { method: 'POST', url: '/v1/embeddings', payload: { input: 'chest' } } as const

test('without a credential nothing answers but health, and the answer says what is asked for', async (t) => {
  const { app } = await buildClosed(t)
  for (const url of ['/health/live', '/health/ready', '/v2/health/live', '/v2/health/ready'])
    assert.equal((await app.inject(url)).statusCode, 200, url)
  for (const url of [
    '/metrics',
    '/docs/',
    '/docs/static/index.css',
    '/openapi.json',
    '/v1/models',
    '/v2',
    '/v2/models',
  ]) {
    const reply = await app.inject(url)
    assert.equal(reply.statusCode, 401, url)
    assert.equal(reply.headers['www-authenticate'], 'Bearer realm="radserve"')
  }
  const reply = await app.inject(EMBED)
  assert.equal(reply.json<{ code: string }>().code, 'unauthenticated')
})

test('a key is taken as bearer and as x-api-key, a token as bearer; what is wrong is told so', async (t) => {
  const { app, key, token } = await buildClosed(t)
  const good = await key('ehr', 'embeddings')
  const jwt = await token({ sub: 'app', scope: 'embeddings' })
  const ask = (headers: Record<string, string>) => app.inject({ ...EMBED, headers })
  for (const headers of [
    { authorization: `Bearer ${good}` },
    { authorization: `bearer ${jwt}` },
    { 'x-api-key': good },
  ])
    assert.equal((await ask(headers)).statusCode, 200)
  for (const headers of [
    { authorization: 'Bearer nonsense' },
    { authorization: `Basic ${good}` },
    { 'x-api-key': `${good.slice(0, -1)}-` },
    { authorization: 'Bearer nonsense', 'x-api-key': good },
  ]) {
    const reply = await ask(headers)
    assert.equal(reply.statusCode, 401)
    assert.match(String(reply.headers['www-authenticate']), /error="invalid_token"/)
  }
})

test('every operation of the document needs just the scope that it names, in all of its APIs', async (t) => {
  const { app, key } = await buildClosed(t, { maxCallerRequestsPerMinute: 100_000 })
  const nothing = { authorization: `Bearer ${await key('nobody', 'metrics')}` }
  await app.ready()
  const { paths } = app.swagger() as unknown as {
    paths: Record<string, Record<string, { security: Record<string, string[]>[] }>>
  }
  const byScope = new Map<string, Record<string, string>>()
  for (const scope of SCOPE_NAMES)
    byScope.set(scope, { authorization: `Bearer ${await key(scope.replace(':', '-'), scope)}` })
  let checked = 0
  for (const [path, item] of Object.entries(paths)) {
    for (const [name, { security }] of Object.entries(item)) {
      const method = name.toUpperCase() as 'GET'
      assert.ok(isListed(method, path.replace(/\{(\w+)\}/g, ':$1')), `${method} ${path} is in the table`)
      const [scope] = security[0]?.['api_key'] ?? []
      if (scope === undefined) continue
      const url = path.replace(/\{\w+\}/g, 'x')
      if (scope !== 'metrics') {
        const refused = await app.inject({ method, url, headers: nothing })
        assert.equal(refused.statusCode, 403, `${method} ${path}`)
        assert.match(String(refused.headers['www-authenticate']), new RegExp(`insufficient_scope", scope="${scope}"`))
        assert.match(refused.body, new RegExp(`needs the scope ${scope}`))
      }
      // Whatever it says to an empty request, it is not that the caller may not ask. State is never opened here.
      if (scope.startsWith('indexes') || scope === 'jobs') continue
      const allowed = await app.inject({ method, url, headers: byScope.get(scope)! })
      assert.ok(![401, 403].includes(allowed.statusCode), `${method} ${path}: ${allowed.statusCode}`)
      checked += 1
    }
  }
  assert.ok(checked > 25)
})

test('docs/security.md names every scope and no other', () => {
  const text = readFileSync(new URL('../../docs/security.md', import.meta.url), 'utf8')
  const [, section = ''] = text.split('## Scopes')
  const named = [...(section.split('\n## ')[0] ?? '').matchAll(/^\| `([\w:]+)` \|/gm)].map(([, scope]) => scope)
  assert.deepEqual(named.sort(), [...SCOPE_NAMES].sort())
})

test('admin may do everything; a route that nobody listed is the admin’s alone', async (t) => {
  const { app, key } = await buildClosed(t)
  const admin = { authorization: `Bearer ${await key('root', 'admin')}` }
  assert.equal((await app.inject({ ...EMBED, headers: admin })).statusCode, 200)
  assert.ok(!isListed('GET', '/v1/forgotten'))
  assert.ok(!isListed('DELETE', '/v1/embeddings'))
})

test('metrics and documents can be made public', async (t) => {
  const { app } = await buildClosed(t, { publicDocs: true, publicMetrics: true })
  for (const url of ['/metrics', '/docs/', '/openapi.json']) assert.equal((await app.inject(url)).statusCode, 200, url)
})

test('a caller is bounded by the minute, is told how much is left, and does not bound another', async (t) => {
  const { app, key } = await buildClosed(t, { maxCallerRequestsPerMinute: 2 })
  const a = { authorization: `Bearer ${await key('a', 'embeddings')}` }
  const again = { authorization: `Bearer ${await key('a', 'embeddings')}` }
  const b = { authorization: `Bearer ${await key('b', 'embeddings')}` }
  const first = await app.inject({ ...EMBED, headers: a })
  assert.equal(first.headers['ratelimit-policy'], '"minute";q=2;w=60')
  assert.match(String(first.headers['ratelimit']), /^"minute";r=1;t=\d+$/)
  assert.equal((await app.inject({ ...EMBED, headers: again })).statusCode, 200)
  const refused = await app.inject({ ...EMBED, headers: a })
  const { code, limit } = refused.json<{ code: string; limit: string }>()
  assert.deepEqual([refused.statusCode, code, limit], [429, 'caller_limited', 'MAX_CALLER_REQUESTS_PER_MINUTE'])
  assert.ok(Number(refused.headers['retry-after']) >= 1)
  assert.equal((await app.inject({ ...EMBED, headers: b })).statusCode, 200)
})

test('a caller is bounded in what it has open, and has its place back when it is answered', async (t) => {
  const built = await buildClosed(t, { maxCallerRequestsInFlight: 1 })
  const { app, key, services } = built
  const headers = { authorization: `Bearer ${await key('a', 'embeddings')}` }
  let release: () => void = () => undefined
  services.gate = new Promise<void>((resolve) => (release = resolve))
  const url = await built.listen()
  const ask = () =>
    fetch(`${url}/v1/embeddings`, {
      method: 'POST',
      body: '{"input":"chest"}',
      headers: { ...headers, 'content-type': 'application/json' },
    })
  const held = ask()
  while (services.demands.length === 0) await new Promise((resolve) => setImmediate(resolve))
  const refused = await ask()
  assert.deepEqual(
    [refused.status, ((await refused.json()) as { limit: string }).limit],
    [429, 'MAX_CALLER_REQUESTS_IN_FLIGHT'],
  )
  release()
  await (await held).text()
  services.gate = Promise.resolve()
  const next = await app.inject({ ...EMBED, headers })
  assert.equal(next.statusCode, 200)
})

test('an access, its result and a refusal are written down with who, what and which bytes', async (t) => {
  const { app, key, records } = await buildClosed(t)
  const secret = await key('ehr', 'embeddings')
  const headers = { authorization: `Bearer ${secret}` }
  await app.inject({ ...EMBED, headers })
  await app.inject({ method: 'POST', url: '/v1/models/tiny/load', headers })
  await app.inject('/health/live')
  await app.inject(EMBED)
  const seen = records.map(({ event, caller, route, status, code }) => ({ event, caller, route, status, code }))
  assert.deepEqual(seen, [
    { event: 'access', caller: 'key:ehr', route: '/v1/embeddings', status: 200, code: undefined },
    { event: 'result', caller: 'key:ehr', route: '/v1/embeddings', status: 200, code: undefined },
    { event: 'denied', caller: 'key:ehr', route: '/v1/models/:name/load', status: 403, code: 'forbidden' },
    { event: 'denied', caller: 'anonymous', route: '/v1/embeddings', status: 401, code: 'unauthenticated' },
  ])
  assert.deepEqual([records[1]?.model, records[1]?.model_digest], ['tiny@1.0.0', 'd'.repeat(64)])
  assert.match(records[1]?.request_id ?? '', /^[0-9a-f-]{36}$/)
  assert.ok(!JSON.stringify(records).includes(secret))
})
