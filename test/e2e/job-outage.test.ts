/** The database is gone for a while: inference goes on, job routes say so, and then everything is as before. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { embeddedFolder } from '../state/kinds.js'
import { temporaryFolder } from '../folder.js'
import { noPostgres, startPostgres } from '../state/postgres.js'
import { jobClient, type JobClient } from './job-client.js'
import { until } from './server.js'
import { startService } from './service.js'

const TEXTS = { input: ['no effusion'], deterministic: true }

async function assertOutage(url: string, jobs: JobClient, id: string): Promise<void> {
  assert.equal((await jobs.post('/v1/embeddings', TEXTS)).status, 200, 'inference goes on')
  assert.equal((await fetch(`${url}/health/ready`)).status, 200)
  const refused = await Promise.all([
    fetch(`${url}/v1/jobs`),
    fetch(`${url}/v1/jobs/${id}`),
    jobs.result(id),
    jobs.cancel(id),
    jobs.post('/v1/embeddings', TEXTS, { prefer: 'respond-async' }),
  ])
  for (const reply of refused) {
    const problem = (await reply.json()) as { code: string }
    assert.deepEqual([reply.status, problem.code], [503, 'state_unavailable'])
    assert.ok(Number(reply.headers.get('retry-after')) >= 1)
  }
}

test('a server that stops for a while', { skip: noPostgres ?? false }, async (t) => {
  const server = await startPostgres(t)
  const { url, service } = await startService(t, { DATA_DIR: temporaryFolder(), DATABASE_URL: server.url })
  await service.state.open()
  const jobs = jobClient(url)
  const before = await jobs.submit('/v1/embeddings', TEXTS)
  await jobs.ended(before.id)
  await server.stop()
  await assertOutage(url, jobs, before.id)
  await server.start()
  await until('jobs are there again', 20_000, async () => (await fetch(`${url}/v1/jobs`)).status === 200)
  assert.equal((await jobs.result(before.id)).status, 200)
  assert.equal((await jobs.ended((await jobs.submit('/v1/embeddings', TEXTS)).id)).state, 'completed')
})

test('an embedded database that is killed', async (t) => {
  const { url, service } = await startService(t, { DATA_DIR: await embeddedFolder() })
  await service.state.open()
  const jobs = jobClient(url)
  const before = await jobs.submit('/v1/embeddings', TEXTS)
  await jobs.ended(before.id)
  process.kill(service.state.serverPid!, 'SIGKILL')
  await until('it is noticed', 5000, async () => (await fetch(`${url}/v1/jobs`)).status === 503)
  await assertOutage(url, jobs, before.id)
  await until('jobs are there again', 90_000, async () => (await fetch(`${url}/v1/jobs`)).status === 200)
  assert.equal((await jobs.result(before.id)).status, 200)
  assert.equal((await jobs.ended((await jobs.submit('/v1/embeddings', TEXTS)).id)).state, 'completed')
})
