/** Prompts as tokens, and as what the denoiser attends to. */
import { AppError } from '../../errors.js'
import { floatsOf, floatTensor } from '../../tensor/float16.js'
import { concatRows } from '../../tensor/ops.js'
import type { Tensor } from '../../tensor/tensor.js'
import type { EncodedText, Tokenizer } from '../../text/tokenizer.js'
import { specOfKind } from '../tensor-specs.js'
import type { RunComponent } from '../family.js'
import { componentOf, feedsByKind, kindOf, outputNames, outputsByKind } from '../graph-io.js'
import { tokenFeeds, type TextRow } from '../token-feeds.js'
import type { DiffusionModel } from './model.js'

/**
 * Characters of a prompt that the tokenizer is given for each token that the model reads: CLIP's longest words in common
 * use have 14. What lies behind is cut without being looked at.
 */
const CHARACTERS_PER_TOKEN = 48

/** Words that are told of a prompt's end. */
const MAX_CUT_WORDS = 256

/** How the text encoder read a prompt. */
export interface PromptRead {
  /** As given, or as the template made it. */
  readonly text: string
  /** Tokens that were read, special ones included, padding not. */
  readonly tokens: number
  readonly isTruncated: boolean
  /** Words from the first that was not read to its end, as they were written; the first of them where there are very many. */
  readonly cut: readonly string[]
}

/** A prompt ready for the text encoder. */
export interface PreparedPrompt extends PromptRead {
  readonly row: TextRow
}

/** Throws `invalid_text` for a prompt of which nothing is left; the empty text is one without words. */
export function preparePrompt({ spec, tokenizer }: DiffusionModel, text: string): PreparedPrompt {
  const { max_length: maxLength } = spec.text
  const seen = text.slice(0, CHARACTERS_PER_TOKEN * maxLength)
  const encoded = text === '' ? emptyText(tokenizer) : tokenizer.encode(seen)
  const isTruncated = encoded.isTruncated || seen.length < text.length
  return {
    ...{ text, isTruncated },
    tokens: encoded.ids.length,
    cut: isTruncated ? cutWords(tokenizer, text, maxLength) : [],
    row: { text: seen, encoded, paddedLength: maxLength },
  }
}

/** Words as they stand in the text, from the first that is not read to its end: found by how many of them fit. */
function cutWords(tokenizer: Tokenizer, text: string, maxLength: number): string[] {
  const words = text.split(/\s+/).filter((word) => word !== '')
  const fits = (count: number): boolean => {
    const start = words.slice(0, count).join(' ')
    return start.length <= CHARACTERS_PER_TOKEN * maxLength && !isTooLong(tokenizer, start)
  }
  let read = 0
  // A word has one token at least.
  let most = Math.min(words.length, maxLength)
  while (read < most) {
    const middle = Math.ceil((read + most) / 2)
    if (fits(middle)) read = middle
    else most = middle - 1
  }
  return words.slice(read, read + MAX_CUT_WORDS)
}

/** A start of a text may be nothing to the tokenizer, which the whole is not. */
function isTooLong(tokenizer: Tokenizer, start: string): boolean {
  try {
    return tokenizer.encode(start).isTruncated
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid_text') return false
    throw error
  }
}

/** The special tokens alone: what the unconditional branch is trained with. */
function emptyText(tokenizer: Tokenizer): EncodedText {
  const { ids, pieces, wordIndex } = tokenizer.encode('a')
  const isSpecial = (_: unknown, at: number): boolean => wordIndex[at]! < 0
  return {
    ids: ids.filter(isSpecial),
    pieces: pieces.filter(isSpecial),
    wordIndex: wordIndex.filter((word) => word < 0),
    isTruncated: false,
    cutWords: [],
    filledFrom: 0,
  }
}

/**
 * One row a prompt, [1, length, width] each, in the dtype that the denoiser takes. Which layer of the encoder it is, the
 * pack says by the output that it marks as `tokens`.
 */
export async function encodePrompts(
  model: DiffusionModel,
  prompts: readonly PreparedPrompt[],
  run: RunComponent,
): Promise<Tensor[]> {
  const encoder = componentOf(model, 'text_encoder')
  const rows = prompts.map(({ row }) => row)
  const feeds = feedsByKind(encoder, tokenFeeds(encoder, rows, model.spec.text.pad_id ?? 0))
  const outputs = outputsByKind(encoder, await run('text_encoder', feeds, outputNames(encoder, ['tokens'])))
  const tokens = kindOf(outputs, 'tokens')
  const [count, ...dims] = tokens.dims
  const { dtype } = specOfKind(componentOf(model, 'denoiser').inputs, 'tokens')!
  const values = floatsOf(tokens)
  if (count !== prompts.length || values.some((value) => !Number.isFinite(value))) {
    throw new AppError('model_output_invalid', 'The text encoder gave values that are no numbers, or too few rows.')
  }
  const length = values.length / count
  return prompts.map((_, at) => floatTensor(dtype, [1, ...dims], values.slice(at * length, (at + 1) * length)))
}

/** The rows of `tokens` that go with the rows of a run: as many of each as there are pictures. */
export function repeatRows(tokens: readonly Tensor[], pictures: number): Tensor {
  return concatRows(tokens.flatMap((row) => Array.from({ length: pictures }, () => row)))
}
