import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '../../src/errors.js'
import { demand, eventually, untilLoaded } from './harness.js'
import { ask, busyLanes, crowdUntilCopied, isCopied, narrowOf, slow, startWide } from './narrow-lanes.js'

const isCode = (code: string) => (error: unknown) => error instanceof AppError && error.code === code

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
