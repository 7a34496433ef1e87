import { AppError } from '../errors.js'
import { concatRows, sliceRows } from '../tensor/ops.js'
import { constant, type NamedTensors, type Tensor } from '../tensor/tensor.js'
import { feedsOf, mapTensors } from './run-entry.js'
import type { Batch } from './run-queue.js'

/**
 * The feeds of all rows of the batch, stacked in order; those of a single run are not copied. What the rows share is equal
 * in all its runs, by their shape key, and goes once.
 */
export function mergeFeeds(batch: Batch): NamedTensors {
  const parts = batch.chunks.map(({ entry, range }) => feedsOf(entry, range))
  const shared = batch.chunks[0]?.entry.shared
  return mapTensors(parts[0] ?? {}, (first, name) =>
    shared?.has(name) === true ? first : stack(parts.map((part) => part[name]!)),
  )
}

interface Stack {
  readonly parts: readonly Tensor[]
  readonly stacked: Tensor
}

/** The last stack that each constant was the first of. Requests that go on side by side meet again step by step. */
const stacks = new WeakMap<Tensor, Stack>()

/** As `concatRows`; of constants the result is one too, and the same object when the same ones meet again. */
function stack(parts: readonly Tensor[]): Tensor {
  const [first] = parts
  if (first === undefined || parts.length === 1 || parts.some((part) => part.isConstant !== true))
    return concatRows(parts)
  const known = stacks.get(first)
  if (known?.parts.length === parts.length && known.parts.every((part, at) => part === parts[at])) return known.stacked
  const stacked = constant(concatRows(parts))
  stacks.set(first, { parts, stacked })
  return stacked
}

/** Every output that somebody in the batch wants. */
export function wantedOutputs(batch: Batch): string[] {
  return [...new Set(batch.chunks.flatMap(({ entry }) => entry.outputs))]
}

/**
 * To each chunk of the batch, in order, its own rows of what it wants, as views. Throws `model_invalid` when the graph
 * gave another number of rows than it took.
 */
export function splitOutputs(batch: Batch, outputs: NamedTensors): NamedTensors[] {
  const hasRows = batch.chunks.every(({ entry }) => entry.graph.rowSymbol !== undefined)
  for (const [name, { dims }] of Object.entries(outputs)) {
    if (hasRows && dims[0] !== batch.rows) {
      throw new AppError(
        'model_invalid',
        `The output ${name} has ${dims[0] ?? 0} rows for ${batch.rows} rows of input.`,
      )
    }
  }
  let at = 0
  return batch.chunks.map(({ entry, range }) => {
    const from = at
    at += range.to - range.from
    const own = Object.fromEntries(entry.outputs.map((name) => [name, outputs[name]!]))
    return batch.chunks.length === 1 ? own : mapTensors(own, (of) => sliceRows(of, from, from + range.to - range.from))
  })
}
