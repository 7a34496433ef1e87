import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tensor } from '../../src/tensor/tensor.js'
import { demand, fixtureGraph, rowsOf, startEngine, untilLoaded } from './harness.js'

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
