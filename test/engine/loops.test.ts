/** Loops that a lane goes on with by itself: the same pictures, in few trips, and nobody has to wait for more than a step. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { Engine, EngineOptions } from '../../src/engine/engine.js'
import { AppError } from '../../src/errors.js'
import { denoise, type Denoised, type OnCall } from '../../src/families/diffusion/denoise.js'
import { fillScheduler } from '../../src/families/diffusion/schedulers/defaults.js'
import type { SchedulerSpec } from '../../src/families/diffusion/schedulers/spec.js'
import { stepByStep, type RunLoop } from '../../src/families/loop.js'
import type { Demand } from '../../src/ports.js'
import type { Graph } from '../../src/store/graph.js'
import type { Tensor } from '../../src/tensor/tensor.js'
import { openTinySd } from '../families/diffusion/tiny-sd.js'
import { demand, fixtureGraph, recorderMeter, rowsOf, startEngine, untilLoaded } from './harness.js'

const OWNER = 'tiny@1'
const pack = await openTinySd('tiny-sd')
const component = pack.model.components['denoiser']!
const path = join(pack.folder, component.file)
const bytes = readFileSync(path)
const graph: Graph = {
  digest: createHash('sha256').update(bytes).digest('hex'),
  path,
  ...{ bytes: bytes.length, insideBytes: bytes.length, maxBatch: 16, replicas: undefined, rowSymbol: 'batch' },
  ...{ inputs: component.inputs, outputs: component.outputs },
}
const double = fixtureGraph('double')
const latents = { width: 8, height: 8 }

function wave(length: number, phase: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length }, (_, at) => Math.sin(at * 0.37 + phase))
}

interface Asked {
  readonly steps: number
  readonly phase?: number
  readonly scheduler?: SchedulerSpec
  readonly start?: Float32Array<ArrayBuffer>
  readonly toldEveryMs?: number
  readonly onCall?: OnCall
}

function picture(asked: Asked, advance: RunLoop): Promise<Denoised> {
  const { steps, phase = 0, scheduler = { name: 'ddim' }, start, toldEveryMs, onCall = () => undefined } = asked
  const count = 4 * latents.width * latents.height
  let drawn = 0
  const group = {
    pictures: [{ latents: start ?? wave(count, phase), noise: () => wave(count, phase + ++drawn) }],
    tokens: [1, 2].map((at): Tensor => ({ dtype: 'float32', dims: [1, 77, 32], data: wave(77 * 32, at) })),
    ...{ scheduler: fillScheduler(scheduler), steps, startStep: 0, guidanceScale: 4, guidanceRescale: 0 },
    ...{ latents, keepsSeen: false, toldEveryMs },
  }
  return denoise(pack.model, group, advance, onCall)
}

/** The engine's way of a program, and how many trips to a lane it took. */
function inEngine(engine: Engine, asked: Demand): { advance: RunLoop; trips: () => number } {
  let trips = 0
  const advance: RunLoop = async (_role, call) => {
    trips++
    return (await engine.advance(OWNER, graph, call, asked)).loop
  }
  return { advance, trips: () => trips }
}

async function start(t: TestContext, changes: Partial<EngineOptions> = {}): Promise<Engine> {
  const engine = await startEngine(t, { mostLoopMs: 600_000, ...changes })
  await engine.load(OWNER, [graph, double], untilLoaded)
  return engine
}

const alone = (asked: Asked): Promise<Denoised> => picture(asked, stepByStep(pack.run))
const isCode = (code: string) => (error: unknown) => error instanceof AppError && error.code === code
const ask = (engine: Engine) => engine.run(OWNER, double, rowsOf([1, 2]), demand())

test('whoever is alone gets all steps in one trip, and each is counted as a run', async (t) => {
  const meter = recorderMeter()
  const engine = await start(t, { meter })
  for (const scheduler of [{ name: 'pndm' }, { name: 'dpm_solver', use_karras_sigmas: true }] as const) {
    const { advance, trips } = inEngine(engine, demand())
    const found = await picture({ steps: 20, scheduler }, advance)
    assert.deepEqual(found, await alone({ steps: 20, scheduler }))
    assert.equal(trips(), 1)
  }
  const { executionCount, inferenceCount, success, batches } = engine.statistics(OWNER)
  assert.equal(success.count, 2)
  // PNDM begins with Runge-Kutta: 29 calls for 20 steps; two rows a call.
  assert.deepEqual([executionCount, inferenceCount], [49, 98])
  assert.deepEqual(
    batches.map(({ rows, computeInfer }) => [rows, computeInfer.count]),
    [[2, 49]],
  )
  assert.equal(meter.sum('radserve_runs_total'), 49)
})

test('a graph whose runs never merge goes on by itself too', async (t) => {
  const engine = await startEngine(t, { mostLoopMs: 600_000 })
  const single = { ...graph, rowSymbol: undefined }
  await engine.load(OWNER, [single], untilLoaded)
  let trips = 0
  const advance: RunLoop = async (_role, call) => {
    trips++
    return (await engine.advance(OWNER, single, call, demand())).loop
  }
  assert.deepEqual(await picture({ steps: 10 }, advance), await alone({ steps: 10 }))
  assert.equal(trips, 1)
})

test('a sampler that draws noise goes on for as long as its noise lasts', async (t) => {
  const engine = await start(t)
  const { advance, trips } = inEngine(engine, demand())
  const asked: Asked = { steps: 20, scheduler: { name: 'euler_ancestral' } }
  assert.deepEqual(await picture(asked, advance), await alone(asked))
  assert.equal(trips(), 3)
})

test('loops that meet go on together, each to its own end, and the same as alone', async (t) => {
  const engine = await start(t, { targetRunMs: 600_000 })
  const all: Asked[] = Array.from({ length: 6 }, (_, at) => ({ steps: at < 4 ? 12 : 6, phase: at }))
  const ways = all.map(() => inEngine(engine, demand()))
  const found = await Promise.all(all.map((asked, at) => picture(asked, ways[at]!.advance)))
  for (const [at, asked] of all.entries()) {
    const expected = await alone(asked)
    found[at]!.latents[0]!.forEach((value, i) => assert.ok(Math.abs(value - expected.latents[0]![i]!) <= 1e-4))
  }
  const rows = engine.statistics(OWNER).batches.map((batch) => batch.rows)
  assert.ok(Math.max(...rows) >= 8, `runs of ${rows.join()} rows`)
  // Those with other timesteps are done after six steps; from then on the rest goes on in the lane.
  for (const { trips } of ways.slice(0, 4)) assert.ok(trips() < 12, `${trips()} trips`)
})

test('a loop waits for those at work whose next step it can share; what can share none is sent ahead', async (t) => {
  const engine = await start(t, { prefetchBelowMs: Infinity, targetRunMs: 0 })
  // From then on the lane is known to be quick.
  await Promise.all([picture({ steps: 1 }, inEngine(engine, demand()).advance), ask(engine)])
  const way = () => inEngine(engine, demand()).advance
  const sentOf = async (work: readonly Promise<unknown>[]): Promise<number> => {
    await new Promise(setImmediate)
    const { runs } = engine.status().lanes[0]!
    await Promise.all(work)
    return runs
  }
  assert.equal(await sentOf([1, 2].map((phase) => picture({ steps: 4, phase }, way()))), 1)
  assert.equal(await sentOf([picture({ steps: 4 }, way()), ask(engine)]), 2)
})

test('somebody else waits for the step under way and no longer, and the loop goes on after that', async (t) => {
  const engine = await start(t)
  const { advance, trips } = inEngine(engine, demand())
  const counts: number[] = []
  const long = picture({ steps: 1000, onCall: ({ done }) => void (counts[trips()] = done) }, advance)
  // In the lane and back, so the loop is under way when it comes.
  await ask(engine)
  const before = counts.at(-1) ?? 0
  await ask(engine)
  await ask(engine)
  assert.ok((counts.at(-1) ?? 0) < 500, `${counts.at(-1) ?? 0} of 1000 steps were made while a run waited`)
  assert.ok(before < 500)
  assert.deepEqual(await long, await alone({ steps: 1000 }))
  assert.ok(trips() >= 2 && trips() < 20, `${trips()} trips`)
})

test('in a crowd no step is sent to the wide lane ahead of its turn, where there are narrow lanes for them', async (t) => {
  const most = async (narrowLanes: number): Promise<number> => {
    const lanes = { threadsPerLane: 2, narrowLanes, copyAfterWaitMs: Infinity }
    const engine = await start(t, { ...lanes, prefetchBelowMs: Infinity, targetRunMs: 0, targetCrowdedRunMs: 0 })
    const runs: number[] = []
    const state = { isOver: false }
    const made = [1, 2, 3].map((phase) => picture({ steps: 12, phase }, inEngine(engine, demand()).advance))
    const all = Promise.all(made).finally(() => (state.isOver = true))
    while (!state.isOver) {
      runs.push(engine.status().lanes[0]!.runs)
      await new Promise(setImmediate)
    }
    await all
    return Math.max(...runs)
  }
  assert.deepEqual([await most(2), await most(0)], [1, 2])
})

test('a caller that leaves frees the lane within a step', async (t) => {
  const engine = await start(t)
  const controller = new AbortController()
  const { advance } = inEngine(engine, demand('routine', { signal: controller.signal }))
  const long = picture({ steps: 1000 }, advance)
  const left = assert.rejects(long, isCode('cancelled'))
  await new Promise(setImmediate)
  controller.abort()
  await left
  await ask(engine)
  const made = engine.statistics(OWNER).executionCount - 1
  assert.ok(made < 500, `${made} steps were made for nobody`)
})

test('a deadline ends it in time, and what was waited for is told on the way', async (t) => {
  const engine = await start(t)
  const told: number[] = []
  const onCall: OnCall = ({ call }) => void told.push(call)
  // A lane reads what loops are made of when it is given its first one.
  await picture({ steps: 1 }, inEngine(engine, demand()).advance)
  const { advance, trips } = inEngine(engine, demand('routine', { deadlineMs: performance.now() + 300 }))
  await assert.rejects(picture({ steps: 1000, toldEveryMs: 20, onCall }, advance), isCode('deadline_exceeded'))
  assert.ok(trips() > 2, `${trips()} trips`)
  assert.deepEqual(
    told,
    told.map((_, at) => at),
  )
  assert.ok(told.length > 0 && told.length < 1000)
})

test('a loop whose lane dies is begun again where the last trip ended, and gives the same', async (t) => {
  const engine = await start(t, { laneTimes: { backoffMs: 1 } })
  const told: number[] = []
  const { advance } = inEngine(engine, demand())
  let isKilled = false
  const onCall: OnCall = ({ call }) => {
    told.push(call)
    if (isKilled) return
    isKilled = true
    // The next trip begins in this very turn of the event loop.
    setImmediate(() => process.kill(engine.status().lanes[0]!.pid!, 'SIGKILL'))
  }
  const found = await picture({ steps: 300, toldEveryMs: 5, onCall }, advance)
  assert.deepEqual(found, await alone({ steps: 300 }))
  assert.equal(engine.status().lanes[0]!.restarts, 1)
  assert.deepEqual(
    told,
    told.map((_, at) => at),
  )
})

test('one whose values are no numbers fails alone; the others of its batch go on', async (t) => {
  const engine = await start(t)
  const bad = new Float32Array(4 * latents.width * latents.height).fill(NaN)
  const way = () => inEngine(engine, demand()).advance
  const [failed, ...others] = await Promise.allSettled([
    picture({ steps: 8, start: bad }, way()),
    picture({ steps: 8, phase: 1 }, way()),
    picture({ steps: 8, phase: 2 }, way()),
  ])
  assert.ok(failed.status === 'rejected' && isCode('model_output_invalid')(failed.reason))
  for (const [at, other] of others.entries()) {
    assert.ok(other.status === 'fulfilled')
    const expected = await alone({ steps: 8, phase: at + 1 })
    other.value.latents[0]!.forEach((value, i) => assert.ok(Math.abs(value - expected.latents[0]![i]!) <= 1e-4))
  }
})
