import { AppError } from '../../errors.js'
import { DTYPES, type DType, type NamedTensors, type Tensor } from '../../tensor/tensor.js'
import type { EncodedText } from '../../text/tokenizer.js'
import { specOfKind, type Component } from '../component.js'
import type { DualEncoderModel, Usage } from './model.js'

/** Texts of other lengths share a run when their lengths round up to the same multiple; masked, padding changes nothing. */
const LENGTH_STEP = 8

/** One text as it goes into the tower. */
export interface TextRow {
  readonly text: string
  readonly encoded: EncodedText
  /** Tokens with padding: never more than its group, the pack's maximum, or itself asks for. */
  readonly paddedLength: number
}

export interface PreparedTexts {
  /** Each distinct text once. */
  readonly rows: readonly TextRow[]
  /** For each text as given, groups one after the other, the index of its row. */
  readonly rowOf: readonly number[]
  readonly usage: Usage
}

/**
 * Encodes texts. A group is padded together where the pack says `longest_in_class` (the prompts of one label; a free
 * text is a group of its own), so that a vector never depends on what else is in the request.
 * Throws `invalid_text` for a text of which nothing is left.
 */
export function prepareTexts(model: DualEncoderModel, groups: readonly (readonly string[])[]): PreparedTexts {
  const rows: TextRow[] = []
  const indexOf = new Map<string, number>()
  const rowOf: number[] = []
  let tokens = 0
  let truncated = 0
  for (const group of groups) {
    const encoded = group.map((text) => model.tokenizer.encode(text))
    const longest = Math.max(...encoded.map(({ ids }) => ids.length))
    group.forEach((text, at) => {
      const own = encoded[at]!
      const paddedLength = paddedLengthOf(model, own.ids.length, longest)
      const key = `${paddedLength} ${text}`
      let row = indexOf.get(key)
      if (row === undefined) indexOf.set(key, (row = rows.push({ text, encoded: own, paddedLength }) - 1))
      rowOf.push(row)
      tokens += own.ids.length
      truncated += own.isTruncated ? 1 : 0
    })
  }
  return { rows, rowOf, usage: { tokens, truncated } }
}

function paddedLengthOf(model: DualEncoderModel, own: number, longestOfGroup: number): number {
  const { padding, max_length: maxLength } = model.spec.text
  switch (padding) {
    case 'fixed':
      return maxLength
    case 'longest':
      return Math.min(maxLength, Math.ceil(own / LENGTH_STEP) * LENGTH_STEP)
    case 'longest_in_class':
      return longestOfGroup
  }
}

/** Indices of rows by a property that rows of one run share, such as the padded length. */
export function groupIndices<Row>(rows: readonly Row[], keyOf: (row: Row) => number): Map<number, number[]> {
  const groups = new Map<number, number[]>()
  rows.forEach((row, at) => {
    const group = groups.get(keyOf(row))
    if (group === undefined) groups.set(keyOf(row), [at])
    else group.push(at)
  })
  return groups
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

/** Whether the tokenizer leaves anything of a text. */
export function isReadable(model: DualEncoderModel, text: string): boolean {
  try {
    model.tokenizer.encode(text)
    return true
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid_text') return false
    throw error
  }
}
