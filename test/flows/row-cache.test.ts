import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRowCache, type RowCounts } from '../../src/flows/row-cache.js'
import type { Graph } from '../../src/store/graph.js'
import { tensor, type NamedTensors } from '../../src/tensor/tensor.js'

const graph = (digest: string): Graph => ({
  digest,
  path: '/nowhere.onnx',
  bytes: 1,
  insideBytes: 1,
  inputs: [],
  outputs: [],
  rowSymbol: 'n',
  maxBatch: 8,
  replicas: undefined,
})

/** Rows of two ids; the answer of a row is its sum, and the sum of its squares. */
const ids = (...rows: [number, number][]): NamedTensors => ({
  ids: tensor('int64', [rows.length, 2], BigInt64Array.from(rows.flat().map(BigInt))),
})

function createTower() {
  const runs: number[] = []
  const counts: RowCounts[] = []
  const run = (feeds: NamedTensors): Promise<NamedTensors> => {
    const data = feeds['ids']!.data as BigInt64Array
    const rows = feeds['ids']!.dims[0]!
    runs.push(rows)
    const sums = Float32Array.from({ length: rows }, (_, row) => Number(data[2 * row]! + data[2 * row + 1]!))
    return Promise.resolve({ global: tensor('float32', [rows, 1], sums) })
  }
  return { runs, counts, run, onCounts: (count: RowCounts) => counts.push(count) }
}

const sums = (answer: NamedTensors): number[] => [...(answer['global']!.data as Float32Array)]

test('only rows that are not remembered run, each once, and the caller gets his own order', async () => {
  const tower = createTower()
  const cache = createRowCache(1 << 20)
  const first = await cache.run(graph('a'), ids([1, 2], [3, 4], [1, 2]), ['global'], tower.run, tower.onCounts)
  assert.deepEqual(sums(first), [3, 7, 3])
  const second = await cache.run(graph('a'), ids([3, 4], [5, 6], [1, 2]), ['global'], tower.run, tower.onCounts)
  assert.deepEqual(sums(second), [7, 11, 3])
  await cache.run(graph('a'), ids([5, 6]), ['global'], tower.run, tower.onCounts)
  assert.deepEqual(tower.runs, [2, 1])
  assert.deepEqual(tower.counts.at(-1), { hits: 1, misses: 0 })
})

test('another graph with the same rows is another answer', async () => {
  const tower = createTower()
  const cache = createRowCache(1 << 20)
  await cache.run(graph('a'), ids([1, 2]), ['global'], tower.run, tower.onCounts)
  await cache.run(graph('b'), ids([1, 2]), ['global'], tower.run, tower.onCounts)
  assert.deepEqual(tower.runs, [1, 1])
})

test('the budget bounds the bytes, and the least recently used row goes first', async () => {
  const tower = createTower()
  const one = createRowCache(1 << 20)
  await one.run(graph('a'), ids([0, 0]), ['global'], tower.run, tower.onCounts)
  const cache = createRowCache(3 * one.bytes)
  const ask = (n: number) => cache.run(graph('a'), ids([n, n]), ['global'], tower.run, tower.onCounts)
  for (const n of [1, 2, 3, 1, 4]) await ask(n)
  assert.ok(cache.bytes <= 3 * one.bytes)
  const before = tower.runs.length
  await ask(1)
  assert.equal(tower.runs.length, before, '1 was used lately and is still there')
  await ask(2)
  assert.equal(tower.runs.length, before + 1, '2 was the oldest and is gone')
})

test('a run that fails leaves nothing behind', async () => {
  const tower = createTower()
  const cache = createRowCache(1 << 20)
  const fail = () => Promise.reject(new Error('lane'))
  await assert.rejects(cache.run(graph('a'), ids([1, 2]), ['global'], fail, tower.onCounts), /lane/)
  assert.equal(cache.bytes, 0)
  assert.deepEqual(sums(await cache.run(graph('a'), ids([1, 2]), ['global'], tower.run, tower.onCounts)), [3])
})
