import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { Engine, EngineOptions, RunResult } from '../../src/engine/engine.js'
import { AppError } from '../../src/errors.js'
import { demand, eventually, fixtureGraph, rowsOf, slowFeeds, startEngine, untilLoaded } from './harness.js'

const MIB = 1 << 20
const slow = fixtureGraph('slow', { maxBatch: 1 })
const isCode = (code: string) => (error: unknown) => error instanceof AppError && error.code === code

const narrowOf = (engine: Engine) => engine.status().lanes.slice(1)
const isCopied = (engine: Engine, digest = slow.digest): boolean =>
  narrowOf(engine).length === 2 &&
  narrowOf(engine).every(({ sessions }) => sessions.some((own) => own.digest === digest))
/** Which lanes are at work. */
const busyLanes = (engine: Engine): number[] =>
  engine.status().lanes.flatMap(({ lane, runs }) => (runs > 0 ? [lane] : []))

function startWide(t: TestContext, changes: Partial<EngineOptions> = {}): Promise<Engine> {
  // A second run must not be sent ahead: which lane is at work is what is looked at.
  const own = { threadsPerLane: 2, narrowLanes: 2, copyAfterWaitMs: 20, calmAfterMs: 30, prefetchBelowMs: 0 }
  return startEngine(t, { ...own, ...changes })
}

function ask(engine: Engine, rounds: number, own = demand(), value = 1): Promise<RunResult> {
  return engine.run('a@1', slow, slowFeeds(rounds, value), own)
}

/** Keeps many requests in the house until the graph is in every narrow lane. */
async function crowdUntilCopied(engine: Engine): Promise<void> {
  while (!isCopied(engine)) await Promise.all([1, 2, 3, 4].map(() => ask(engine, 300)))
}

test('one request at a time is never copied for, many are, and the answers stay', async (t) => {
  const engine = await startWide(t)
  await engine.load('a@1', [slow], untilLoaded)
  for (let at = 0; at < 5; at++) await ask(engine, 2000)
  assert.equal(engine.status().lanes.length, 1, 'no narrow lane was started')
  await crowdUntilCopied(engine)
  const crowd = Array.from({ length: 12 }, (_, k) => ask(engine, 2000, demand(), k))
  await new Promise(setImmediate)
  assert.deepEqual(busyLanes(engine), [1, 2])
  const answers = await Promise.all(crowd)
  answers.forEach(({ outputs }, k) => assert.equal(outputs['y']?.data[0], k))
})

test('when the crowd is gone the wide lane takes over again', async (t) => {
  const engine = await startWide(t)
  await engine.load('a@1', [slow], untilLoaded)
  await crowdUntilCopied(engine)
  const taken: number[] = []
  while (taken.at(-1) !== 0) {
    const single = ask(engine, 500)
    await new Promise(setImmediate)
    taken.push(...busyLanes(engine))
    await single
  }
  // Requests that are in the house and do not run yet are a crowd too.
  const permits = [engine.admit('a@1', demand()), engine.admit('a@1', demand())]
  const among = ask(engine, 2000)
  await new Promise(setImmediate)
  assert.ok(!busyLanes(engine).includes(0))
  for (const permit of permits) permit.release()
  await among
})

test('in a crowd what is urgent has the wide lane at once, and what must be the same bytes waits for it', async (t) => {
  const engine = await startWide(t)
  await engine.load('a@1', [slow], untilLoaded)
  await crowdUntilCopied(engine)
  const crowd = Array.from({ length: 4 }, () => ask(engine, 20_000))
  await new Promise(setImmediate)
  const urgent = ask(engine, 2000, demand('stat'))
  await new Promise(setImmediate)
  assert.deepEqual(busyLanes(engine), [0, 1, 2])
  await urgent
  assert.deepEqual(busyLanes(engine), [1, 2], 'it is done before any of the others')
  const same = ask(engine, 2000, demand('routine', { isDeterministic: true }))
  await Promise.all([...crowd, same])
  const order: string[] = []
  const [long, exact] = [
    ask(engine, 20_000, demand('stat')).then(() => order.push('long')),
    ask(engine, 1, demand('stat', { isDeterministic: true })).then(() => order.push('exact')),
  ]
  await Promise.all([long, exact])
  assert.deepEqual(order, ['long', 'exact'], 'narrow lanes were free')
})

test('copies are dropped with the last claim, and what comes back is run', async (t) => {
  const engine = await startWide(t)
  await engine.load('a@1', [slow], untilLoaded)
  await crowdUntilCopied(engine)
  await engine.unload('a@1')
  assert.ok(engine.status().lanes.every(({ sessions }) => sessions.length === 0))
  await engine.load('a@1', [slow], untilLoaded)
  await crowdUntilCopied(engine)
})

test('a narrow lane that is killed under load loses no run, comes back and is filled again', async (t) => {
  const engine = await startWide(t)
  await engine.load('a@1', [slow], untilLoaded)
  await crowdUntilCopied(engine)
  const crowd = Array.from({ length: 12 }, (_, k) => ask(engine, 3000, demand(), k))
  await new Promise(setImmediate)
  process.kill(narrowOf(engine)[0]!.pid!, 'SIGKILL')
  const answers = await Promise.all(crowd)
  answers.forEach(({ outputs }, k) => assert.equal(outputs['y']?.data[0], k))
  await eventually(() => isCopied(engine) && narrowOf(engine)[0]?.restarts === 1, 'the copy is back')
  assert.deepEqual(engine.status().quarantined, [])
})

test('all lanes killed at once are one strike: every run is answered and nobody is quarantined', async (t) => {
  const engine = await startWide(t)
  await engine.load('a@1', [slow], untilLoaded)
  await crowdUntilCopied(engine)
  const crowd = Array.from({ length: 8 }, (_, k) => ask(engine, 5000, demand(k === 0 ? 'stat' : 'routine'), k))
  await new Promise(setImmediate)
  assert.deepEqual(busyLanes(engine), [0, 1, 2])
  for (const { pid } of engine.status().lanes) process.kill(pid!, 'SIGKILL')
  const answers = await Promise.all(crowd)
  answers.forEach(({ outputs }, k) => assert.equal(outputs['y']?.data[0], k))
  assert.deepEqual(engine.status().quarantined, [])
})

test('the wide lane that is killed under load leaves the narrow ones to answer', async (t) => {
  const engine = await startWide(t, { laneTimes: { backoffMs: 1500 } })
  await engine.load('a@1', [slow], untilLoaded)
  await crowdUntilCopied(engine)
  process.kill(engine.status().lanes[0]!.pid!, 'SIGKILL')
  await eventually(() => engine.status().lanes[0]?.pid === undefined, 'it is gone')
  await ask(engine, 10)
  assert.equal(engine.status().lanes[0]?.pid, undefined, 'it was answered meanwhile')
  const same = ask(engine, 10, demand('routine', { isDeterministic: true }))
  await same
  assert.equal(engine.status().lanes[0]?.restarts, 1, 'the same bytes come from the wide lane only')
})

test('copies count against the budget: none where they do not fit, and they make room for an original', async (t) => {
  const engine = await startWide(t, { budgetBytes: 35 * MIB })
  // Said to be large, so that what the allocator does on the way is small beside it.
  const busy = fixtureGraph('slow', { maxBatch: 1, bytes: 10 * MIB })
  await engine.load('a@1', [busy], untilLoaded)
  await crowdUntilCopied(engine)
  const other = fixtureGraph('ballast-1', { bytes: 10 * MIB })
  await engine.load('b@1', [other], untilLoaded)
  await eventually(() => narrowOf(engine).every(({ sessions }) => sessions.length === 0), 'the copies have left')
  await Promise.all([1, 2, 3, 4].map(() => ask(engine, 300)))
  await engine.run('b@1', other, { x: rowsOf([1])['x']! }, demand())
  assert.equal(engine.status().lanes[0]?.sessions.length, 2)

  const small = await startWide(t, { budgetBytes: 25 * MIB })
  await small.load('a@1', [busy], untilLoaded)
  for (let at = 0; at < 5; at++) await Promise.all([1, 2, 3, 4].map(() => ask(small, 300)))
  assert.ok(narrowOf(small).every(({ sessions }) => sessions.length === 0))
})

test('a graph that its pack wants in fewer lanes is not copied', async (t) => {
  const engine = await startWide(t)
  await engine.load('a@1', [fixtureGraph('slow', { maxBatch: 1, replicas: 2 })], untilLoaded)
  for (let at = 0; at < 5; at++) await Promise.all([1, 2, 3, 4].map(() => ask(engine, 300)))
  assert.equal(engine.status().lanes.length, 1)
})

test('a caller that leaves a crowd is let go, and closing ends the narrow lanes too', async (t) => {
  const engine = await startWide(t)
  await engine.load('a@1', [slow], untilLoaded)
  await crowdUntilCopied(engine)
  const leaving = new AbortController()
  const crowd = [1, 2, 3, 4].map(() => ask(engine, 5000))
  const gone = [1, 2, 3].map(() => ask(engine, 50_000, demand('routine', { signal: leaving.signal })))
  await new Promise(setImmediate)
  leaving.abort()
  for (const left of gone) await assert.rejects(left, isCode('cancelled'))
  await Promise.all(crowd)
  const pids = engine.status().lanes.flatMap(({ pid }) => pid ?? [])
  assert.equal(pids.length, 3)
  await engine.close({ graceMs: 5000 })
  for (const pid of pids) assert.throws(() => process.kill(pid, 0), `process ${pid} is gone`)
})
