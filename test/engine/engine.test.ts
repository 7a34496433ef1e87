import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tensor } from '../../src/tensor/tensor.js'
import { demand, fixtureGraph, rowsOf, startEngine, untilLoaded } from './harness.js'

test('a graph is loaded when its bytes are verified, one after the other; one that is not leaves nothing behind', async (t) => {
  const engine = await startEngine(t)
  const graphs = [fixtureGraph('double'), fixtureGraph('triple'), fixtureGraph('pair')]
  const seen: boolean[][] = []
  const resident = (): boolean[] => graphs.map((graph) => engine.residency(graph).length > 0)
  const load = (broken?: unknown): Promise<void> =>
    engine.load('a@1', graphs, {
      ...untilLoaded,
      whenVerified: (graph) => {
        seen.push(resident())
        return graph === broken ? Promise.reject(new Error('not the bytes')) : Promise.resolve()
      },
    })
  await assert.rejects(load(graphs[2]), /not the bytes/)
  assert.deepEqual(seen, [
    [false, false, false],
    [true, false, false],
    [true, true, false],
  ])
  assert.deepEqual(resident(), [false, false, false])
  await load()
  assert.deepEqual(resident(), [true, true, true])
})

test('a run gives the rows and only the outputs that were asked for', async (t) => {
  const engine = await startEngine(t)
  const graph = fixtureGraph('double')
  await engine.load('a@1', [graph], untilLoaded)
  const both = await engine.run('a@1', graph, rowsOf([1, 2], [3, 4]), demand())
  assert.deepEqual(both.outputs['y'], tensor('float32', [2, 2], Float32Array.of(2, 4, 6, 8)))
  assert.deepEqual(both.outputs['total'], tensor('float32', [2], Float32Array.of(3, 7)))
  const one = await engine.run('a@1', graph, rowsOf([1, 2]), demand(), ['total'])
  assert.deepEqual(Object.keys(one.outputs), ['total'])
  assert.ok(one.runMs > 0 && one.queueMs >= 0 && one.batchRows === 1)
  assert.equal(engine.status().lanes[0]?.device, 'cpu')
  assert.deepEqual(
    engine.residency(graph).map(({ device, lanes }) => ({ device, lanes })),
    [{ device: 'cpu', lanes: 1 }],
  )
})
