/** Long work of many steps: progress, a stream that is cut, cancelling while it runs, and the end of the service. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { temporaryFolder } from '../state/kinds.js'
import { freshDatabase, noPostgres } from '../state/postgres.js'
import { jobClient, jobsEnvironment } from './job-client.js'
import { until } from './server.js'
import { PACKS, startService } from './service.js'

const PACK = { MODEL_STORE: PACKS, DEFAULT_MODELS: 'tiny-sd' }
const LONG = { prompt: 'left pleural effusion', steps: 60, seed: 7, deterministic: true }

interface Generated {
  readonly data: readonly { readonly b64_json: string; readonly seed: unknown }[]
}

test('progress on the way, a stream that is cut and taken up again, and the picture that is made at once', async (t) => {
  const { url, service } = await startService(t, { ...PACK, ...(await jobsEnvironment(t)) })
  await service.state.open()
  const jobs = jobClient(url)
  const now = (await (await jobs.post('/v1/images/generations', LONG)).json()) as Generated
  const job = await jobs.submit('/v1/images/generations', LONG)
  const first = await jobs.events(job.id, { enough: (all) => all.some(({ event }) => event === 'progress') })
  const cutAt = first.filter(({ id }) => id !== undefined).at(-1)!
  const rest = await jobs.events(job.id, { lastEventId: cutAt.id! })
  const ids = [...first, ...rest].flatMap(({ id }) => (id === undefined ? [] : [Number(id)]))
  assert.deepEqual(
    ids,
    Array.from({ length: ids.length }, (_, at) => at + 1),
    'none twice, none missing',
  )
  assert.equal(rest.at(-1)?.event, 'completed')
  const progress = [...first, ...rest].filter(({ event }) => event === 'progress').map(({ data }) => data)
  const steps = progress.map(({ step }) => step as number)
  assert.deepEqual(
    steps,
    steps.toSorted((a, b) => a - b),
  )
  for (const { of, eta_ms: eta } of progress) assert.ok(of === progress[0]?.['of'] && Number(eta) >= 0)
  const later = (await (await jobs.result(job.id)).json()) as Generated
  assert.deepEqual(
    later.data.map(({ b64_json }) => b64_json),
    now.data.map(({ b64_json }) => b64_json),
  )
})

test('cancelling a running job stops it between two steps', async (t) => {
  const { url, service } = await startService(t, { ...PACK, ...(await jobsEnvironment(t)) })
  await service.state.open()
  const jobs = jobClient(url)
  const job = await jobs.submit('/v1/images/generations', { ...LONG, steps: 900 })
  await jobs.events(job.id, { enough: (all) => all.some(({ event }) => event === 'progress') })
  const asked = performance.now()
  const reply = await jobs.cancel(job.id)
  assert.equal(reply.status, 202)
  const ended = await jobs.ended(job.id)
  t.diagnostic(`it had stopped ${Math.round(performance.now() - asked)} ms after it was asked to`)
  assert.equal(ended.state, 'cancelled')
  assert.ok(ended.progress!.step < ended.progress!.of / 2, `${ended.progress!.step} of ${ended.progress!.of}`)
  assert.equal((await jobs.result(job.id)).status, 409)
  const before = service.engine.statistics('tiny-sd@1.0.0').executionCount
  assert.equal((await jobs.post('/v1/images/generations', { ...LONG, steps: 2 })).status, 200)
  assert.ok(service.engine.statistics('tiny-sd@1.0.0').executionCount - before < 12, 'nothing of it runs on')
})

test(
  'two processes: events and cancelling reach a job that runs in the other',
  { skip: noPostgres ?? false },
  async (t) => {
    const environment = { ...PACK, DATA_DIR: temporaryFolder(t), DATABASE_URL: await freshDatabase(t) }
    const one = await startService(t, environment)
    const other = await startService(t, environment)
    await other.service.state.open()
    await other.service.jobs.drain()
    const [here, there] = [jobClient(one.url), jobClient(other.url)]
    const job = await there.submit('/v1/images/generations', { ...LONG, steps: 900 })
    const seen = await there.events(job.id, { enough: (all) => all.some(({ event }) => event === 'progress') })
    assert.ok(seen.some(({ event }) => event === 'running'))
    assert.equal((await there.cancel(job.id)).status, 202)
    const ends = await there.events(job.id, { lastEventId: seen.findLast(({ id }) => id !== undefined)!.id! })
    assert.equal(ends.at(-1)?.event, 'cancelled')
    assert.equal((await here.get(job.id)).state, 'cancelled')
  },
)

test(
  'a service that ends puts a long job back, and the next one makes the same picture',
  { skip: noPostgres ?? false },
  async (t) => {
    const environment = { ...PACK, DATA_DIR: temporaryFolder(t), DATABASE_URL: await freshDatabase(t) }
    const first = await startService(t, environment)
    const now = (await (await jobClient(first.url).post('/v1/images/generations', LONG)).json()) as Generated
    const job = await jobClient(first.url).submit('/v1/images/generations', { ...LONG, steps: 60 })
    await jobClient(first.url).events(job.id, { enough: (all) => all.some(({ event }) => event === 'running') })
    await first.service.jobs.close()
    const second = await startService(t, environment)
    const jobs = jobClient(second.url)
    await until('the next one has it', 30_000, async () => (await jobs.get(job.id)).attempts === 2)
    assert.equal((await jobs.ended(job.id)).state, 'completed')
    const later = (await (await jobs.result(job.id)).json()) as Generated
    assert.equal(later.data[0]?.b64_json, now.data[0]?.b64_json)
  },
)
