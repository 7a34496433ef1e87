import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createKey } from '../../src/identity/api-key.js'
import type { Scope } from '../../src/identity/identity.js'
import { chainsOf, entriesOf, verifyChain } from '../../src/observability/audit/verify.js'
import type { Entry } from '../../src/observability/audit/entry.js'
import { pixelDigest } from '../../src/imaging/pixel-digest.js'
import { decodeRaster } from '../../src/imaging/raster.js'
import { temporaryFolder } from '../folder.js'
import { makeStore } from './packs.js'
import { FILM, startServer, until, type Server } from './server.js'
import { program } from '../program.js'

function withKeys(folder: string, callers: Readonly<Record<string, readonly Scope[]>>) {
  const made = Object.entries(callers).map(([name, scopes]) => createKey({ name, scopes }, new Date()))
  writeFileSync(join(folder, 'keys.json'), JSON.stringify({ keys: made.map(({ stored }) => stored) }))
  const headers = made.map(({ key }) => ({ authorization: `Bearer ${key}` }))
  return {
    headers,
    environment: { DATA_DIR: folder, API_KEYS_FILE: join(folder, 'keys.json'), AUDIT_CHAIN: 'node', LANES: '1' },
  }
}

const auditOf = (folder: string): string => join(folder, 'audit')

async function allEntries(folder: string): Promise<Entry[]> {
  const entries: Entry[] = []
  for (const chain of await chainsOf(auditOf(folder)))
    for await (const entry of entriesOf(join(auditOf(folder), chain))) entries.push(entry)
  return entries
}

const embed = (server: Server, headers: Record<string, string>) =>
  server.ask('/v1/embeddings?model=good', { body: FILM, headers: { ...headers, 'content-type': 'image/jpeg' } })

test('two processes of one folder keep a chain each; one is killed in the middle of writing, and both verify', async (t) => {
  const folder = temporaryFolder()
  const { headers, environment } = withKeys(folder, { ehr: ['embeddings', 'jobs'] })
  const store = makeStore()
  const servers = await Promise.all([startServer(t, store, environment), startServer(t, store, environment)])
  const [doomed, other] = servers
  let answered = 0
  const flood = Array.from({ length: 8 }, async (_, at) => {
    for (;;) {
      const server = servers[at % 2]!
      const status = await server.ask('/v1/jobs/x', { headers: headers[0]! }).then(
        (reply) => reply.status,
        () => 0,
      )
      if (status === 0) return
      answered += 1
    }
  })
  await until('there is much to write', 30_000, () => answered > 300)
  doomed.kill('SIGKILL')
  await doomed.ended
  const film = await embed(other, headers[0]!)
  assert.equal(film.status, 200, film.body)
  other.kill('SIGTERM')
  assert.equal(await other.ended, 0)
  await Promise.all(flood)
  const chains = await chainsOf(auditOf(folder))
  assert.deepEqual(chains, ['node-1', 'node-2'])
  for (const chain of chains) {
    const report = await verifyChain(join(auditOf(folder), chain))
    assert.equal(report.broken, undefined, JSON.stringify(report.broken))
    assert.ok(report.entries > 50)
  }
  const entries = await allEntries(folder)
  const { raster } = await decodeRaster(FILM, { imageBytes: 1 << 30, imagePixels: 1e9 })
  const result = entries.find(({ event }) => event === 'result')
  assert.deepEqual(result?.['inputs'], [pixelDigest(raster)])
  assert.equal(result['model'], 'good@1.0.0')
  assert.equal(result['model_digest'], film.headers['x-model-digest'])
  for (const event of ['service_start', 'model_load', 'service_stop'])
    assert.ok(
      entries.some((entry) => entry.event === event),
      event,
    )
  // Whoever comes next goes on with both.
  const again = await startServer(t, store, environment)
  again.kill('SIGTERM')
  await again.ended
  const resumed = await verifyChain(join(auditOf(folder), 'node-1'))
  assert.equal(resumed.broken, undefined)
  assert.ok((await allEntries(folder)).some(({ event }) => event === 'chain_resume'))
  const file = join(
    auditOf(folder),
    'node-1',
    readdirSync(join(auditOf(folder), 'node-1')).find((name) => /^\d/.test(name))!,
  )
  writeFileSync(file, readFileSync(file, 'utf8').replace('key:ehr', 'key:eve'))
  const told = spawnSync(process.execPath, [...program('cli/radserve'), 'audit', 'verify'], {
    ...{ encoding: 'utf8', env: { ...process.env, DATA_DIR: folder } },
  })
  assert.equal(told.status, 1)
  assert.match(told.stdout, /broken {2}node-1[^]*the entry was changed/)
})

test('a job belongs to its caller: others do not find it, its result is recorded with it, an admin sees it', async (t) => {
  const folder = temporaryFolder()
  const { headers, environment } = withKeys(folder, {
    a: ['embeddings', 'jobs'],
    b: ['embeddings', 'jobs'],
    root: ['admin'],
  })
  const [a, b, root] = [headers[0]!, headers[1]!, headers[2]!]
  const server = await startServer(t, makeStore(), environment)
  const submit = (who: Record<string, string>) =>
    server.ask('/v1/embeddings?model=good', {
      body: FILM,
      headers: { ...who, 'content-type': 'image/jpeg', prefer: 'respond-async', 'idempotency-key': 'one' },
    })
  const submitted = await submit(a)
  assert.equal(submitted.status, 202, submitted.body)
  const { id } = JSON.parse(submitted.body) as { id: string }
  const status = async (path: string, who: Record<string, string>, method: 'GET' | 'DELETE' = 'GET') =>
    (await server.ask(path, { headers: who, method })).status
  await until('the job has ended', 60_000, async () => (await status(`/v1/jobs/${id}/result`, a)) === 200)
  for (const end of ['', '/result', '/events']) assert.equal(await status(`/v1/jobs/${id}${end}`, b), 404, end)
  assert.equal(await status(`/v1/jobs/${id}`, b, 'DELETE'), 404)
  assert.equal(await status(`/v1/jobs/${id}`, root), 200)
  const listed = async (who: Record<string, string>) =>
    (JSON.parse((await server.ask('/v1/jobs', { headers: who })).body) as { data: { id: string }[] }).data.map(
      (job) => job.id,
    )
  assert.deepEqual([await listed(a), await listed(b), await listed(root)], [[id], [], [id]])
  const own = JSON.parse((await submit(b)).body) as { id: string }
  assert.notEqual(own.id, id, 'a key for idempotency is its caller’s own')
  assert.equal((JSON.parse((await submit(a)).body) as { id: string }).id, id)
  server.kill('SIGTERM')
  await server.ended
  const result = (await allEntries(folder)).find((entry) => entry.event === 'result' && entry['job'] === id)
  assert.deepEqual([result?.['caller'], result?.['model'], result?.['status']], ['key:a', 'good@1.0.0', 200])
})

test('an index belongs to its caller, unless indexes are shared', async (t) => {
  const folder = temporaryFolder()
  const both = ['indexes:read', 'indexes:write'] as const
  const { headers, environment } = withKeys(folder, { a: both, b: both, root: ['admin'] })
  const [a, b, root] = [headers[0]!, headers[1]!, headers[2]!]
  const server = await startServer(t, makeStore(), environment)
  const url = `http://127.0.0.1:${server.port}`
  const put = (who: Record<string, string>) =>
    fetch(`${url}/v1/indexes/films`, {
      method: 'PUT',
      body: '{"dimensions":3}',
      headers: { ...who, 'content-type': 'application/json' },
    })
  const get = async (path: string, who: Record<string, string>) =>
    (await fetch(`${url}${path}`, { headers: who })).status
  assert.equal((await put(a)).status, 201)
  assert.equal((await put(b)).status, 409)
  assert.deepEqual(
    [await get('/v1/indexes/films', a), await get('/v1/indexes/films', b), await get('/v1/indexes/films', root)],
    [200, 404, 200],
  )
  assert.equal(await get('/v1/indexes/films/items', b), 404)
  const names = async (who: Record<string, string>) =>
    ((await (await fetch(`${url}/v1/indexes`, { headers: who })).json()) as { data: { name: string }[] }).data.map(
      ({ name }) => name,
    )
  assert.deepEqual([await names(a), await names(b), await names(root)], [['films'], [], ['films']])
  server.kill('SIGTERM')
  await server.ended
  const shared = await startServer(t, makeStore(), { ...environment, INDEX_ACCESS: 'shared' })
  assert.equal((await shared.ask('/v1/indexes/films', { headers: b })).status, 200)
})

test('while the disk takes no more, requests are refused and recorded again afterwards; or go on with a gap', async (t) => {
  if (spawnSync('prlimit', ['--version']).status !== 0) {
    t.skip('there is no prlimit on this machine')
    return
  }
  for (const policy of ['refuse', 'continue']) {
    const folder = temporaryFolder()
    const { headers, environment } = withKeys(folder, { ehr: ['models:read'] })
    const server = await startServer(t, makeStore(), { ...environment, AUDIT_FAILURE: policy })
    const limit = (bytes: string) => spawnSync('prlimit', ['--pid', String(server.pid), `--fsize=${bytes}:`]).status
    const ask = async () => (await server.ask('/v1/models', { headers: headers[0]! })).status
    assert.equal(await ask(), 200)
    // A file of the server's may grow no more: as on a full disk, writing fails.
    assert.equal(limit('1'), 0)
    const isUp = async () => (await server.ask('/v1/models', { headers: headers[0]! })).status === 200
    await ask()
    await until('the failure is noticed', 20_000, () => /the audit log cannot be written/.test(server.log()))
    assert.equal(await ask(), policy === 'refuse' ? 503 : 200)
    assert.equal((await server.ask('/health/live')).status, 200)
    assert.equal(limit('unlimited'), 0)
    await until('it is written again', 20_000, isUp)
    server.kill('SIGTERM')
    assert.equal(await server.ended, 0)
    const report = await verifyChain(join(auditOf(folder), 'node-1'))
    assert.equal(report.broken, undefined, JSON.stringify(report.broken))
    const codes = (await allEntries(folder)).filter(({ event }) => event === 'access').map((entry) => entry['code'])
    assert.equal(codes.includes('audit_unavailable'), policy === 'refuse')
  }
})
