import assert from 'node:assert/strict'
import { test } from 'node:test'
import { temporaryFolder } from '../folder.js'
import { freshDatabase, noPostgres } from '../state/postgres.js'
import { startBalancer } from './balancer.js'
import { jobClient } from './job-client.js'
import { assertOnce, killAll, request } from './job-drill.js'
import { makeStore } from './packs.js'
import { FILM, startServer, until } from './server.js'

const CALLERS = 6
/** Of each caller; and this many jobs beside them. */
const CALLS = 40
const JOBS = 40
const KILLED_AFTER = 60

interface Call {
  readonly status: number
  readonly startedMs: number
  readonly endedMs: number
}

async function embedFilm(url: string): Promise<Call> {
  const startedMs = performance.now()
  const body = new Uint8Array(FILM)
  const headers = { 'content-type': 'image/jpeg' }
  const status = await fetch(`${url}/v1/embeddings?model=good`, { method: 'POST', headers, body }).then(
    async (reply) => (await reply.arrayBuffer(), reply.status),
    () => 502,
  )
  return { status, startedMs, endedMs: performance.now() }
}

test(
  'two replicas behind a plain balancer, one killed under load: no job is lost, and only requests it had in hand fail, once',
  { skip: noPostgres ?? false },
  async (t) => {
    const store = makeStore()
    const environment = {
      ...{ DATA_DIR: temporaryFolder(), DATABASE_URL: await freshDatabase(t), JOB_LEASE_MS: '6000' },
      ...{ MAX_RUNNING_JOBS: '3', LANES: '1' },
    }
    const replicas = await Promise.all([startServer(t, store, environment), startServer(t, store, environment)])
    const [doomed, other] = replicas
    const balancer = await startBalancer(
      t,
      replicas.map(({ port }) => port),
    )
    const jobs = jobClient(balancer.url)
    const calls: Call[] = []
    const retried: Call[] = []
    const accepted = new Map<number, string>()

    const caller = async (): Promise<void> => {
      for (let at = 0; at < CALLS; at++) {
        const call = await embedFilm(balancer.url)
        calls.push(call)
        if (call.status !== 200) retried.push(await embedFilm(balancer.url))
      }
    }
    // The key makes it safe to ask again: an answer that was lost on the way is not a second job.
    const submit = async (at: number): Promise<void> => {
      const headers = { prefer: 'respond-async', 'idempotency-key': `replicas-${at}` }
      let reply = await jobs.post('/v1/embeddings', request(at), headers)
      if (reply.status === 502) reply = await jobs.post('/v1/embeddings', request(at), headers)
      assert.equal(reply.status, 202)
      accepted.set(at, ((await reply.json()) as { id: string }).id)
    }
    const submitAll = async (): Promise<void> => {
      for (let at = 0; at < JOBS; at++) await submit(at)
    }

    const load = Promise.all([submitAll(), ...Array.from({ length: CALLERS }, caller)])
    await until('both have answered, and the load is well under way', 60_000, () => {
      return calls.length >= KILLED_AFTER && [...balancer.answered.values()].every((count) => count > 0)
    })
    // What runs on it now stays in its hands until it dies.
    doomed.pauseLanes()
    await until('it has inference and jobs in hand', 30_000, async () => {
      const { body } = await doomed.ask('/metrics')
      return Number(/^radserve_jobs_running (\d+)$/m.exec(body)?.[1] ?? 0) > 0
    })
    const killedMs = performance.now()
    await killAll(doomed)
    const goneMs = performance.now()
    await load

    assert.equal(calls.length, CALLERS * CALLS)
    const failed = calls.filter(({ status }) => status !== 200)
    assert.ok(failed.length <= CALLERS, 'at most one of each caller was in flight')
    for (const { status, startedMs, endedMs } of failed) {
      assert.equal(status, 502)
      assert.ok(startedMs <= goneMs && endedMs >= killedMs, 'it was in flight when the replica died')
    }
    assert.deepEqual(
      retried.map(({ status }) => status),
      failed.map(() => 200),
      'asked again, each is answered',
    )
    assert.ok(balancer.broken() > 0, 'the replica had something in hand')

    assert.equal(accepted.size, JOBS)
    const direct = jobClient(`http://127.0.0.1:${other.port}`)
    let repeated = 0
    for (const [at, id] of accepted) {
      const job = await direct.ended(id, 60_000)
      assert.equal(job.state, 'completed')
      if (job.attempts > 1) repeated++
      await assertOnce(direct, id, job.attempts)
      const answer = (await (await direct.result(id)).json()) as object
      assert.deepEqual(answer, await (await direct.post('/v1/embeddings', request(at))).json())
    }
    assert.ok(repeated > 0, 'jobs of the dead replica were run again by the other')
    t.diagnostic(
      `${calls.length} requests, ${failed.length} failed and answered when asked again; ${JOBS} jobs, ${repeated} run again`,
    )
  },
)
