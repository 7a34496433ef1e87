import { AppError } from '../errors.js'
import type { Engine } from '../engine/engine.js'
import type { TensorSpec } from '../families/component.js'
import type { Clock, Demand } from '../ports.js'
import type { Graph } from '../store/graph.js'
import type { NamedTensors, Tensor } from '../tensor/tensor.js'
import { startTimings, type Timings } from './answer.js'
import type { ModelIdentity } from './answer.js'
import { withDeadline } from './deadline.js'
import type { Models } from './models.js'

export interface InferRequest {
  /** `name` or `name@version`. */
  readonly model: string
  /** Role of the graph in its pack. */
  readonly component: string
  readonly inputs: NamedTensors
  /** Names of the outputs that are wanted; all when left out. */
  readonly outputs?: readonly string[]
  readonly demand: Demand
}

export interface InferAnswer {
  readonly model: ModelIdentity
  readonly outputs: NamedTensors
  readonly timings: Readonly<Timings>
}

/** Runs one graph of a pack on the caller's tensors, batched with everybody's. Throws `invalid_tensor` naming the fault. */
export type Infer = (request: InferRequest) => Promise<InferAnswer>

export interface InferDeps {
  readonly models: Models
  readonly engine: Engine
  readonly clock: Clock
}

export function createInfer({ models, engine, clock }: InferDeps): Infer {
  return async (request) => {
    const { id, slot } = await models.find(request.model)
    // The permit first: a refusal must leave no timer behind.
    const permit = engine.admit(id, request.demand)
    const { demand, dispose } = withDeadline(request.demand, clock)
    try {
      const { model, release } = await slot.acquire(demand.signal)
      try {
        const graph = model.graphs[request.component]
        if (graph === undefined) throw new AppError('model_not_found', `The model ${id} has no component of this name.`)
        checkFeeds(graph, request.inputs)
        const outputs = wantedOutputs(graph, request.outputs)
        const result = await engine.run(id, graph, request.inputs, demand, outputs)
        const timings = { ...startTimings(), queueMs: result.queueMs, runMs: result.runMs }
        return { model: model.identity, outputs: result.outputs, timings }
      } finally {
        release()
      }
    } finally {
      permit.release()
      dispose()
    }
  }
}

/** Throws `invalid_tensor` unless every input is there with the dtype and dims that the graph takes. */
export function checkFeeds(graph: Pick<Graph, 'inputs'>, feeds: NamedTensors): void {
  const symbols = new Map<string, number>()
  for (const spec of graph.inputs) {
    const feed = feeds[spec.name]
    if (feed === undefined) throw new AppError('invalid_tensor', `The input ${spec.name} is missing.`)
    checkTensor(spec, feed, symbols)
  }
  const unknown = Object.keys(feeds).find((name) => !graph.inputs.some((spec) => spec.name === name))
  if (unknown !== undefined) {
    const names = graph.inputs.map((spec) => spec.name).join(', ')
    throw new AppError('invalid_tensor', `The graph takes no such input; it takes ${names}.`)
  }
}

function checkTensor(spec: TensorSpec, feed: Tensor, symbols: Map<string, number>): void {
  if (feed.dtype !== spec.dtype)
    throw new AppError('invalid_tensor', `The input ${spec.name} must be ${spec.dtype}, not ${feed.dtype}.`)
  const isFitting =
    feed.dims.length === spec.dims.length &&
    spec.dims.every((dim, at) => {
      const size = feed.dims[at]!
      if (typeof dim === 'number') return size === dim
      if (!symbols.has(dim)) symbols.set(dim, size)
      return size > 0 && symbols.get(dim) === size
    })
  if (!isFitting) {
    throw new AppError(
      'invalid_tensor',
      `The input ${spec.name} must have dims [${spec.dims.join(', ')}], not [${feed.dims.join(', ')}].`,
    )
  }
}

function wantedOutputs(graph: Graph, asked: readonly string[] | undefined): readonly string[] {
  const names = graph.outputs.map((output) => output.name)
  if (asked === undefined || asked.length === 0) return names
  if (asked.some((name) => !names.includes(name))) {
    throw new AppError('invalid_tensor', `The graph gives no such output; it gives ${names.join(', ')}.`)
  }
  return asked
}
