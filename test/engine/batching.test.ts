import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RunResult } from '../../src/engine/engine.js'
import { AppError } from '../../src/errors.js'
import { systemClock } from '../../src/ports.js'
import { tensor } from '../../src/tensor/tensor.js'
import { demand, fixtureGraph, recorderMeter, rowsOf, slowFeeds, startEngine, untilLoaded } from './harness.js'

const isCode = (code: string) => (error: unknown) => error instanceof AppError && error.code === code

test('alone equals in a batch, and every caller gets its own rows', async (t) => {
  const meter = recorderMeter()
  const engine = await startEngine(t, { meter })
  const graph = fixtureGraph('matmul', { maxBatch: 8 })
  await engine.load('a@1', [graph], untilLoaded)
  const feeds = Array.from({ length: 40 }, (_, k) => ({
    x: tensor(
      'float32',
      [1 + (k % 3), 16],
      Float32Array.from({ length: 16 * (1 + (k % 3)) }, (_, i) => Math.sin(k * 31 + i)),
    ),
  }))
  const alone: RunResult[] = []
  for (const feed of feeds)
    alone.push(await engine.run('a@1', graph, feed, demand('routine', { isDeterministic: true })))
  const together = await Promise.all(feeds.map((feed) => engine.run('a@1', graph, feed, demand())))
  assert.ok(Math.max(...together.map(({ batchRows }) => batchRows)) > 3, 'runs were merged')
  assert.ok(together.every(({ batchRows }) => batchRows <= 8))
  together.forEach(({ outputs }, k) => {
    const [one, many] = [alone[k]!.outputs['y']!, outputs['y']!]
    assert.deepEqual(many.dims, one.dims)
    for (let i = 0; i < one.data.length; i++) assert.ok(Math.abs(Number(one.data[i]) - Number(many.data[i])) <= 1e-5)
  })
})

test('a deterministic run shares no batch and gives the same bytes however busy the lane is', async (t) => {
  const engine = await startEngine(t)
  const graph = fixtureGraph('matmul')
  await engine.load('a@1', [graph], untilLoaded)
  const x = {
    x: tensor(
      'float32',
      [2, 16],
      Float32Array.from({ length: 32 }, (_, i) => Math.cos(i)),
    ),
  }
  const own = demand('routine', { isDeterministic: true })
  const quiet = await engine.run('a@1', graph, x, own)
  const [busy] = await Promise.all([
    engine.run('a@1', graph, x, own),
    ...Array.from({ length: 20 }, () => engine.run('a@1', graph, x, demand())),
  ])
  assert.equal(busy.batchRows, 2)
  assert.deepEqual(busy.outputs['y']?.data, quiet.outputs['y']?.data)
})

test('other widths are never mixed, and a run without a row symbol goes alone', async (t) => {
  const engine = await startEngine(t)
  const [double, pair] = [fixtureGraph('double'), fixtureGraph('pair')]
  await engine.load('a@1', [double, pair], untilLoaded)
  const widths = [1, 2, 3, 2, 1, 3, 2]
  const answers = await Promise.all(
    widths.map((width) => engine.run('a@1', double, rowsOf(Array.from({ length: width }, () => width)), demand())),
  )
  answers.forEach(({ outputs }, k) => assert.deepEqual(outputs['y']?.dims, [1, widths[k]]))
  const feeds = (m: number, n: number) => ({
    a: tensor('float32', [m, 4], new Float32Array(m * 4).fill(1)),
    b: tensor('float32', [n, 4], new Float32Array(n * 4).fill(2)),
  })
  const pairs = await Promise.all([
    engine.run('a@1', pair, feeds(2, 3), demand()),
    engine.run('a@1', pair, feeds(1, 5), demand()),
  ])
  assert.deepEqual(
    pairs.map(({ outputs }) => outputs['s']?.dims),
    [
      [2, 3],
      [1, 5],
    ],
  )
})

test('a run larger than a batch is cut and put together again', async (t) => {
  const engine = await startEngine(t)
  const graph = fixtureGraph('double', { maxBatch: 4 })
  await engine.load('a@1', [graph], untilLoaded)
  const { outputs, batchRows } = await engine.run(
    'a@1',
    graph,
    rowsOf(...Array.from({ length: 11 }, (_, i) => [i])),
    demand(),
  )
  assert.deepEqual(
    [...(outputs['total']?.data as Float32Array)],
    Array.from({ length: 11 }, (_, i) => i),
  )
  assert.equal(batchRows, 4)
})

test('stat overtakes routine, routine overtakes batch', async (t) => {
  const engine = await startEngine(t, { prefetchBelowMs: 0 })
  const graph = fixtureGraph('slow', { maxBatch: 1 })
  await engine.load('a@1', [graph], untilLoaded)
  const order: string[] = []
  const ask = (name: 'batch' | 'routine' | 'stat') =>
    engine.run('a@1', graph, slowFeeds(500), demand(name)).then(() => order.push(name))
  const first = engine.run('a@1', graph, slowFeeds(5000), demand())
  await Promise.all([first, ask('batch'), ask('routine'), ask('stat')])
  assert.deepEqual(order, ['stat', 'routine', 'batch'])
})

test('what waits long enough is overtaken no more', async (t) => {
  const engine = await startEngine(t, { ageingMs: 40 })
  const graph = fixtureGraph('slow', { maxBatch: 1 })
  await engine.load('a@1', [graph], untilLoaded)
  let statRuns = 0
  const state = { isAnswered: false }
  const humble = engine.run('a@1', graph, slowFeeds(200), demand('batch')).then(() => (state.isAnswered = true))
  const flood = async () => {
    while (!state.isAnswered && statRuns < 500) {
      statRuns += 1
      await engine.run('a@1', graph, slowFeeds(500), demand('stat'))
    }
  }
  await Promise.all([humble, flood(), flood(), flood()])
  assert.ok(state.isAnswered && statRuns < 500, `it was answered after ${statRuns} others`)
})

test('a caller that leaves while its run waits costs nothing', async (t) => {
  const meter = recorderMeter()
  const engine = await startEngine(t, { meter, prefetchBelowMs: 0 })
  const graph = fixtureGraph('slow', { maxBatch: 1 })
  await engine.load('a@1', [graph], untilLoaded)
  const busy = engine.run('a@1', graph, slowFeeds(5000), demand())
  const leaving = new AbortController()
  const gone = engine.run('a@1', graph, slowFeeds(5000), demand('routine', { signal: leaving.signal }))
  leaving.abort()
  await assert.rejects(gone, isCode('cancelled'))
  await busy
  await engine.run('a@1', graph, slowFeeds(1), demand())
  assert.equal(engine.statistics('a@1').executionCount, 2)
  assert.equal(engine.statistics('a@1').cancel.count, 1)
})

test('a caller that leaves while its run is in the lane is let go, and the lane goes on', async (t) => {
  const engine = await startEngine(t)
  const graph = fixtureGraph('slow', { maxBatch: 1 })
  await engine.load('a@1', [graph], untilLoaded)
  const leaving = new AbortController()
  const startMs = performance.now()
  const gone = engine.run('a@1', graph, slowFeeds(50_000), demand('routine', { signal: leaving.signal }))
  setTimeout(() => leaving.abort(), 30)
  await assert.rejects(gone, isCode('cancelled'))
  const leftMs = performance.now() - startMs
  await engine.run('a@1', graph, slowFeeds(1), demand())
  assert.ok(performance.now() - startMs > leftMs, 'the caller did not wait for the lane')
})

test('a deadline that passes while waiting ends the run before it begins', async (t) => {
  const engine = await startEngine(t, { prefetchBelowMs: 0 })
  const graph = fixtureGraph('slow', { maxBatch: 1 })
  await engine.load('a@1', [graph], untilLoaded)
  const busy = engine.run('a@1', graph, slowFeeds(20_000), demand())
  // The lane has begun when the loop has turned; before that the earlier deadline would go first.
  await new Promise(setImmediate)
  const late = engine.run('a@1', graph, slowFeeds(1), demand('stat', { deadlineMs: systemClock.nowMs() + 20 }))
  await assert.rejects(late, isCode('deadline_exceeded'))
  await busy
  assert.equal(engine.statistics('a@1').executionCount, 1)
})

test('permits are bounded, refusals are at once and say when to come back', async (t) => {
  const engine = await startEngine(t, { maxRequestsInFlight: 2 })
  const graph = fixtureGraph('slow')
  await engine.load('a@1', [graph], untilLoaded)
  await engine.run('a@1', graph, slowFeeds(100), demand())
  const permits = [engine.admit('a@1', demand()), engine.admit('a@1', demand())]
  assert.throws(
    () => engine.admit('a@1', demand()),
    (error) => {
      assert.ok(error instanceof AppError && error.code === 'queue_full')
      assert.ok((error.details.retryAfterMs ?? 0) > 0 && error.details.limit !== undefined)
      return true
    },
  )
  engine.admit('b@1', demand()).release()
  permits[0]!.release()
  permits[0]!.release()
  const again = engine.admit('a@1', demand())
  assert.throws(() => engine.admit('a@1', demand()), isCode('queue_full'), 'a permit comes back once')
  again.release()
})
