/** The component `decoder_step`: the logits of the tokens that may come next. */
import { AppError } from '../../errors.js'
import { floatsOf, floatTensor } from '../../tensor/float16.js'
import { concatRows } from '../../tensor/ops.js'
import { DTYPES, type DType, type NamedTensors, type Tensor } from '../../tensor/tensor.js'
import { specOfKind, type Component } from '../component.js'
import type { RunComponent } from '../family.js'
import { componentOf, feedsByKind, hasInput, kindOf, outputNames, outputsByKind } from '../graph-io.js'
import { LENGTH_STEP } from '../token-feeds.js'
import { createCache } from './cache.js'
import type { DecoderRow } from './decoding/decoding.js'
import type { StudyMemory } from './memory.js'
import type { ReportModel } from './model.js'

/** float32[vocabulary] for each row. Rows of one call have equally many tokens; they go in one run. */
export type DecoderStep = (rows: readonly DecoderRow[]) => Promise<Float32Array[]>

/**
 * A decoder over one study. A graph with `past_keys` and `past_values` is fed the last token of each row and what it gave
 * for the tokens before; any other the whole prefix, filled up to the right. `token_count` says how many tokens there are, so
 * that rows of other requests, of other lengths, share the run.
 */
export function createDecoder(model: ReportModel, study: StudyMemory, run: RunComponent): DecoderStep {
  const component = componentOf(model, 'decoder_step')
  const memoryOf = repeatMemory(component, study)
  const cache = hasInput(component, 'past_keys') ? createCache(component) : undefined
  const kinds = ['logits', ...(cache === undefined ? [] : ['present_keys', 'present_values'])]
  const names = outputNames(component, kinds)
  return async (rows) => {
    const counts = rows.map(({ tokens }) => tokens.length)
    const tokens = cache === undefined ? prefixes(model, component, rows) : rows.map((row) => [row.tokens.at(-1)!])
    const byKind: NamedTensors = {
      tokens: integers(component, 'tokens', [rows.length, tokens[0]!.length], tokens.flat()),
      token_count: integers(component, 'token_count', [rows.length], counts),
      ...memoryOf(rows.length),
      ...cache?.feeds(rows),
    }
    const outputs = outputsByKind(component, await run('decoder_step', feedsByKind(component, byKind), names))
    cache?.keep(outputs, rows)
    return rowsOf(model, kindOf(outputs, 'logits'), rows.length)
  }
}

/** Each row's tokens, filled up to a length that others are likely to have too, and never beyond the decoder's positions. */
function prefixes({ spec }: ReportModel, component: Component, rows: readonly DecoderRow[]): number[][] {
  const { pad, max_tokens: most } = spec.generation
  const fixed = specOfKind(component.inputs, 'tokens')?.dims[1]
  const own = rows[0]!.tokens.length
  const length = typeof fixed === 'number' ? fixed : Math.min(Math.ceil(own / LENGTH_STEP) * LENGTH_STEP, most)
  return rows.map(({ tokens }) => [...tokens, ...new Array<number>(length - tokens.length).fill(pad)])
}

/** The study's memory for so many rows, made once for each number of them. */
function repeatMemory(component: Component, { memory, mask }: StudyMemory): (rows: number) => NamedTensors {
  const { dtype } = specOfKind(component.inputs, 'memory')!
  const one = { memory: floatTensor(dtype, memory.dims, floatsOf(memory)), ...(mask && { memory_mask: mask }) }
  const made = new Map<number, NamedTensors>()
  const repeat = (of: Tensor, rows: number): Tensor => concatRows(Array.from({ length: rows }, () => of))
  return (rows) => {
    const known = made.get(rows)
    if (known !== undefined) return known
    const tensors = Object.fromEntries(Object.entries(one).map(([kind, value]) => [kind, repeat(value, rows)]))
    made.set(rows, tensors)
    return tensors
  }
}

function integers(component: Component, kind: string, dims: readonly number[], values: readonly number[]): Tensor {
  const dtype: DType = specOfKind(component.inputs, kind)?.dtype ?? 'int64'
  const data = new DTYPES[dtype](values.length)
  values.forEach((value, at) => {
    if (data instanceof BigInt64Array || data instanceof BigUint64Array) data[at] = BigInt(value)
    else data[at] = value
  })
  return { dtype, dims, data }
}

function rowsOf({ vocabulary }: ReportModel, logits: Tensor, rows: number): Float32Array[] {
  const [count, width = 0] = logits.dims
  // More than pieces is sound: some decoders are filled up to a round number.
  if (logits.dims.length !== 2 || count !== rows || width < vocabulary.size) {
    throw new AppError('model_output_invalid', 'The decoder gave not one logit for each piece of the vocabulary.')
  }
  const values = floatsOf(logits)
  return Array.from({ length: rows }, (_, row) => values.subarray(row * width, (row + 1) * width))
}
