/** What the schema of `views` cannot say: how the section and the component `view_fusion` fit each other. */
import type { Component, TensorSpec } from '../component.js'
import { rowSymbol, specOfKind } from '../tensor-specs.js'
import { hasInput, hasOutput } from '../graph-io.js'
import type { Views } from './spec.js'

type Components = Readonly<Record<string, Component>>

/** Pairs of a condition that must hold and the sentence for when it does not. */
type Claim = readonly [holds: boolean, fault: string]

/** Of the dims of a tensor: how many there are, and whether the second counts views. */
interface Shape {
  readonly rank: number
  readonly perView: boolean
}

const INPUTS: ReadonlyMap<string, Shape> = new Map([
  ['views_global', { rank: 3, perView: true }],
  ['views_local', { rank: 4, perView: true }],
  ['view_mask', { rank: 2, perView: true }],
])
const OUTPUTS: ReadonlyMap<string, Shape> = new Map([
  ['global', { rank: 2, perView: false }],
  ['memory', { rank: 3, perView: false }],
  ['memory_mask', { rank: 2, perView: false }],
  ['view_weights', { rank: 2, perView: true }],
  ['patch_weights', { rank: 3, perView: true }],
])

/** One sentence a fault, none when the pack can fuse what it says it does. */
export function viewsFaults(views: Views | undefined, components: Components): string[] {
  const graph = components['view_fusion']
  const claims: Claim[] = [
    [
      (views?.fusion === 'graph') === (graph !== undefined),
      'views.fusion graph and the component view_fusion go together.',
    ],
    [views?.fusion !== 'mean' || views.fill === 'none', 'A mean takes any number of films: views.fill is none.'],
  ]
  const fused = views !== undefined && graph !== undefined ? graphClaims(views, graph, components) : []
  return [...claims, ...fused].flatMap(([holds, fault]) => (holds ? [] : [fault]))
}

function graphClaims(views: Views, graph: Component, components: Components): Claim[] {
  const odd = graph.inputs.find(({ kind }) => !INPUTS.has(kind))
  return [
    [rowSymbol(graph) !== undefined, 'The tensors of view_fusion share no first dim.'],
    [odd === undefined, `Nothing of a film can be fed to the input ${odd?.name} of view_fusion.`],
    [
      hasInput(graph, 'views_global') || hasInput(graph, 'views_local'),
      'view_fusion reads neither views_global nor views_local.',
    ],
    [hasOutput(graph, 'global') || hasOutput(graph, 'memory'), 'view_fusion gives neither global nor memory.'],
    [
      !hasOutput(graph, 'patch_weights') || hasInput(graph, 'views_local'),
      'patch_weights of view_fusion are of cells, and it reads no views_local.',
    ],
    [!hasOutput(graph, 'memory_mask') || hasOutput(graph, 'memory'), 'A memory_mask of view_fusion is of no memory.'],
    [views.fill !== 'mask' || hasInput(graph, 'view_mask'), 'views.fill mask needs an input of kind view_mask.'],
    ...[...graph.inputs, ...graph.outputs].map((spec): Claim => [
      spec.dtype === 'float32',
      `${spec.name} of view_fusion is not float32.`,
    ]),
    ...graph.inputs.flatMap((spec) => shapeClaims(views, spec, INPUTS.get(spec.kind))),
    ...graph.outputs.flatMap((spec) => shapeClaims(views, spec, OUTPUTS.get(spec.kind))),
    ...featureClaims(graph, components['image_encoder']),
  ]
}

/** A graph of so many views is fed so many: what is fixed must be `max`, and then places must be filled up to it. */
function shapeClaims(views: Views, { name, dims }: TensorSpec, shape: Shape | undefined): Claim[] {
  if (shape === undefined) return []
  const count = shape.perView ? dims[1] : undefined
  const isFixed = typeof count === 'number'
  return [
    [dims.length === shape.rank, `${name} of view_fusion has ${dims.length} dims and not ${shape.rank}.`],
    [!isFixed || count === views.max, `${name} of view_fusion is of ${count} views, and views.max is ${views.max}.`],
    [
      !isFixed || views.fill !== 'none' || views.max === 1,
      `${name} of view_fusion is of ${count} views: views.fill must say what stands in for those that are not there.`,
    ],
  ]
}

function featureClaims(graph: Component, encoder: Component | undefined): Claim[] {
  const global = encoder && specOfKind(encoder.outputs, 'global')
  const local = encoder && specOfKind(encoder.outputs, 'local')
  const readsGlobal = specOfKind(graph.inputs, 'views_global')
  const readsLocal = specOfKind(graph.inputs, 'views_local')
  return [
    [readsGlobal === undefined || global !== undefined, 'views_global needs an image_encoder with an output global.'],
    [readsLocal === undefined || local !== undefined, 'views_local needs an image_encoder with an output local.'],
    [
      fits(readsGlobal?.dims.slice(2), global?.dims.slice(1)),
      'views_global is of another width than the films’ global.',
    ],
    [fits(readsLocal?.dims.slice(2), local && cellDims(local)), 'views_local is of other cells than the films’ local.'],
  ]
}

/** [cells, dims] of a local output, whose cells may be rows and columns. */
function cellDims({ dims }: TensorSpec): TensorSpec['dims'] {
  if (dims.length !== 4) return dims.slice(1)
  const [, rows, columns, width] = dims
  return [typeof rows === 'number' && typeof columns === 'number' ? rows * columns : 'cells', width!]
}

/** Whether two lists of dims can be the same sizes; a symbol can be any. */
function fits(a: TensorSpec['dims'] | undefined, b: TensorSpec['dims'] | undefined): boolean {
  if (a === undefined || b === undefined) return true
  return (
    a.length === b.length && a.every((dim, at) => typeof dim === 'string' || typeof b[at] === 'string' || dim === b[at])
  )
}
