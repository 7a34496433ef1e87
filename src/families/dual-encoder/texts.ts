import { AppError } from '../../errors.js'
import { LENGTH_STEP, type TextRow } from '../token-feeds.js'
import { textSideOf, type DualEncoderModel, type TextSide, type Usage } from './model.js'

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
 * Throws `invalid_text` for a text of which nothing is left, `invalid_option` for texts to a pack that reads none.
 */
export function prepareTexts(model: DualEncoderModel, groups: readonly (readonly string[])[]): PreparedTexts {
  const rows: TextRow[] = []
  const indexOf = new Map<string, number>()
  const rowOf: number[] = []
  let tokens = 0
  let truncated = 0
  for (const group of groups) {
    const side = textSideOf(model)
    const encoded = group.map((text) => side.tokenizer.encode(text))
    const longest = Math.max(...encoded.map(({ ids }) => ids.length))
    group.forEach((text, at) => {
      const own = encoded[at]!
      const paddedLength = paddedLengthOf(side, own.ids.length, longest)
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

function paddedLengthOf({ text }: TextSide, own: number, longestOfGroup: number): number {
  const { padding, max_length: maxLength } = text
  switch (padding) {
    case 'fixed':
      return maxLength
    case 'longest':
      return Math.min(maxLength, Math.ceil(own / LENGTH_STEP) * LENGTH_STEP)
    case 'longest_in_class':
      return longestOfGroup
  }
}

/** Whether the tokenizer leaves anything of a text. */
export function isReadable(model: DualEncoderModel, text: string): boolean {
  const { tokenizer } = textSideOf(model)
  try {
    tokenizer.encode(text)
    return true
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid_text') return false
    throw error
  }
}
