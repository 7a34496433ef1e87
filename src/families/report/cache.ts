/** Keys and values of the tokens so far, where a decoder takes them instead of the tokens themselves. */
import { AppError } from '../../errors.js'
import { floatsOf, floatTensor } from '../../tensor/float16.js'
import type { NamedTensors, Tensor } from '../../tensor/tensor.js'
import type { GraphIo, TensorSpec } from '../component.js'
import { specOfKind } from '../tensor-specs.js'
import { kindOf } from '../graph-io.js'
import { LENGTH_STEP } from '../token-feeds.js'
import type { DecoderRow } from './decoding/decoding.js'

export interface DecoderCache {
  /**
   * `past_keys` and `past_values` of the rows, [rows, …, past, …]: filled up with zeros behind the tokens that there are, of
   * which `token_count` counts one more, the one that is fed.
   */
  feeds(rows: readonly DecoderRow[]): NamedTensors
  /** Takes `present_keys` and `present_values` of these rows, [rows, …, 1, …]: of the token that was fed. */
  keep(outputs: NamedTensors, rows: readonly DecoderRow[]): void
  /** By row of the last step; plain data from which an equal one can be made. */
  readonly state: readonly RowCache[]
}

/** What one row has of its tokens, in their order; shared with the rows that it went on from. */
export interface RowCache {
  readonly keys: readonly Float32Array[]
  readonly values: readonly Float32Array[]
}

const EMPTY: RowCache = { keys: [], values: [] }

export function createCache(component: GraphIo, state: readonly RowCache[] = []): DecoderCache {
  const keys = pastOf(specOfKind(component.inputs, 'past_keys')!)
  const values = pastOf(specOfKind(component.inputs, 'past_values')!)
  let last = state
  const before = ({ parent }: DecoderRow): RowCache => (parent < 0 ? EMPTY : last[parent]!)
  return {
    get state() {
      return last
    },
    feeds(rows) {
      const own = rows.map(before)
      return {
        past_keys: stackPast(
          keys,
          own.map((row) => row.keys),
        ),
        past_values: stackPast(
          values,
          own.map((row) => row.values),
        ),
      }
    },
    keep(outputs, rows) {
      const newKeys = presentRows(kindOf(outputs, 'present_keys'), keys, rows.length)
      const newValues = presentRows(kindOf(outputs, 'present_values'), values, rows.length)
      last = rows.map((row, at) => {
        const own = before(row)
        return { keys: [...own.keys, newKeys[at]!], values: [...own.values, newValues[at]!] }
      })
    },
  }
}

/** [rows, ...outer, past, ...inner] */
interface PastShape {
  readonly dtype: TensorSpec['dtype']
  readonly outer: readonly number[]
  readonly inner: readonly number[]
  readonly outerLength: number
  readonly innerLength: number
}

/** The first symbol behind the rows is the tokens'; `faults()` made sure that it is the only one. */
function pastOf({ dtype, dims }: TensorSpec): PastShape {
  const at = dims.findIndex((dim, index) => index > 0 && typeof dim === 'string')
  const [outer, inner] = [dims.slice(1, at).map(Number), dims.slice(at + 1).map(Number)]
  const product = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1)
  return { dtype, outer, inner, outerLength: product(outer), innerLength: product(inner) }
}

function stackPast(shape: PastShape, rows: readonly (readonly Float32Array[])[]): Tensor {
  const { dtype, outer, inner, outerLength, innerLength } = shape
  const past = Math.max(1, Math.ceil(rows[0]!.length / LENGTH_STEP)) * LENGTH_STEP
  const data = new Float32Array(rows.length * outerLength * past * innerLength)
  rows.forEach((tokens, row) => {
    tokens.forEach((token, at) => {
      for (let group = 0; group < outerLength; group++) {
        const target = ((row * outerLength + group) * past + at) * innerLength
        data.set(token.subarray(group * innerLength, (group + 1) * innerLength), target)
      }
    })
  })
  return floatTensor(dtype, [rows.length, ...outer, past, ...inner], data)
}

/** In memory of their own: a view would hold the run's whole batch. */
function presentRows(present: Tensor, { outerLength, innerLength }: PastShape, rows: number): Float32Array[] {
  const length = outerLength * innerLength
  const values = floatsOf(present)
  if (present.dims[0] !== rows || values.length !== rows * length) {
    throw new AppError('model_output_invalid', 'The decoder gave keys and values of another size than it takes.')
  }
  return Array.from({ length: rows }, (_, row) => values.slice(row * length, (row + 1) * length))
}
