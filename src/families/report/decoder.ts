/** The component `decoder_step` in a loop: it is asked for the logits of the tokens that may come next, until the text is whole. */
import { AppError } from '../../errors.js'
import { floatsOf } from '../../tensor/float16.js'
import { DTYPES, type DType, type Tensor } from '../../tensor/tensor.js'
import type { Component, GraphIo } from '../component.js'
import { specOfKind } from '../tensor-specs.js'
import { feedsByKind, hasInput, kindOf, outputNames, outputsByKind } from '../graph-io.js'
import type { Loop } from '../loop.js'
import { LENGTH_STEP } from '../token-feeds.js'
import { createCache, type RowCache } from './cache.js'
import { createDecoding } from './decoding/create.js'
import type { Decoding, DecoderRow, DecodingState } from './decoding/decoding.js'
import type { FilledReportOptions } from './options.js'
import type { Generation } from './spec.js'

/** All that a decoder has to know, as plain data. */
export interface DecoderSetup {
  readonly io: GraphIo
  /** Kinds of what every run is fed alike: the memory. */
  readonly constants: readonly string[]
  /** Pieces; a graph may give more logits. */
  readonly vocabularySize: number
  readonly generation: Pick<Generation, 'bos' | 'eos' | 'pad' | 'max_tokens'>
  readonly options: FilledReportOptions
}

export interface DecoderState {
  readonly decoding: DecodingState
  readonly cache?: readonly RowCache[]
}

export interface DecoderLoop extends Loop<DecoderState> {
  readonly decoding: Decoding
}

/** What `accept` reads. */
export function decoderOutputs(component: Component): string[] {
  const isCached = hasInput(component, 'past_keys')
  return outputNames(component, ['logits', ...(isCached ? ['present_keys', 'present_values'] : [])])
}

/**
 * A text over one study, from its beginning where there is no state. A graph with `past_keys` and `past_values` is fed the last
 * token of each row and what it gave for the tokens before; any other the whole prefix, filled up to the right. `token_count` says
 * how many tokens there are, so that rows of other requests, of other lengths, share the run.
 */
export function createDecoderLoop(setup: DecoderSetup, state?: DecoderState): DecoderLoop {
  const { io, generation, options } = setup
  const own = { ...io, inputs: io.inputs.filter(({ kind }) => !setup.constants.includes(kind)) }
  const decoding = createDecoding(generation, options, state?.decoding)
  const cache = hasInput(io, 'past_keys') ? createCache(io, state?.cache) : undefined
  return {
    decoding,
    get isOver() {
      return decoding.rows.length === 0
    },
    get canStep() {
      return decoding.rows.length > 0
    },
    feeds() {
      const { rows } = decoding
      const tokens = cache === undefined ? prefixes(setup, rows) : rows.map((row) => [row.tokens.at(-1)!])
      return feedsByKind(own, {
        tokens: integers(io, 'tokens', [rows.length, tokens[0]!.length], tokens.flat()),
        token_count: integers(
          io,
          'token_count',
          [rows.length],
          rows.map((row) => row.tokens.length),
        ),
        ...cache?.feeds(rows),
      })
    },
    accept(given) {
      const outputs = outputsByKind(io, given)
      const { rows } = decoding
      const logits = rowsOf(setup, kindOf(outputs, 'logits'), rows.length)
      cache?.keep(outputs, rows)
      decoding.accept(logits)
    },
    get state() {
      return { decoding: decoding.state, ...(cache && { cache: cache.state }) }
    },
  }
}

/** Each row's tokens, filled up to a length that others are likely to have too, and never beyond the decoder's positions. */
function prefixes({ io, generation }: DecoderSetup, rows: readonly DecoderRow[]): number[][] {
  const { pad, max_tokens: most } = generation
  const fixed = specOfKind(io.inputs, 'tokens')?.dims[1]
  const own = rows[0]!.tokens.length
  const length = typeof fixed === 'number' ? fixed : Math.min(Math.ceil(own / LENGTH_STEP) * LENGTH_STEP, most)
  return rows.map(({ tokens }) => [...tokens, ...new Array<number>(length - tokens.length).fill(pad)])
}

function integers(io: GraphIo, kind: string, dims: readonly number[], values: readonly number[]): Tensor {
  const dtype: DType = specOfKind(io.inputs, kind)?.dtype ?? 'int64'
  const data = new DTYPES[dtype](values.length)
  values.forEach((value, at) => {
    if (data instanceof BigInt64Array || data instanceof BigUint64Array) data[at] = BigInt(value)
    else data[at] = value
  })
  return { dtype, dims, data }
}

function rowsOf({ vocabularySize }: DecoderSetup, logits: Tensor, rows: number): Float32Array[] {
  const [count, width = 0] = logits.dims
  // More than pieces is sound: some decoders are filled up to a round number.
  if (logits.dims.length !== 2 || count !== rows || width < vocabularySize) {
    throw new AppError('model_output_invalid', 'The decoder gave not one logit for each piece of the vocabulary.')
  }
  const values = floatsOf(logits)
  return Array.from({ length: rows }, (_, row) => values.subarray(row * width, (row + 1) * width))
}
