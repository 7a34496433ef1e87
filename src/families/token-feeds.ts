/** Texts as token tensors: what every family with a text tower feeds. */
import { DTYPES, type DType, type NamedTensors, type Tensor } from '../tensor/tensor.js'
import type { EncodedText } from '../text/tokenizer.js'
import type { Component } from './component.js'
import { specOfKind } from './tensor-specs.js'

/** Texts of other lengths share a run when their lengths round up to the same multiple; masked, padding changes nothing. */
export const LENGTH_STEP = 8

export interface Usage {
  /** Text tokens that the tower read, special ones included, padding not. */
  readonly tokens: number
  /** Texts that were longer than the model reads. */
  readonly truncated: number
}

/** One text as it goes into the tower. */
export interface TextRow {
  readonly text: string
  readonly encoded: EncodedText
  /** Tokens with padding: never more than its group, the pack's maximum, or itself asks for. */
  readonly paddedLength: number
}

/** input_ids, attention_mask and token_type_ids [rows, length] by kind, in the integer type that the graph takes. */
export function tokenFeeds(component: Component, rows: readonly TextRow[], padId: number): NamedTensors {
  const length = rows[0]!.paddedLength
  const value = { input_ids: padId, attention_mask: 0, token_type_ids: 0 }
  const feeds: Record<string, Tensor> = {}
  for (const kind of ['input_ids', 'attention_mask', 'token_type_ids'] as const) {
    const spec = specOfKind(component.inputs, kind)
    if (spec === undefined) continue
    feeds[kind] = integers(spec.dtype, [rows.length, length], (row, at) => {
      const { ids } = rows[row]!.encoded
      if (at >= ids.length) return value[kind]
      return kind === 'input_ids' ? ids[at]! : kind === 'attention_mask' ? 1 : 0
    })
  }
  return feeds
}

function integers(dtype: DType, dims: [number, number], valueAt: (row: number, at: number) => number): Tensor {
  const [rows, length] = dims
  const data = new DTYPES[dtype](rows * length)
  for (let row = 0; row < rows; row++) {
    for (let at = 0; at < length; at++) {
      const value = valueAt(row, at)
      if (data instanceof BigInt64Array || data instanceof BigUint64Array) data[row * length + at] = BigInt(value)
      else data[row * length + at] = value
    }
  }
  return { dtype, dims, data }
}
