import assert from 'node:assert/strict'
import { getPriority } from 'node:os'
import { test } from 'node:test'
import { demand, eventually, fixtureGraph, rowsOf, untilLoaded } from './harness.js'
import { ask, busyLanes, crowdUntilCopied, narrowOf, slow, startWide } from './narrow-lanes.js'

const MIB = 1 << 20

test('one wide lane and two narrow ones', async (t) => {
  const engine = await startWide(t)
  await engine.load('a@1', [slow], untilLoaded)
  await t.test('one request at a time is never copied for, many are, and the answers stay', async () => {
    for (let at = 0; at < 5; at++) await ask(engine, 2000)
    assert.equal(engine.status().lanes.length, 1, 'no narrow lane was started')
    await crowdUntilCopied(engine)
    const crowd = Array.from({ length: 12 }, (_, k) => ask(engine, 2000, demand(), k))
    await new Promise(setImmediate)
    assert.deepEqual(busyLanes(engine), [1, 2])
    const niceness = engine.status().lanes.map(({ pid }) => getPriority(pid) - getPriority())
    assert.deepEqual(niceness, [0, 10, 10], 'the narrow ones give way')
    const answers = await Promise.all(crowd)
    answers.forEach(({ outputs }, k) => assert.equal(outputs['y']?.data[0], k))
  })
  await t.test('when the crowd is gone the wide lane takes over again', async () => {
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
  await t.test(
    'in a crowd what is urgent has the wide lane at once, and what must be the same bytes waits for it',
    async () => {
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
    },
  )
  await t.test('copies are dropped with the last claim, and what comes back is run', async () => {
    await engine.unload('a@1')
    assert.ok(engine.status().lanes.every(({ sessions }) => sessions.length === 0))
    await engine.load('a@1', [slow], untilLoaded)
    await crowdUntilCopied(engine)
  })
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
