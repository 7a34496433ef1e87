import type { Static } from 'typebox'
import type { BatchStatistics, ModelStatistics } from '../../flows/catalogue.js'
import type { ModelStatus } from '../../flows/models.js'
import type { TensorSpec } from '../../families/component.js'
import { rowSymbol } from '../../families/tensor-specs.js'
import type { ModelConfigSchema, ModelMetadataSchema, RepositoryIndexSchema, StatisticsSchema } from '../schemas/oip.js'
import { dtypeToOip } from './datatypes.js'
import type { ServedGraph } from './served-graph.js'

const PLATFORM = 'onnxruntime_onnx'

export function graphMetadata(graph: ServedGraph, versions: readonly string[]): Static<typeof ModelMetadataSchema> {
  const tensor = (spec: TensorSpec) => ({
    name: spec.name,
    datatype: dtypeToOip(spec.dtype),
    shape: wireDims(spec.dims),
  })
  return {
    name: graph.name,
    versions: [...versions],
    platform: PLATFORM,
    inputs: graph.component.inputs.map(tensor),
    outputs: graph.component.outputs.map(tensor),
  }
}

/** Triton's reading: where runs are merged, the first dim is the batch and not said again. */
export function graphConfig(
  { name, component }: ServedGraph,
  defaultMaxBatch: number,
): Static<typeof ModelConfigSchema> {
  const isMerged = rowSymbol(component) !== undefined
  const tensor = (spec: TensorSpec) => ({
    name: spec.name,
    data_type: `TYPE_${dtypeToOip(spec.dtype)}`,
    dims: wireDims(isMerged ? spec.dims.slice(1) : spec.dims),
  })
  return {
    name,
    platform: PLATFORM,
    backend: 'onnxruntime',
    max_batch_size: isMerged ? (component.max_batch ?? defaultMaxBatch) : 0,
    input: component.inputs.map(tensor),
    output: component.outputs.map(tensor),
  }
}

function wireDims(dims: TensorSpec['dims']): number[] {
  return dims.map((dim) => (typeof dim === 'number' ? dim : -1))
}

const INDEX_STATES = {
  ready: 'READY',
  loading: 'LOADING',
  unloading: 'UNLOADING',
  cold: 'UNAVAILABLE',
  unloaded: 'UNAVAILABLE',
  failed: 'UNAVAILABLE',
} as const

export function repositoryIndex(
  statuses: readonly ModelStatus[],
  onlyReady: boolean,
): Static<typeof RepositoryIndexSchema> {
  return statuses
    .filter(({ state }) => !onlyReady || state === 'ready')
    .map(({ name, version, state, reason }) => ({
      name,
      version,
      state: INDEX_STATES[state],
      reason: reason ?? (state === 'ready' ? '' : state),
    }))
}

/** A run that was cancelled is one that failed here: the protocol's inference statistics know no third end. */
export function statisticsReply(statistics: readonly ModelStatistics[]): Static<typeof StatisticsSchema> {
  return {
    model_stats: statistics.map((model) => ({
      name: model.name,
      version: model.version,
      last_inference: Math.round(model.lastInferenceMs),
      inference_count: model.inferenceCount,
      execution_count: model.executionCount,
      inference_stats: {
        success: model.success,
        fail: { count: model.fail.count + model.cancel.count, ns: model.fail.ns + model.cancel.ns },
        queue: model.queue,
        ...computeStats(model),
      },
      batch_stats: model.batches.map((batch) => ({ batch_size: batch.rows, ...computeStats(batch) })),
    })),
  }
}

function computeStats({ computeInput, computeInfer, computeOutput }: Omit<BatchStatistics, 'rows'>) {
  return { compute_input: computeInput, compute_infer: computeInfer, compute_output: computeOutput }
}
