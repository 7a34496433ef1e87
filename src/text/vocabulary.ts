/** From token ids back to text: what a decoder writes with. */
import { AppError } from '../errors.js'
import { openTokenizer } from './tokenizer.js'
import { readTokenizerFile, type PieceJoins } from './tokenizer-file.js'

/** What the reference library writes for bytes that are no character, or not yet a whole one. */
const REPLACEMENT = '\ufffd'

/** The pieces of a `tokenizer.json` by id. */
export interface Vocabulary {
  /** One more than the greatest id. */
  readonly size: number
  /** As the file has it, such as `▁effusion`, `##s` or `<0x0A>`; empty for an id without a piece. */
  piece(id: number): string
  /** The text of these pieces without control tokens, as Hugging Face's tokenizers decode it. */
  decode(ids: readonly number[]): string
  /** A text that comes piece by piece. */
  begin(): TextStream
}

/** All that `add` and `end` gave, one after the other, is what `decode` gives for all ids. */
export interface TextStream {
  /** The text that is certain now and was not before; empty while a character lacks bytes. */
  add(id: number): string
  /** What was held back. */
  end(): string
}

/**
 * `control`: ids that never show, beside the special tokens of the file. A file without a decoder gets the one of its kind
 * of pieces. Throws `model_invalid`.
 */
export function createVocabulary(file: unknown, control: readonly number[]): Vocabulary {
  const { json, joins } = readTokenizerFile(file, true)
  const { decoder } = json as { decoder?: object | null }
  const tokenizer = openTokenizer({ json: { ...json, decoder: decoder ?? decoderOf(joins) } })
  const { vocab } = tokenizer.model
  if (control.some((id) => vocab[id] === undefined)) {
    throw new AppError('model_invalid', 'A control token of the pack has no piece in tokenizer.json.')
  }
  const hidden = new Set(control)
  const options = { skip_special_tokens: true, clean_up_tokenization_spaces: false }
  const decode = (ids: readonly number[]): string => {
    const shown = ids.filter((id) => !hidden.has(id))
    return shown.length === 0 ? '' : tokenizer.decode(shown, options)
  }
  return { size: vocab.length, piece: (id) => vocab[id] ?? '', decode, begin: () => createTextStream(decode) }
}

function createTextStream(decode: Vocabulary['decode']): TextStream {
  const ids: number[] = []
  let given = 0
  const rest = (text: string): string => {
    const news = text.slice(given)
    given += news.length
    return news
  }
  return {
    add(id) {
      ids.push(id)
      let text = decode(ids)
      // The next piece may have the bytes that are missing here.
      while (text.endsWith(REPLACEMENT)) text = text.slice(0, -1)
      return rest(text)
    },
    end: () => rest(decode(ids)),
  }
}

function decoderOf(joins: PieceJoins): object {
  switch (joins.kind) {
    case 'continues':
      return { type: 'WordPiece', prefix: joins.mark, cleanup: true }
    case 'ends':
      return { type: 'BPEDecoder', suffix: joins.mark }
    case 'begins':
      return joins.mark === 'Ġ' ? { type: 'ByteLevel' } : { type: 'Metaspace', replacement: joins.mark }
  }
}
