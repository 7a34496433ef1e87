import assert from 'node:assert/strict'
import { ChildProcess } from 'node:child_process'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'
import { parseDevice } from '../../src/engine/devices.js'
import { createEngine, type Engine, type RunResult } from '../../src/engine/engine.js'
import { AppError } from '../../src/errors.js'
import { silentLog, silentMeter, systemClock } from '../../src/ports.js'
import { tensor } from '../../src/tensor/tensor.js'
import { demand, eventually, fixtureGraph, rowsOf, slowFeeds, startEngine, untilLoaded } from './harness.js'

const isCode = (code: string) => (error: unknown) => error instanceof AppError && error.code === code
const pidOf = (engine: Engine): number | undefined => engine.status().lanes[0]?.pid

test('a run that comes between the closing of the channel and the exit does not stop the event loop', async (t) => {
  const engine = await startEngine(t)
  const graph = fixtureGraph('double')
  await engine.load('a@1', [graph], untilLoaded)
  // The exit is seen 4 to 8 ms after the disconnect; a call must fall exactly between them.
  const emit = Reflect.get(ChildProcess.prototype, 'emit')
  const answer = new Promise<unknown>((resolve) => {
    let isOffered = false
    t.mock.method(ChildProcess.prototype, 'emit', function (this: ChildProcess, name: string, ...rest: unknown[]) {
      const isHeard = Reflect.apply(emit, this, [name, ...rest]) as boolean
      if (name === 'disconnect' && !isOffered) {
        isOffered = true
        resolve(engine.run('a@1', graph, rowsOf([21]), demand()))
      }
      return isHeard
    })
  })
  process.kill(pidOf(engine)!, 'SIGKILL')
  const { outputs } = (await answer) as RunResult
  assert.deepEqual([...(outputs['y']?.data ?? [])], [42])
  assert.equal(engine.status().lanes[0]?.restarts, 1)
})

test('an idle lane that does not answer is killed and replaced', async (t) => {
  const engine = await startEngine(t, { laneTimes: { heartbeatMs: 50, pingLimitMs: 300 } })
  const graph = fixtureGraph('double')
  await engine.load('a@1', [graph], { ...untilLoaded, pin: true })
  const stopped = pidOf(engine)!
  process.kill(stopped, 'SIGSTOP')
  await eventually(() => engine.status().lanes[0]?.restarts === 1 && engine.isReady(), 'another is ready')
  assert.notEqual(pidOf(engine), stopped)
  await engine.run('a@1', graph, rowsOf([1]), demand())
  assert.deepEqual(engine.status().quarantined, [])
})

test("a caller's bad row fails that caller and not those who share its batch", async (t) => {
  const engine = await startEngine(t, { prefetchBelowMs: 0 })
  const [slow, picky] = [fixtureGraph('slow'), fixtureGraph('picky')]
  await engine.load('a@1', [slow, picky], untilLoaded)
  const busy = engine.run('a@1', slow, slowFeeds(3000), demand())
  await new Promise(setImmediate)
  const ask = (index: bigint) =>
    engine.run('a@1', picky, { x: tensor('int64', [1, 1], BigInt64Array.of(index)) }, demand())
  const ends = await Promise.allSettled([ask(0n), ask(1n), ask(31337n), ask(2n)])
  await busy
  assert.deepEqual(
    ends.map((end) => (end.status === 'fulfilled' ? end.value.outputs['y']?.data[0] : (end.reason as AppError).code)),
    [10, 11, 'invalid_tensor', 12],
  )
  const { success, fail, cancel, batches, executionCount } = engine.statistics('a@1')
  assert.deepEqual([success.count, fail.count, cancel], [4, 1, { count: 0, ns: 0 }])
  assert.ok(fail.ns > 0 && fail.ns < success.ns, 'it took its time, and the four others theirs')
  assert.equal(
    batches.reduce((sum, batch) => sum + batch.computeOutput.count, 0),
    executionCount,
  )
  const refusal = ends[2] as PromiseRejectedResult
  assert.doesNotMatch((refusal.reason as AppError).message, /31337/, 'the value may be a token of somebody')
})

test('callers of one batch each get the outputs that they asked for', async (t) => {
  const engine = await startEngine(t, { prefetchBelowMs: 0 })
  const [slow, conv] = [fixtureGraph('slow'), fixtureGraph('conv')]
  await engine.load('a@1', [slow, conv], untilLoaded)
  const pixels = { pixels: tensor('uint8', [1, 1, 16, 16], new Uint8Array(256).fill(9)) }
  const busy = engine.run('a@1', slow, slowFeeds(3000), demand())
  await new Promise(setImmediate)
  const [vector, both] = await Promise.all([
    engine.run('a@1', conv, pixels, demand(), ['global']),
    engine.run('a@1', conv, pixels, demand()),
  ])
  await busy
  assert.equal(vector.batchRows, 2)
  assert.deepEqual(Object.keys(vector.outputs), ['global'])
  assert.deepEqual(Object.keys(both.outputs).sort(), ['global', 'grid'])
  assert.deepEqual(both.outputs['grid']?.dims, [1, 8, 8, 8])
})

test('every element type crosses the process border, in a batch and alone', async (t) => {
  const engine = await startEngine(t)
  const graph = fixtureGraph('dtypes')
  await engine.load('a@1', [graph], untilLoaded)
  const feeds = (seed: number) => ({
    i64: tensor('int64', [1, 3], BigInt64Array.of(BigInt(seed), -5n, 2n ** 40n)),
    u8: tensor('uint8', [1, 3], Uint8Array.of(seed, 128, 255)),
    b: tensor('bool', [1, 3], Uint8Array.of(1, 0, seed % 2)),
    // 1.0, -2.0 and the seed as raw bits of a half.
    f16: tensor('float16', [1, 3], Uint16Array.of(0x3c00, 0xc000, seed)),
  })
  const given = [1, 2, 3, 4].map(feeds)
  const answers = await Promise.all(given.map((feed) => engine.run('a@1', graph, feed, demand())))
  answers.forEach(({ outputs }, k) => {
    for (const [name, { dtype, data }] of Object.entries(given[k]!)) {
      assert.equal(outputs[`${name}_out`]?.dtype, dtype)
      assert.deepEqual([...(outputs[`${name}_out`]?.data ?? [])], [...data])
    }
  })
})

test('three graphs that want the room of two are all answered', async (t) => {
  const MIB = 1 << 20
  const graphs = (['ballast-1', 'ballast-2', 'ballast-3'] as const).map((name) =>
    fixtureGraph(name, { bytes: 10 * MIB, maxBatch: 2 }),
  )
  const engine = await startEngine(t, { budgetBytes: 25 * MIB })
  for (const [k, graph] of graphs.entries()) await engine.load(`pack-${k}@1`, [graph], untilLoaded)
  const calls = Array.from({ length: 60 }, (_, k) =>
    engine.run(`pack-${k % 3}@1`, graphs[k % 3]!, rowsOf([k]), demand(k % 2 === 0 ? 'stat' : 'batch')),
  )
  const answers = await Promise.all(calls)
  // Each graph adds a constant of its own to what it is given.
  const added = answers.map(({ outputs }, k) => Number(outputs['y']?.data[0]) - k)
  for (const [k, value] of added.entries()) assert.ok(Math.abs(value - added[k % 3]!) < 1e-4, `call ${k}`)
  const [lane] = engine.status().lanes
  assert.ok(lane !== undefined && lane.sessionBytes <= 25 * MIB && lane.sessions.length <= 2)
})

test('a queue that is full refuses at once and says when to come back', async (t) => {
  const engine = await startEngine(t, { maxQueuedRows: 4, prefetchBelowMs: 0 })
  const graph = fixtureGraph('slow', { maxBatch: 1 })
  await engine.load('a@1', [graph], untilLoaded)
  const calls = Array.from({ length: 12 }, () => engine.run('a@1', graph, slowFeeds(3000), demand()))
  const ends = await Promise.allSettled(calls)
  const refused = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as AppError] : []))
  assert.ok(refused.length >= 7 && refused.every(isCode('queue_full')))
  assert.ok(refused.every(({ details }) => (details.retryAfterMs ?? 0) > 0 && details.limit === 'maxQueuedRows'))
})

test('closing does not wait longer than the grace for a run that is too long', async () => {
  const engine = await createEngine({
    ...{ device: parseDevice('cpu'), lanes: 1, threadsPerLane: 1, budgetBytes: 1 << 30 },
    ...{ log: silentLog, meter: silentMeter, clock: systemClock },
  })
  const graph = fixtureGraph('slow', { maxBatch: 1 })
  await engine.load('a@1', [graph], untilLoaded)
  const endless = [1, 2, 3].map(() => engine.run('a@1', graph, slowFeeds(10_000_000), demand()))
  const outcome = Promise.all(endless.map((run) => assert.rejects(run, isCode('draining'))))
  const startMs = performance.now()
  await engine.close({ graceMs: 200 })
  await outcome
  assert.ok(performance.now() - startMs < 10_000)
  await assert.rejects(engine.run('a@1', graph, slowFeeds(1), demand()), isCode('draining'))
})

test('a load whose caller leaves gives back what it claimed', async (t) => {
  const engine = await startEngine(t)
  const graph = fixtureGraph('double')
  const leaving = new AbortController()
  const load = engine.load('a@1', [graph], { pin: true, signal: leaving.signal })
  leaving.abort()
  await assert.rejects(load, isCode('cancelled'))
  await eventually(() => engine.status().lanes[0]?.sessions.length === 0, 'nothing stays')
  await assert.rejects(engine.run('a@1', graph, rowsOf([1]), demand()), isCode('model_not_loaded'))
  await engine.load('a@1', [graph], untilLoaded)
  await engine.run('a@1', graph, rowsOf([1]), demand())
})

test('many runs of one request share its signal without a warning, and leave no listener behind', async (t) => {
  const engine = await startEngine(t)
  const graph = fixtureGraph('double')
  await engine.load('a@1', [graph], untilLoaded)
  const warnings: Error[] = []
  const onWarning = (warning: Error) => void warnings.push(warning)
  process.on('warning', onWarning)
  t.after(() => process.off('warning', onWarning))
  const request = demand()
  await Promise.all(Array.from({ length: 40 }, (_, k) => engine.run('a@1', graph, rowsOf([k]), request)))
  await new Promise(setImmediate)
  assert.deepEqual(warnings, [])
  assert.equal(getEventListeners(request.signal, 'abort').length, 0)
})
