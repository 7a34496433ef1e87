import { AppError } from '../../errors.js'
import type { EncodedText } from '../../text/tokenizer.js'
import { joinPiece } from '../../text/words.js'
import { LENGTH_STEP, type TextRow, type Usage } from '../token-feeds.js'
import { understand, type Understanding } from './known-words.js'
import type { SegmentationModel } from './model.js'
import type { WordsSpec } from './spec.js'

/** One text with everything that is known of it before a graph has run. */
export interface SegmentationText extends TextRow, Understanding {
  readonly words: WordsRead
}

/** Which words of a text reached the model. */
export interface WordsRead {
  /** Rows that the segmenter gets, or the tokens of a pack that gives it all. */
  readonly used: readonly string[]
  /** How many of the used ones, at their end, the pack's `fill` put there. */
  readonly filled: number
  /** The text's own words that are not among the used ones, in order; not all of a very long text. */
  readonly cut: readonly string[]
}

export interface PreparedTexts {
  /** Each distinct text once. */
  readonly rows: readonly SegmentationText[]
  /** For each text as given the index of its row. */
  readonly rowOf: readonly number[]
  readonly usage: Usage
}

/** Throws `invalid_text` for a text of which nothing is left, or with too few words for a pack that refuses those. */
export function prepareTexts(model: SegmentationModel, texts: readonly string[]): PreparedTexts {
  const rows = [...new Set(texts)].map((text) => prepareText(model, text))
  const indexOf = new Map(rows.map(({ text }, at) => [text, at]))
  const rowOf = texts.map((text) => indexOf.get(text)!)
  const given = rowOf.map((row) => rows[row]!.encoded)
  const usage = {
    tokens: given.reduce((sum, { ids }) => sum + ids.length, 0),
    truncated: given.filter(({ isTruncated }) => isTruncated).length,
  }
  return { rows, rowOf, usage }
}

function prepareText(model: SegmentationModel, text: string): SegmentationText {
  const { spec, tokenizer } = model
  const encoded = tokenizer.encode(text)
  const { padding, max_length: maxLength } = spec.text
  const ownLength = Math.ceil(encoded.ids.length / LENGTH_STEP) * LENGTH_STEP
  const paddedLength = padding === 'fixed' ? maxLength : Math.min(maxLength, ownLength)
  const words = readWords(encoded, spec.text_post)
  return { text, encoded, paddedLength, words, ...understand(spec.segmentation.known, text) }
}

function readWords(encoded: EncodedText, post: WordsSpec | undefined): WordsRead {
  const rows = rowLabels(encoded, post ?? { merge: 'mean_pieces', drop: ['cls', 'sep'] })
  const count = post?.words ?? rows.length
  if (post?.on_short === 'error' && rows.length < count) {
    throw new AppError(
      'invalid_text',
      `The text has ${rows.length} words and marks, and the model reads ${count}: end it with a full stop or say more.`,
    )
  }
  const used = rows.slice(0, count)
  const left = rows.slice(count).filter(({ isFilled }) => !isFilled)
  return {
    used: used.map(({ label }) => label),
    filled: used.filter(({ isFilled }) => isFilled).length,
    cut: [...left.map(({ label }) => label), ...encoded.cutWords],
  }
}

/** Labels of the rows that `mergePieces` and `keepWords` leave. */
function rowLabels(
  { pieces, wordIndex, filledFrom }: EncodedText,
  { merge, drop }: Pick<WordsSpec, 'merge' | 'drop'>,
): { label: string; isFilled: boolean }[] {
  const rows: { label: string; isFilled: boolean }[] = []
  pieces.forEach((piece, at) => {
    const word = wordIndex[at]!
    if (word < 0 && drop.includes(at === 0 ? 'cls' : 'sep')) return
    const isSame = merge !== 'none' && word >= 0 && at > 0 && word === wordIndex[at - 1]
    const before = isSame ? rows.pop()!.label : ''
    rows.push({ label: joinPiece(before, piece), isFilled: word >= filledFrom })
  })
  return rows
}
