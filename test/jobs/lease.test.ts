import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { createEndings } from '../../src/jobs/endings.js'
import { createLeases } from '../../src/jobs/lease.js'
import type { State } from '../../src/state/state.js'
import { until } from '../e2e/server.js'
import { openState, testBoth, testServer } from '../state/kinds.js'
import { temporaryFolder } from '../folder.js'
import { noPostgres, startPostgres } from '../state/postgres.js'
import { HandExecute, makeJobs, submission, untilState } from './harness.js'

async function leasesOf(state: State, changes: { leaseMs?: number; maxCrashes?: number; isExclusive?: boolean } = {}) {
  const worker = randomUUID()
  const spool = await state.spool()
  const fixed = { database: state.database, worker, spool, retentionMs: 60_000 }
  return { worker, leases: createLeases({ ...fixed, leaseMs: 60_000, maxCrashes: 3, isExclusive: false, ...changes }) }
}

testBoth(
  'a lease that nobody renews ends: the job is another’s, and the first worker can change nothing',
  async (t, state) => {
    const jobs = makeJobs(t, state)
    const id = await jobs.submit(submission('x'))
    const [silent, live] = [await leasesOf(state, { leaseMs: 1 }), await leasesOf(state)]
    const mine = (await silent.leases.claim([]))!
    assert.deepEqual([mine.id, mine.attempts], [id, 1])
    await until('it is over', 5000, async () => (await live.leases.reap()).length === 1)
    assert.equal(await live.leases.claim([id]), undefined, 'not one that is still being stopped here')
    const theirs = (await live.leases.claim([]))!
    assert.deepEqual([theirs.id, theirs.attempts, theirs.crashes], [id, 2, 1])
    const claim = { id, worker: silent.worker, attempt: mine.attempts }
    const endings = createEndings(state.database, 60_000)
    const kept = await state.blobs.put(Buffer.from('late'))
    const late = { status: 200, headers: {} }
    assert.equal(await endings.answer(claim, late, kept), false)
    assert.equal(await endings.fail(claim, { code: 'internal', message: '', details: {} }), false)
    assert.equal(await silent.leases.putBack(claim, 0), false)
    assert.deepEqual(await silent.leases.renew([{ id }]), [])
    assert.deepEqual(await live.leases.renew([{ id }]), [{ id, isCancelRequested: false }])
    assert.equal(await endings.answer({ ...claim, worker: live.worker, attempt: 2 }, late, kept), true)
    assert.equal((await jobs.get(id)).state, 'completed')
  },
)

testBoth('a job whose process ends each time is given up and says so', async (t, state) => {
  const jobs = makeJobs(t, state)
  const id = await jobs.submit(submission('poison'))
  const { leases } = await leasesOf(state, { leaseMs: 1, maxCrashes: 2 })
  for (let crash = 0; crash < 2; crash++) {
    assert.equal((await leases.claim([]))?.id, id)
    await until('the lease is over', 5000, async () => (await leases.reap()).length === 1)
  }
  const job = await jobs.get(id)
  assert.deepEqual([job.state, job.error?.code, job.attempts], ['failed', 'job_lost', 2])
})

testBoth('where no other process can be, a dead one’s jobs are free at once', async (t, state) => {
  const jobs = makeJobs(t, state)
  const id = await jobs.submit(submission('x'))
  const [dead, next] = [await leasesOf(state), await leasesOf(state, { isExclusive: true })]
  assert.equal((await dead.leases.claim([]))?.id, id)
  assert.deepEqual(
    (await next.leases.reap()).map((row) => row.id),
    [id],
  )
  assert.equal((await next.leases.claim([]))?.id, id)
  assert.deepEqual(await next.leases.reap(), [], 'its own are not')
})

testServer('a job waits for a process that has its data folder', async (t, state) => {
  const jobs = makeJobs(t, state)
  const id = await jobs.submit(submission('x'))
  const { leases } = await leasesOf({ ...state, spool: () => Promise.resolve(randomUUID()) })
  assert.equal(await leases.claim([]), undefined)
  assert.equal((await jobs.get(id)).queuePosition, 1)
})

test(
  'the database is gone for longer than a lease: the job stops, waits, and is carried out once',
  { skip: noPostgres ?? false },
  async (t) => {
    const server = await startPostgres(t)
    const state = openState(t, { dataDir: temporaryFolder(), databaseUrl: server.url })
    await state.open()
    const hand = new HandExecute()
    const jobs = makeJobs(t, state, { leaseMs: 4_000 })
    jobs.start(hand.execute)
    const id = await jobs.submit(submission('long'))
    const first = await hand.call(0)
    await server.stop()
    await assert.rejects(jobs.get(id), (error) => (error as { code?: string }).code === 'state_unavailable')
    await until('it is stopped when its lease is over', 20_000, () => first.signal.aborted)
    await server.start()
    const second = await hand.call(1)
    second.answer()
    await untilState(jobs, id, 'completed')
    assert.deepEqual([hand.calls.length, hand.mostRunning, (await jobs.get(id)).attempts], [2, 1, 2])
  },
)

test(
  'a job that ends while the database is gone is answered when it is back',
  { skip: noPostgres ?? false },
  async (t) => {
    const server = await startPostgres(t)
    const state = openState(t, { dataDir: temporaryFolder(), databaseUrl: server.url })
    await state.open()
    const hand = new HandExecute()
    const jobs = makeJobs(t, state, { leaseMs: 60_000 })
    jobs.start(hand.execute)
    const id = await jobs.submit(submission('short'))
    const call = await hand.call(0)
    await server.stop()
    call.answer()
    await server.start()
    await until('the pool is back', 10_000, () =>
      jobs.get(id).then(
        () => true,
        () => false,
      ),
    )
    await untilState(jobs, id, 'completed')
    assert.equal(hand.calls.length, 1)
  },
)
