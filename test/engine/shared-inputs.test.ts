import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Engine, RunResult } from '../../src/engine/engine.js'
import { AppError } from '../../src/errors.js'
import type { Graph } from '../../src/store/graph.js'
import { tensor, type NamedTensors } from '../../src/tensor/tensor.js'
import { demand, fixtureGraph, slowFeeds, startEngine, untilLoaded } from './harness.js'

const HALF_BITS = { 1: 0x3c00, 2: 0x4000 } as const

/** Feeds of `denoise`, y = scale × sample + timestep: one row for each value. */
function feedsOf(values: readonly number[], timestep: number, scale: 1 | 2 = 2): NamedTensors {
  return {
    sample: tensor('float32', [values.length, 1], Float32Array.from(values)),
    timestep: tensor('int64', [], BigInt64Array.of(BigInt(timestep))),
    scale: tensor('float16', [1], Uint16Array.of(HALF_BITS[scale])),
  }
}

function answerOf({ outputs }: RunResult): number[] {
  return [...(outputs['y']?.data as Float32Array)]
}

async function startDenoiser(engine: Engine, changes: Partial<Graph> = {}): Promise<Graph> {
  const graph = fixtureGraph('denoise', changes)
  await engine.load('a@1', [graph, fixtureGraph('slow', { maxBatch: 1 })], untilLoaded)
  return graph
}

/** Keeps the only lane at work, so that what is asked next waits together. */
function occupy(engine: Engine): Promise<RunResult> {
  return engine.run('a@1', fixtureGraph('slow', { maxBatch: 1 }), slowFeeds(5_000), demand('stat'))
}

test('a graph with a scalar timestep is warmed and run, alone and in a batch to the same values', async (t) => {
  const engine = await startEngine(t, { prefetchBelowMs: 0 })
  const graph = await startDenoiser(engine)
  assert.ok(
    engine.status().graphs.every(({ rowMs }) => rowMs !== undefined),
    'zeros of its dims were run',
  )
  const rows = Array.from({ length: 8 }, (_, k) => [k / 8, -k])
  const alone: RunResult[] = []
  for (const row of rows) {
    alone.push(await engine.run('a@1', graph, feedsOf(row, 981), demand('routine', { isDeterministic: true })))
  }
  const busy = occupy(engine)
  const together = await Promise.all(rows.map((row) => engine.run('a@1', graph, feedsOf(row, 981), demand())))
  await busy
  assert.ok(Math.max(...together.map(({ batchRows }) => batchRows)) === 8, 'runs of one timestep were merged')
  assert.deepEqual(together.map(answerOf), alone.map(answerOf))
  assert.deepEqual(
    alone.map(answerOf),
    rows.map((row) => row.map((value) => 2 * value + 981)),
  )
})

test('runs whose shared inputs differ never mix, and each waits its turn', async (t) => {
  const engine = await startEngine(t, { prefetchBelowMs: 0 })
  const graph = await startDenoiser(engine)
  const asked = Array.from(
    { length: 24 },
    (_, k) => ({ value: k, timestep: k % 3, scale: k % 2 === 0 ? 1 : 2 }) as const,
  )
  const order: number[] = []
  const busy = occupy(engine)
  const answers = await Promise.all(
    asked.map(async ({ value, timestep, scale }) => {
      const result = await engine.run('a@1', graph, feedsOf([value], timestep, scale), demand())
      order.push(value)
      return result
    }),
  )
  await busy
  answers.forEach((result, k) => {
    const { value, timestep, scale } = asked[k]!
    assert.deepEqual(answerOf(result), [scale * value + timestep])
    assert.equal(result.batchRows, 4, 'the four runs of one timestep and one scale go together')
  })
  // The first of each kind came in the order 0 … 5, and so went their batches.
  assert.deepEqual(
    order.filter((value) => value < 6),
    [0, 1, 2, 3, 4, 5],
  )
})

test('a run of higher priority goes before many of another timestep', async (t) => {
  const engine = await startEngine(t, { prefetchBelowMs: 0 })
  const graph = await startDenoiser(engine)
  const order: string[] = []
  const ask = (name: 'routine' | 'stat', timestep: number) =>
    engine.run('a@1', graph, feedsOf([1], timestep), demand(name)).then(() => order.push(name))
  await Promise.all([occupy(engine), ask('routine', 1), ask('routine', 1), ask('routine', 1), ask('stat', 2)])
  assert.deepEqual(order, ['stat', 'routine', 'routine', 'routine'])
})

test('a run larger than a batch is cut, and each part is fed what its rows share', async (t) => {
  const engine = await startEngine(t)
  const graph = await startDenoiser(engine, { maxBatch: 4 })
  const values = Array.from({ length: 11 }, (_, k) => k)
  const result = await engine.run('a@1', graph, feedsOf(values, 500), demand())
  assert.deepEqual(
    answerOf(result),
    values.map((value) => 2 * value + 500),
  )
  assert.equal(result.batchRows, 4)
})

test('a shared input of another size ends only its own run', async (t) => {
  const engine = await startEngine(t)
  const graph = await startDenoiser(engine)
  const odd = { ...feedsOf([1], 1), scale: tensor('float16', [2], Uint16Array.of(0x3c00, 0x3c00)) }
  const missing: NamedTensors = { sample: feedsOf([1], 1)['sample']! }
  const [good, wrong, lacking] = await Promise.allSettled([
    engine.run('a@1', graph, feedsOf([3], 1), demand()),
    engine.run('a@1', graph, odd, demand()),
    engine.run('a@1', graph, missing, demand()),
  ])
  assert.ok(good.status === 'fulfilled')
  assert.deepEqual(answerOf(good.value), [7])
  for (const settled of [wrong, lacking]) {
    assert.ok(settled.status === 'rejected' && settled.reason instanceof AppError)
    assert.equal(settled.reason.code, 'invalid_tensor')
  }
})
