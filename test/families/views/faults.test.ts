import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Component, TensorSpec } from '../../../src/families/component.js'
import { viewsFaults } from '../../../src/families/views/faults.js'
import type { Views } from '../../../src/families/views/spec.js'
import { openTinyPack } from '../dual-encoder/tiny-pack.js'

interface Parts {
  views: Views | undefined
  readonly graph: Component
  readonly encoder: Component
  /** By role; what is given to `viewsFaults`. */
  readonly components: Record<string, Component>
}

/** The parts of a pack, to be broken. */
async function partsOf(name: string): Promise<Parts> {
  const { model } = await openTinyPack(name)
  const { views, components } = structuredClone({ views: model.spec.views, components: model.components })
  return { views, graph: components['view_fusion']!, encoder: components['image_encoder']!, components }
}

const input = ({ graph }: Parts, kind: string): TensorSpec => graph.inputs.find((spec) => spec.kind === kind)!
const output = ({ graph }: Parts, kind: string): TensorSpec => graph.outputs.find((spec) => spec.kind === kind)!
function drop(specs: TensorSpec[], kind: string): void {
  specs.splice(
    specs.findIndex((spec) => spec.kind === kind),
    1,
  )
}

test('packs that fuse, and those that do not, are sound', async () => {
  for (const name of ['tiny-gated', 'tiny-attend']) {
    const { views, components } = await partsOf(name)
    assert.deepEqual(viewsFaults(views, components), [], name)
  }
  const { model } = await openTinyPack('tiny-clip')
  assert.deepEqual(viewsFaults(undefined, model.components), [])
  assert.deepEqual(viewsFaults({ max: 4, fusion: 'mean', fill: 'none', order: 'independent' }, model.components), [])
})

const BROKEN: [name: string, what: string, change: (parts: Parts) => void, fault: RegExp][] = [
  ['tiny-gated', 'no fusion graph', (p) => delete p.components['view_fusion'], /go together/],
  ['tiny-gated', 'a graph and no section', (p) => (p.views = undefined), /go together/],
  ['tiny-gated', 'a mean beside a graph', (p) => (p.views = { ...p.views!, fusion: 'mean' }), /fill is none/],
  ['tiny-gated', 'other rows', (p) => (input(p, 'views_local').dims[0] = 'films'), /share no first dim/],
  [
    'tiny-gated',
    'an input of text',
    (p) => (input(p, 'views_local').kind = 'words'),
    /Nothing of a film .*views_local/,
  ],
  [
    'tiny-gated',
    'an input named like a method',
    (p) => (input(p, 'views_local').kind = 'toString'),
    /Nothing of a film/,
  ],
  ['tiny-attend', 'no films', (p) => p.graph.inputs.splice(0, 2), /neither views_global nor views_local/],
  ['tiny-gated', 'nothing given', (p) => p.graph.outputs.splice(0, 2), /neither global nor memory/],
  ['tiny-attend', 'patches of no cells', (p) => drop(p.graph.inputs, 'views_local'), /reads no views_local/],
  ['tiny-attend', 'a mask of no memory', (p) => drop(p.graph.outputs, 'memory'), /of no memory/],
  ['tiny-gated', 'masked films and no mask', (p) => (p.views = { ...p.views!, fill: 'mask' }), /kind view_mask/],
  ['tiny-gated', 'whole numbers', (p) => (output(p, 'memory').dtype = 'int64'), /not float32/],
  ['tiny-gated', 'a flat memory', (p) => output(p, 'memory').dims.pop(), /memory .* has 2 dims and not 3/],
  [
    'tiny-gated',
    'another number of views',
    (p) => (p.views = { ...p.views!, max: 4 }),
    /of 3 views, and views.max is 4/,
  ],
  [
    'tiny-gated',
    'weights of other views',
    (p) => (output(p, 'view_weights').dims[1] = 2),
    /view_weights .* of 2 views/,
  ],
  [
    'tiny-gated',
    'three views and no filling',
    (p) => (p.views = { ...p.views!, fill: 'none' }),
    /must say what stands in/,
  ],
  ['tiny-gated', 'films without a vector', (p) => drop(p.encoder.outputs, 'global'), /views_global needs/],
  ['tiny-gated', 'films without cells', (p) => drop(p.encoder.outputs, 'local'), /views_local needs/],
  ['tiny-gated', 'a wider vector', (p) => (input(p, 'views_global').dims[2] = 49), /another width/],
  ['tiny-gated', 'fewer cells', (p) => (input(p, 'views_local').dims[2] = 9), /other cells/],
]

for (const [name, what, change, fault] of BROKEN) {
  test(`views with ${what} say so`, async () => {
    const parts = await partsOf(name)
    change(parts)
    const faults = viewsFaults(parts.views, parts.components)
    assert.ok(
      faults.some((sentence) => fault.test(sentence)),
      JSON.stringify(faults),
    )
  })
}
