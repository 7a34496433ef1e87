import type { TensorSpec } from '../families/component.js'

/** A graph file as the engine takes it: verified bytes on disk and the shapes of what goes in and out. */
export interface Graph {
  /** sha256 over the graph file and its weight files: two packs with the same bytes share one session. */
  readonly digest: string
  /** Absolute path of the `.onnx` file; weight files lie beside it under the names that the graph uses. */
  readonly path: string
  /** Bytes on disk with the weight files: the first estimate of what a session costs. */
  readonly bytes: number
  readonly inputs: readonly TensorSpec[]
  readonly outputs: readonly TensorSpec[]
  /** The symbol along which runs merge, or `undefined` when each run goes alone. */
  readonly rowSymbol: string | undefined
  /** Rows that one run may hold. */
  readonly maxBatch: number
  /** Lanes that hold it at the same time; `undefined`: all of them. */
  readonly replicas: number | undefined
}
