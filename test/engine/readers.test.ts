import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Engine, Reader, RunResult } from '../../src/engine/engine.js'
import { AppError } from '../../src/errors.js'
import { demand, fixtureGraph, rowsOf, slowFeeds, startEngine, untilLoaded } from './harness.js'
import { busyLanes, crowdUntilCopied, isCopied, slow, startWide } from './narrow-lanes.js'

const double = fixtureGraph('double')
const triple = fixtureGraph('triple')
const reader = (changes: Partial<Reader> = {}): Reader => ({
  graph: triple,
  inputs: { x: 'y' },
  outputs: ['total'],
  ...changes,
})
const read = (engine: Engine, rows: readonly (readonly number[])[], by = reader()) =>
  engine.run('a@1', double, rowsOf(...rows), demand(), ['total'], by)
const values = (of: RunResult['outputs'] | undefined, name: string) => Array.from(of?.[name]?.data ?? [], Number)

void test('a reader reads in the lane, and what lies between crosses for nobody', async (t) => {
  const engine = await startEngine(t)
  await engine.load('a@1', [double, triple], untilLoaded)
  const { outputs, read: seen } = await read(engine, [
    [1, 2],
    [3, 4],
  ])
  assert.deepEqual([Object.keys(outputs), Object.keys(seen!)], [['total'], ['total']])
  assert.deepEqual(
    [values(outputs, 'total'), values(seen, 'total')],
    [
      [3, 7],
      [6, 14],
    ],
  )
  const both = await engine.run('a@1', double, rowsOf([1, 2]), demand(), undefined, reader({ outputs: ['y', 'total'] }))
  assert.deepEqual([values(both.outputs, 'y'), values(both.outputs, 'total')], [[2, 4], [3]])
  assert.deepEqual([values(both.read, 'y'), values(both.read, 'total')], [[6, 12], [6]])
})

void test('in a batch every caller gets its own rows, and who reads nothing shares no batch with who does', async (t) => {
  const engine = await startEngine(t, { prefetchBelowMs: 0 })
  await engine.load('a@1', [double, triple, slow], untilLoaded)
  const busy = engine.run('a@1', slow, slowFeeds(3000), demand())
  await new Promise(setImmediate)
  const rows = [1, 2, 3, 4].map((value) => [[value], [10 * value]].slice(0, 1 + (value % 2)))
  const [reading, plain] = await Promise.all([
    Promise.all(rows.map((own) => read(engine, own))),
    Promise.all(rows.map((own) => engine.run('a@1', double, rowsOf(...own), demand(), ['total']))),
  ])
  await busy
  reading.forEach((result, at) => {
    const own = rows[at]!.flat()
    assert.equal(result.batchRows, 6)
    assert.deepEqual(values(result.outputs, 'total'), own)
    assert.deepEqual(
      values(result.read, 'total'),
      own.map((value) => 2 * value),
    )
  })
  for (const { batchRows, read: seen } of plain) assert.deepEqual([batchRows, seen], [6, undefined])
})

void test('where it cannot read, what it is to read comes back', async (t) => {
  const engine = await startEngine(t)
  await engine.load('a@1', [double], untilLoaded)
  const unread = (result: RunResult, rows: number) => {
    assert.equal(result.read, undefined)
    assert.deepEqual(Object.keys(result.outputs).sort(), ['total', 'y'])
    assert.deepEqual(
      values(result.outputs, 'y'),
      Array.from({ length: rows }, (_, at) => 2 * at),
    )
  }
  const rows = (count: number) => Array.from({ length: count }, (_, at) => [at])
  unread(await read(engine, rows(2)), 2)
  await engine.load('a@1', [double, triple], untilLoaded)
  // More rows than one run of it takes, and more than one run of the other.
  unread(await read(engine, rows(5), reader({ graph: { ...triple, maxBatch: 4 } })), 5)
  unread(await read(engine, rows(20)), 20)
  assert.notEqual((await read(engine, rows(4), reader({ graph: { ...triple, maxBatch: 4 } }))).read, undefined)
})

void test('a reader that does not take what it is to read fails the run and not the lane', async (t) => {
  const engine = await startEngine(t)
  const matmul = fixtureGraph('matmul')
  await engine.load('a@1', [double, triple, matmul], untilLoaded)
  const wrong = reader({ graph: matmul, outputs: ['y'] })
  const isRefused = (error: unknown) => error instanceof AppError && error.code === 'invalid_tensor'
  await assert.rejects(read(engine, [[1, 2]], wrong), isRefused)
  assert.deepEqual(values((await read(engine, [[1, 2]])).read, 'total'), [6])
  assert.equal(engine.status().lanes[0]?.restarts, 0)
})

void test('a reader is not released while it is going to read', async (t) => {
  const engine = await startEngine(t)
  await engine.load('a@1', [slow], untilLoaded)
  await engine.load('b@1', [triple], untilLoaded)
  const run = engine.run('a@1', slow, slowFeeds(3000, 5), demand(), ['y'], reader({ outputs: ['y'] }))
  await new Promise(setImmediate)
  await engine.unload('b@1')
  assert.deepEqual(values((await run).read, 'y'), [15])
  assert.deepEqual(engine.residency(triple), [])
})

void test('in narrow lanes it reads too, once it was waited for there', async (t) => {
  const engine = await startWide(t)
  await engine.load('a@1', [slow, triple], untilLoaded)
  await crowdUntilCopied(engine)
  const ask = () => engine.run('a@1', slow, slowFeeds(2000, 5), demand(), ['y'], reader({ outputs: ['y'] }))
  // As the caller of a run that was not read: it has it read in a run of its own.
  const whole = async (): Promise<number[]> => {
    const { outputs, read: seen } = await ask()
    return values(seen ?? (await engine.run('a@1', triple, { x: outputs['y']! }, demand())).outputs, 'y')
  }
  while (!isCopied(engine, triple.digest)) {
    const answers = await Promise.all([1, 2, 3, 4, 5, 6].map(whole))
    assert.deepEqual(answers.flat(), [15, 15, 15, 15, 15, 15])
  }
  const crowd = Array.from({ length: 6 }, ask)
  await new Promise(setImmediate)
  assert.ok(!busyLanes(engine).includes(0))
  for (const { read: seen } of await Promise.all(crowd)) assert.deepEqual(values(seen, 'y'), [15])
})
