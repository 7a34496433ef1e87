import type { Graph } from '../store/graph.js'

/** That stands for the first symbol other than the rows: a short text. The second is twice as large, and so on. */
const FIRST_SIZE = 8

/**
 * Sizes of what a graph is fed to warm it: one row, and for each other symbol a size of its own.
 *
 * ONNX Runtime plans the memory of a run once for all feeds whose sizes have the same exclusive or (`CalculateMemoryPatternsKey` in its
 * session_state.cc), which any two squares have. A first run on a small square would leave the larger ones without a plan, and a
 * graph without an arena would then ask the system for each tensor by itself (docs/performance.md).
 */
export function warmSizes({
  inputs,
  rowSymbol,
}: Pick<Graph, 'inputs' | 'rowSymbol'>): (dim: number | string) => number {
  const symbols = [...new Set(inputs.flatMap(({ dims }) => dims))].filter((dim) => typeof dim === 'string')
  const others = symbols.filter((symbol) => symbol !== rowSymbol)
  return (dim) => {
    if (typeof dim === 'number') return dim
    return dim === rowSymbol ? 1 : FIRST_SIZE * (1 + others.indexOf(dim))
  }
}
