import type { Static } from 'typebox'
import type { ModelStatistics } from '../../flows/catalogue.js'
import type { ModelStatus } from '../../flows/models.js'
import { rowSymbol, type TensorSpec } from '../../families/component.js'
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

export function statisticsReply(statistics: readonly ModelStatistics[]): Static<typeof StatisticsSchema> {
  return {
    model_stats: statistics.map(({ name, version, requests, rows, runs, queueMs, runMs, lastAtMs }) => ({
      name,
      version,
      last_inference: Math.round(lastAtMs ?? 0),
      inference_count: rows,
      execution_count: runs,
      inference_stats: {
        success: { count: requests.ok, ns: toNs(queueMs + runMs) },
        fail: { count: requests.failed, ns: 0 },
        queue: { count: requests.ok, ns: toNs(queueMs) },
        compute_infer: { count: requests.ok, ns: toNs(runMs) },
      },
    })),
  }
}

function toNs(ms: number): number {
  return Math.round(ms * 1e6)
}
