import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseDevice } from '../../src/engine/devices.js'
import { createEngine, type Engine } from '../../src/engine/engine.js'
import { AppError } from '../../src/errors.js'
import { silentLog, silentMeter, systemClock } from '../../src/ports.js'
import { demand, eventually, fixtureGraph, rowsOf, slowFeeds, startEngine, untilLoaded } from './harness.js'
import { temporaryFolder } from '../folder.js'

const isCode = (code: string) => (error: unknown) => error instanceof AppError && error.code === code

const kill = (engine: Engine): void => {
  for (const { pid } of engine.status().lanes) if (pid !== undefined) process.kill(pid, 'SIGKILL')
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

test('kill -9 under 32 callers: each gets an answer or lane_failed, and the service is back by itself', async (t) => {
  const engine = await startEngine(t)
  const graph = fixtureGraph('slow', { maxBatch: 2 })
  await engine.load('a@1', [graph], untilLoaded)
  const before = engine.status().lanes[0]?.pid
  const calls = Array.from({ length: 32 }, (_, k) => engine.run('a@1', graph, slowFeeds(2000, k), demand()))
  await calls[0]
  kill(engine)
  const ends = await Promise.allSettled(calls)
  for (const [k, end] of ends.entries()) {
    if (end.status === 'rejected') assert.ok(isCode('lane_failed')(end.reason), String(end.reason))
    else assert.equal(end.value.outputs['y']?.dims[0], 1, `caller ${k} has its row`)
  }
  assert.ok(ends.filter(({ status }) => status === 'fulfilled').length >= 30, 'what was in flight was tried once more')
  await engine.run('a@1', graph, slowFeeds(1), demand())
  const [lane] = engine.status().lanes
  assert.ok(lane !== undefined && lane.pid !== before && lane.restarts === 1)
})

test('a pack that kills its lane twice is quarantined, the others are not, and loading it again pardons it', async (t) => {
  const engine = await startEngine(t)
  const [bad, good] = [fixtureGraph('slow', { maxBatch: 1 }), fixtureGraph('double')]
  await engine.load('good@1', [good], untilLoaded)
  await engine.load('bad@1', [bad], untilLoaded)
  const deadly = engine.run('bad@1', bad, slowFeeds(200_000), demand())
  const outcome = assert.rejects(deadly, (error) => isCode('lane_failed')(error) || isCode('model_quarantined')(error))
  for (const deaths of [1, 2]) {
    await eventually(
      () => engine.status().lanes.some(({ pid, runs }) => pid !== undefined && runs > 0),
      'the run is in the lane',
    )
    kill(engine)
    if (deaths === 1) await eventually(() => engine.status().lanes[0]?.restarts === 1, 'the lane is back')
  }
  await outcome
  assert.deepEqual(engine.status().quarantined, ['bad@1'])
  await assert.rejects(engine.run('bad@1', bad, slowFeeds(1), demand()), isCode('model_quarantined'))
  assert.throws(() => engine.admit('bad@1', demand()), isCode('model_quarantined'))
  await engine.run('good@1', good, rowsOf([1]), demand())
  await engine.unload('bad@1')
  await engine.load('bad@1', [bad], untilLoaded)
  await engine.run('bad@1', bad, slowFeeds(1), demand())
})

test('a run that hangs has its lane killed, and others are answered', async (t) => {
  const engine = await startEngine(t, { runLimitMs: 150 })
  const [slow, double] = [fixtureGraph('slow', { maxBatch: 1 }), fixtureGraph('double')]
  await engine.load('a@1', [slow], untilLoaded)
  await engine.load('b@1', [double], untilLoaded)
  await assert.rejects(
    engine.run('a@1', slow, slowFeeds(5_000_000), demand()),
    (error) => isCode('lane_failed')(error) || isCode('model_quarantined')(error),
  )
  const { outputs } = await engine.run('b@1', double, rowsOf([21]), demand())
  assert.deepEqual([...(outputs['y']?.data as Float32Array)], [42])
})

test('a graph that cannot be read is model_invalid with a reason, and the lane lives on', async (t) => {
  const engine = await startEngine(t)
  const folder = temporaryFolder('engine')
  const path = join(folder, 'broken.onnx')
  writeFileSync(path, 'this is not a graph')
  const good = fixtureGraph('double')
  await engine.load('good@1', [good], untilLoaded)
  const pid = engine.status().lanes[0]?.pid
  await assert.rejects(
    engine.load('bad@1', [fixtureGraph('triple', { path, digest: 'f'.repeat(64) })], untilLoaded),
    (error) => {
      assert.ok(error instanceof AppError && error.code === 'model_invalid' && error.message.length > 20)
      return true
    },
  )
  await engine.run('good@1', good, rowsOf([1]), demand())
  assert.equal(engine.status().lanes[0]?.pid, pid)
})

test('two owners of one file share a session, and one of them leaving keeps it', async (t) => {
  const engine = await startEngine(t)
  const graph = fixtureGraph('double')
  await Promise.all([engine.load('a@1', [graph], untilLoaded), engine.load('b@1', [graph], untilLoaded)])
  assert.equal(engine.status().lanes[0]?.sessions.length, 1)
  await engine.unload('a@1')
  await engine.run('b@1', graph, rowsOf([1]), demand())
  await assert.rejects(engine.run('a@1', graph, rowsOf([1]), demand()), isCode('model_not_loaded'))
  await engine.unload('b@1')
  await eventually(() => engine.status().lanes[0]?.sessions.length === 0, 'the session is released')
})

test('the budget evicts the least recently used, never what is pinned, and an evicted graph comes back', async (t) => {
  // Said to be large, so that what the allocator does on the way is small beside it.
  const MIB = 1 << 20
  const graphs = (['ballast-1', 'ballast-2', 'ballast-3'] as const).map((name) =>
    fixtureGraph(name, { bytes: 10 * MIB }),
  )
  const small = await startEngine(t, { budgetBytes: 25 * MIB })
  await small.load('a@1', [graphs[0]!], { ...untilLoaded, pin: true })
  await small.load('b@1', [graphs[1]!], untilLoaded)
  await small.load('c@1', [graphs[2]!], untilLoaded)
  const held = small.status().lanes[0]!.sessions.map(({ digest }) => digest)
  assert.ok(held.includes(graphs[0]!.digest) && held.includes(graphs[2]!.digest) && !held.includes(graphs[1]!.digest))
  await small.run('b@1', graphs[1]!, { x: rowsOf([1])['x']! }, demand())
  assert.ok(small.status().lanes[0]!.sessions.some(({ digest }) => digest === graphs[1]!.digest))
  const tiny = await startEngine(t, { budgetBytes: 8 * MIB })
  await assert.rejects(tiny.load('a@1', [graphs[0]!], untilLoaded), isCode('over_budget'))
})

test('an explicit device that does not load is an error, auto takes the CPU', async (t) => {
  const base = {
    lanes: 1,
    threadsPerLane: 1,
    budgetBytes: 1 << 30,
    log: silentLog,
    meter: silentMeter,
    clock: systemClock,
  }
  await assert.rejects(createEngine({ ...base, device: parseDevice('cuda:0') }), isCode('device_unavailable'))
  const engine = await startEngine(t, { device: parseDevice('auto') })
  assert.equal(engine.status().lanes[0]?.device, 'cpu')
})

test('closing lets what runs end, refuses what comes, and leaves no process', async () => {
  const engine = await createEngine({
    ...{ device: parseDevice('cpu'), lanes: 2, threadsPerLane: 1, budgetBytes: 1 << 30 },
    ...{ log: silentLog, meter: silentMeter, clock: systemClock },
  })
  const graph = fixtureGraph('slow', { maxBatch: 1 })
  await engine.load('a@1', [graph], untilLoaded)
  const pids = engine.status().lanes.map(({ pid }) => pid!)
  const running = Promise.all([1, 2, 3, 4].map((k) => engine.run('a@1', graph, slowFeeds(3000, k), demand())))
  const closed = engine.close({ graceMs: 20_000 })
  assert.throws(() => engine.admit('a@1', demand()), isCode('draining'))
  assert.equal((await running).length, 4)
  await closed
  assert.deepEqual(pids.filter(isAlive), [])
})

test('lanes end when the server is killed', async () => {
  const parent = fork(join(import.meta.dirname, 'engine-host.ts'), { execArgv: ['--import', 'tsx'] })
  const [pids] = (await once(parent, 'message')) as [number[]]
  assert.ok(pids.length === 1 && pids.every(isAlive))
  parent.kill('SIGKILL')
  await eventually(() => !pids.some(isAlive), 'the lanes are gone')
})

test('a shared graph file in another place is the same session', async (t) => {
  const engine = await startEngine(t)
  const folder = temporaryFolder('shared')
  const graph = fixtureGraph('double')
  const path = join(folder, 'copy.onnx')
  copyFileSync(graph.path, path)
  await engine.load('a@1', [graph], untilLoaded)
  await engine.load('b@1', [{ ...graph, path }], untilLoaded)
  assert.equal(engine.status().lanes[0]?.sessions.length, 1)
})
