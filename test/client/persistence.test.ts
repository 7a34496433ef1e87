/** What the client does when the service is busy, away, or cut off in the middle. */
import assert from 'node:assert/strict'
import { createServer, request, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { ConnectionError, createClient, ProblemError } from '../../src/client/client.js'
import { createKey } from '../../src/identity/api-key.js'
import { changeKeyFile } from '../../src/identity/key-file.js'
import { startServer, until } from '../e2e/server.js'
import { PACKS, startService } from '../e2e/service.js'
import { embeddedFolder } from '../state/kinds.js'
import { temporaryFolder } from '../folder.js'

const DRAWN = { model: 'tiny-sd-v', prompt: 'Cardiomegaly with small right pleural effusion.' }

/** A server that answers what no service of ours would: what stands between may. */
async function serve(t: TestContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('retry-after of the real limit is waited for, up to what the caller allows', async (t) => {
  const folder = temporaryFolder('client')
  const keyFile = join(folder, 'keys.json')
  const { key, stored } = createKey({ name: 'pacs', scopes: ['models:read', 'models:write', 'embeddings'] }, new Date())
  await changeKeyFile(keyFile, () => [stored])
  const { url } = await startService(t, { API_KEYS_FILE: keyFile, MAX_CALLER_REQUESTS_IN_FLIGHT: '1' })
  await assert.rejects(createClient({ baseUrl: url }).models.list(), { status: 401, code: 'unauthenticated' })

  const client = createClient({ baseUrl: url, apiKey: key })
  const once = { maxRetries: 0 }
  const isRefused = () =>
    client.models.list(once).then(
      () => false,
      (error: unknown) => error instanceof ProblemError && error.code === 'caller_limited',
    )
  // A body that does not come holds the only place.
  const slow = request(`${url}/v1/embeddings`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'content-length': 100 },
  })
  slow.on('error', () => undefined).flushHeaders()
  await until('the place is taken', 10_000, isRefused)

  const statuses: number[] = []
  const options = { onResponse: ({ status }: Response) => statuses.push(status) }
  const hasty = createClient({ baseUrl: url, apiKey: key, maxRetryAfterMs: 500 })
  await assert.rejects(hasty.models.list(options), (error: ProblemError) => {
    assert.deepEqual([error.status, error.problem.limit], [429, 'MAX_CALLER_REQUESTS_IN_FLIGHT'])
    return error.retryAfterMs! >= 1000
  })
  // Loading is not asked for twice by itself.
  await assert.rejects(client.models.load('tiny-clip', options), { code: 'caller_limited' })
  assert.deepEqual(statuses, [429, 429])

  statuses.length = 0
  const startMs = performance.now()
  const onResponse = ({ status }: Response): void => {
    statuses.push(status)
    slow.destroy()
  }
  assert.equal((await client.models.get('tiny-clip', { onResponse, maxRetries: 5 })).name, 'tiny-clip')
  assert.deepEqual([statuses.at(0), statuses.at(-1)], [429, 200])
  assert.ok(performance.now() - startMs >= 900, 'it waited as long as it was told')
})

test('retries are bounded, end with the time limit, and read a date too', async (t) => {
  let asked = 0
  const url = await serve(t, (request, reply) => {
    asked++
    const when = request.url === '/v1/models' ? '0' : new Date(Date.now() + 3_600_000).toUTCString()
    reply.writeHead(503, { 'retry-after': when, 'content-type': 'text/html' }).end('<h1>away</h1>')
  })
  const client = createClient({ baseUrl: url, maxRetries: 3 })
  await assert.rejects(client.models.list(), { name: 'ProblemError', status: 503, code: 'unknown' })
  assert.equal(asked, 4)
  await assert.rejects(client.models.get('x'), (error: ProblemError) => error.retryAfterMs! > 3_500_000)
  assert.equal(asked, 5, 'an hour is too long to wait')
  const patient = createClient({ baseUrl: url, maxRetryAfterMs: Infinity, timeoutMs: 100 })
  await assert.rejects(patient.models.get('x'), { name: 'ConnectionError', code: 'timeout' })
})

test('an answer that is not the contract’s, and one that never ends', async (t) => {
  const url = await serve(t, (request, reply) => {
    if (request.url === '/v1/models') reply.end('<p>welcome</p>')
    else if (request.url === '/v1/reports')
      reply.writeHead(200, { 'content-type': 'text/event-stream' }).write(': \n\n')
    else
      reply.writeHead(200, { 'content-type': 'text/event-stream' }).end('event: progress\ndata: {"step":1,"of":2}\n\n')
  })
  const client = createClient({ baseUrl: url })
  await assert.rejects(client.models.list(), { name: 'ConnectionError', code: 'unreadable' })
  await assert.rejects(readAll(client.report.stream({}, { timeoutMs: 100 })), {
    name: 'ConnectionError',
    code: 'timeout',
  })
  await assert.rejects(readAll(client.generate.stream(DRAWN)), { name: 'ConnectionError', code: 'stream_cut' })
})

async function readAll(events: AsyncIterable<{ readonly event: string }>): Promise<string[]> {
  const names: string[] = []
  for await (const { event } of events) names.push(event)
  return names
}

test('a service that is killed: a stream says that it was cut, a job is waited for across the restart', async (t) => {
  const dataDir = await embeddedFolder()
  const environment = { DEFAULT_MODELS: 'tiny-sd-v', DATA_DIR: dataDir, VERIFY_GOLDENS: 'false' }
  const first = await startServer(t, PACKS, environment)
  // One address that leads to whoever serves now, as that of a balancer does.
  let port = first.port
  const balanced: typeof fetch = (input, init) => fetch((input as string).replace('service', `127.0.0.1:${port}`), init)
  const client = createClient({ baseUrl: 'http://service', fetch: balanced, maxRetries: 8 })
  const job = await client.generate.submit({ ...DRAWN, steps: 50, n: 4, seed: 5 })
  const seen: string[] = []
  const answer = job.wait({ onEvent: ({ event }) => seen.push(event) })
  const killed = (async () => {
    for await (const { event } of client.generate.stream({ ...DRAWN, steps: 50, n: 4 }))
      if (event === 'progress') first.kill('SIGKILL')
  })()
  await assert.rejects(killed, (error) => error instanceof ConnectionError && error.code === 'stream_cut')
  await first.ended
  port = (await startServer(t, PACKS, environment)).port
  assert.equal((await answer).data.length, 4)
  assert.equal(seen.at(-1), 'completed')
  assert.equal((await job.state()).state, 'completed')
})
