import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Component } from '../../src/families/component.js'
import { createRowCache } from '../../src/flows/row-cache.js'
import { createRunner } from '../../src/flows/runner.js'
import { demand, fixtureGraph, rowsOf, startEngine, untilLoaded } from '../engine/harness.js'

const OWNER = 'a@1'
const graphs = { image_encoder: fixtureGraph('double'), outlier: fixtureGraph('triple') }
const reader = { role: 'outlier', inputs: { x: 'y' }, outputs: ['total'] }

const component = (role: keyof typeof graphs, more: Partial<Component> = {}): Component => {
  const { digest: sha256, bytes, inputs, outputs } = graphs[role]
  const io = { inputs: [...inputs], outputs: [...outputs] }
  return { file: `${role}.onnx`, sha256, bytes, precision: 'fp32', ...io, ...more }
}

void test('a component and its reader run in one go, and both are told of', async (t) => {
  const engine = await startEngine(t)
  await engine.load(OWNER, Object.values(graphs), untilLoaded)
  const manifest = { components: { image_encoder: component('image_encoder'), outlier: component('outlier') } }
  const runner = createRunner({ id: OWNER, graphs, pack: { manifest } }, demand(), { engine })
  const { given, read } = await runner.runAndRead('image_encoder', rowsOf([1, 2]), ['total'], reader)
  assert.deepEqual(
    [Object.keys(given), given['total']!.data, read!['total']!.data],
    [['total'], Float32Array.of(3), Float32Array.of(6)],
  )
  assert.deepEqual(
    runner.files.map(({ role }) => role),
    ['image_encoder', 'outlier'],
  )
  assert.equal(engine.statistics(OWNER).executionCount, 1)
})

void test('rows that are remembered are not run for their reader, unless the same bytes are asked for', async (t) => {
  const engine = await startEngine(t)
  await engine.load(OWNER, Object.values(graphs), untilLoaded)
  const remembered = component('image_encoder', { remember_rows: true })
  const manifest = { components: { image_encoder: remembered, outlier: component('outlier') } }
  const rows = createRowCache(1 << 20)
  const ask = (isDeterministic: boolean) => {
    const model = { id: OWNER, graphs, pack: { manifest } }
    const runner = createRunner(model, demand('routine', { isDeterministic }), { engine, rows })
    return runner.runAndRead('image_encoder', rowsOf([1, 2]), ['total'], reader)
  }
  for (let at = 0; at < 2; at++) {
    const { given, read } = await ask(false)
    assert.deepEqual([given['y']!.data, given['total']!.data], [Float32Array.of(2, 4), Float32Array.of(3)])
    assert.equal(read, undefined)
  }
  assert.equal(engine.statistics(OWNER).executionCount, 1)
  assert.deepEqual((await ask(true)).read!['total']!.data, Float32Array.of(6))
})
