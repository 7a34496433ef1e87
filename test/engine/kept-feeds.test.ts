import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mergeFeeds } from '../../src/engine/batch.js'
import { createFeedKeeper, createFeedSender, type SentFeeds } from '../../src/engine/kept-feeds.js'
import type { RunEntry } from '../../src/engine/run-entry.js'
import { constant, tensor, type NamedTensors, type Tensor } from '../../src/tensor/tensor.js'
import { createRandom } from '../load/random.js'
import { demand, fixtureGraph, rowsOf, startEngine, untilLoaded } from './harness.js'

const filled = (value: number, length: number): Tensor =>
  tensor('float32', [1, length], new Float32Array(length).fill(value))

const sentBytes = ({ feeds }: SentFeeds): number =>
  Object.values(feeds)
    .flatMap((feed) => ('stacked' in feed ? feed.stacked : [feed]))
    .reduce((sum, feed) => sum + (('kept' in feed ? feed.tensor : feed)?.data.byteLength ?? 0), 0)

test('a constant crosses once, whatever is fed beside it, and other tensors every time', () => {
  const [sender, keeper] = [createFeedSender(1 << 20), createFeedKeeper()]
  const context = constant(filled(7, 100))
  const bytes = [1, 2, 3].map((step) => {
    const sent = sender.send({ sample: filled(step, 10), context })
    const received = keeper.receive(sent)
    assert.equal(received['sample']?.data[0], step)
    assert.deepEqual(received['context']?.data, context.data)
    return sentBytes(sent)
  })
  assert.deepEqual(bytes, [440, 40, 40])
})

test('whatever is fed in whatever order, the lane reads what was sent and keeps no more than the budget and one run', () => {
  const budgetBytes = 1000
  const [sender, keeper] = [createFeedSender(budgetBytes), createFeedKeeper()]
  const { next } = createRandom(3)
  const pool = Array.from({ length: 20 }, (_, at) => constant(filled(at, 1 + Math.floor(next() * 300))))
  const held = new Map<number, number>()
  for (let run = 0; run < 2000; run++) {
    const feeds: NamedTensors = {
      a: pool[Math.floor(next() * pool.length)]!,
      b: pool[Math.floor(next() ** 3 * pool.length)]!,
      c: filled(run, 3),
    }
    const sent = sender.send(feeds)
    for (const number of sent.forget) assert.ok(held.delete(number), 'only what is held is forgotten')
    for (const feed of Object.values(sent.feeds)) {
      if ('kept' in feed && feed.tensor !== undefined) held.set(feed.kept, feed.tensor.data.byteLength)
    }
    const received = keeper.receive(sent)
    for (const [name, { data }] of Object.entries(feeds)) assert.deepEqual(received[name]?.data, data)
    const keptBytes = [...held.values()].reduce((sum, bytes) => sum + bytes, 0)
    assert.ok(keptBytes <= budgetBytes + 2 * 1200, `${keptBytes} bytes are kept`)
  }
})

test('what is larger than the budget is sent every time', () => {
  const sender = createFeedSender(100)
  const large = constant(filled(1, 1000))
  assert.deepEqual(
    [1, 2].map(() => sentBytes(sender.send({ large }))),
    [4000, 4000],
  )
})

const graph = fixtureGraph('double')
const batchOf = (...feeds: readonly NamedTensors[]) => ({
  chunks: feeds.map((own) => ({
    entry: { graph, feeds: own, rows: 1, shared: new Set<string>() } as unknown as RunEntry,
    range: { from: 0, to: 1 },
  })),
  rows: feeds.length,
})

test('constants are stacked in the lane and cross once, whoever meets in a batch; with a tensor that is none they are stacked here', () => {
  const [sender, keeper] = [createFeedSender(1 << 20), createFeedKeeper()]
  const [a, b, c] = [constant(filled(1, 4)), constant(filled(2, 4)), constant(filled(3, 4))]
  const meet = (...parts: readonly Tensor[]) => {
    const sent = sender.send(mergeFeeds(batchOf(...parts.map((x) => ({ x })))))
    const { dims, data } = keeper.receive(sent)['x']!
    assert.deepEqual(dims, [parts.length, 4])
    assert.deepEqual([...data], [...parts.flatMap((part) => [...part.data])])
    return sentBytes(sent)
  }
  assert.deepEqual([meet(a, b), meet(a, b), meet(b, c, a), meet(a), meet(c, b)], [32, 0, 16, 0, 0])
  assert.equal(meet(a, filled(4, 4)), 32)
})

test('a lane that is new does not know the constants of the old one', async (t) => {
  const engine = await startEngine(t, { laneTimes: { backoffMs: 1 } })
  await engine.load('a@1', [graph], untilLoaded)
  const x = constant(rowsOf([1, 2, 3])['x']!)
  const ask = async () => [...(await engine.run('a@1', graph, { x }, demand())).outputs['y']!.data]
  const answer = await ask()
  assert.deepEqual(await ask(), answer)
  process.kill(engine.status().lanes[0]!.pid!, 'SIGKILL')
  assert.deepEqual(await ask(), answer)
  assert.deepEqual(await ask(), answer)
})
