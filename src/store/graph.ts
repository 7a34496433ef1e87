import type { TensorSpec } from '../families/component.js'

/** A graph file as the engine takes it: verified bytes on disk and the shapes of what goes in and out. */
export interface Graph {
  /** sha256 over the graph file and its weight files: two packs with the same bytes share one session. */
  readonly digest: string
  /** Absolute path of the `.onnx` file; weight files lie beside it under the names that the graph uses. */
  readonly path: string
  /** Bytes on disk with the weight files: the first estimate of what a session costs. */
  readonly bytes: number
  /** Of them in the graph file itself. The runtime reads these into memory, while weight files beside the graph are mapped. */
  readonly insideBytes: number
  readonly inputs: readonly TensorSpec[]
  readonly outputs: readonly TensorSpec[]
  /**
   * The symbol along which runs merge, or `undefined` when each run goes alone. Inputs without it are shared: a run is fed
   * them once, so only runs that agree on them merge.
   */
  readonly rowSymbol: string | undefined
  /** Rows that one run may hold. */
  readonly maxBatch: number
  /** Lanes that hold it at the same time; `undefined`: all of them. */
  readonly replicas: number | undefined
}

/** Names of the inputs that all rows of a run have in common. */
export function sharedInputs({ inputs, rowSymbol }: Pick<Graph, 'inputs' | 'rowSymbol'>): ReadonlySet<string> {
  if (rowSymbol === undefined) return new Set()
  return new Set(inputs.filter(({ dims }) => dims[0] !== rowSymbol).map(({ name }) => name))
}
