/** Long work of many steps: progress, a stream that is cut, cancelling while it runs, and the end of the service. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../engine/harness.js'
import { temporaryFolder } from '../folder.js'
import { freshDatabase, noPostgres } from '../state/postgres.js'
import { jobClient, jobsEnvironment } from './job-client.js'
import { until } from './server.js'
import { PACKS, startService, type RunningService } from './service.js'

const PACK = { MODEL_STORE: PACKS, DEFAULT_MODELS: 'tiny-sd', LANES: '1' }
const LONG = { prompt: 'left pleural effusion', steps: 100, n: 4, seed: 7, deterministic: true }

interface Generated {
  readonly data: readonly { readonly b64_json: string }[]
}

const runsOf = ({ service }: RunningService): number => service.engine.statistics('tiny-sd@1.0.0').executionCount

function signalLanes({ service }: RunningService, signal: 'SIGSTOP' | 'SIGCONT'): void {
  for (const { pid } of service.engine.status().lanes) process.kill(pid!, signal)
}

/** Stops the lanes in the middle of the next request, when so many runs of it are done. */
async function pauseAfter(running: RunningService, runs: number): Promise<void> {
  const before = runsOf(running)
  await eventually(() => runsOf(running) >= before + runs, `${runs} runs are done`)
  signalLanes(running, 'SIGSTOP')
}

test('progress on the way, a stream that is cut and taken up again, and the pictures that are made at once', async (t) => {
  const running = await startService(t, { ...PACK, ...(await jobsEnvironment(t)) })
  await running.service.state.open()
  const jobs = jobClient(running.url)
  const now = (await (await jobs.post('/v1/images/generations', LONG)).json()) as Generated
  const paused = pauseAfter(running, 8)
  const job = await jobs.submit('/v1/images/generations', LONG)
  await paused
  const first = await jobs.events(job.id, { enough: (all) => all.some(({ event }) => event === 'progress') })
  const { progress } = await jobs.get(job.id)
  assert.ok(progress!.step > 0 && progress!.step < progress!.of && progress!.of >= 100 && progress!.eta_ms! >= 0)
  signalLanes(running, 'SIGCONT')
  const rest = await jobs.events(job.id, { lastEventId: first.findLast(({ id }) => id !== undefined)!.id! })
  const ids = [...first, ...rest].flatMap(({ id }) => (id === undefined ? [] : [Number(id)]))
  assert.deepEqual(
    ids,
    Array.from({ length: ids.length }, (_, at) => at + 1),
    'none twice, none missing',
  )
  assert.equal(rest.at(-1)?.event, 'completed')
  const steps = [...first, ...rest].flatMap(({ event, data }) => (event === 'progress' ? [Number(data['step'])] : []))
  assert.deepEqual(
    steps,
    steps.toSorted((a, b) => a - b),
  )
  const later = (await (await jobs.result(job.id)).json()) as Generated
  assert.deepEqual(
    later.data.map(({ b64_json }) => b64_json),
    now.data.map(({ b64_json }) => b64_json),
  )
})

test('a running job that is cancelled stops at its next step, also from another process', async (t) => {
  const environment = { ...PACK, DATA_DIR: temporaryFolder(), ...(await jobsEnvironment(t)) }
  const running = await startService(t, environment)
  await running.service.state.open()
  const jobs = jobClient(running.url)
  // The embedded database belongs to one process.
  const clients = noPostgres === undefined ? [jobs, await idleClient(t, environment)] : [jobs]
  for (const client of clients) {
    const paused = pauseAfter(running, 8)
    const job = await jobs.submit('/v1/images/generations', LONG)
    await paused
    const seen = await client.events(job.id, { enough: (all) => all.some(({ event }) => event === 'running') })
    const before = runsOf(running)
    assert.equal((await client.cancel(job.id)).status, 202)
    assert.equal((await client.get(job.id)).cancel_requested, true)
    signalLanes(running, 'SIGCONT')
    const ends = await client.events(job.id, { lastEventId: seen.findLast(({ id }) => id !== undefined)!.id! })
    assert.equal(ends.at(-1)?.event, 'cancelled')
    if (client === jobs) assert.ok(runsOf(running) - before <= 2, `${runsOf(running) - before} runs after that`)
    assert.deepEqual([(await client.get(job.id)).state, (await client.result(job.id)).status], ['cancelled', 409])
  }
})

/** Of a second process's routes that takes no jobs itself. */
async function idleClient(t: Parameters<typeof startService>[0], environment: Record<string, string>) {
  const { url, service } = await startService(t, environment)
  await service.state.open()
  await service.jobs.drain()
  return jobClient(url)
}

test(
  'a service that ends puts a long job back, and the next one makes the same pictures',
  { skip: noPostgres ?? false },
  async (t) => {
    const environment = { ...PACK, DATA_DIR: temporaryFolder(), DATABASE_URL: await freshDatabase(t) }
    const first = await startService(t, environment)
    const now = (await (await jobClient(first.url).post('/v1/images/generations', LONG)).json()) as Generated
    const paused = pauseAfter(first, 8)
    const job = await jobClient(first.url).submit('/v1/images/generations', LONG)
    await paused
    const closed = first.service.jobs.close()
    signalLanes(first, 'SIGCONT')
    await closed
    const second = await startService(t, environment)
    const jobs = jobClient(second.url)
    await until('the next one has it', 30_000, async () => (await jobs.get(job.id)).attempts === 2)
    assert.equal((await jobs.ended(job.id)).state, 'completed')
    const later = (await (await jobs.result(job.id)).json()) as Generated
    assert.equal(later.data[0]?.b64_json, now.data[0]?.b64_json)
  },
)
