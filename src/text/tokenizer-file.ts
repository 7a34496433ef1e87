import { AppError } from '../errors.js'

/** How the pieces of one word hang together: by a mark on what continues, on what begins, or on what ends a word. */
export type PieceJoins =
  | { readonly kind: 'continues'; readonly mark: string }
  | { readonly kind: 'begins'; readonly mark: string }
  | { readonly kind: 'ends'; readonly mark: string }

export interface TokenizerFile {
  readonly json: object
  readonly joins: PieceJoins
}

type Json = Record<string, unknown>

/** Checks the outline of a `tokenizer.json` and applies the pack's own word on case. Throws `model_invalid`. */
export function readTokenizerFile(file: unknown, lowercase: boolean): TokenizerFile {
  const json = asObject(file)
  const model = asObject(json['model'])
  const normalizer = withCase(json['normalizer'], lowercase)
  const preTokenizer = withSplitWords(json['pre_tokenizer'])
  return { json: { ...json, normalizer, pre_tokenizer: preTokenizer }, joins: joinsOf(json, model) }
}

/** The library leaves the whole text one word where the reference's Metaspace begins a word at every mark. */
function withSplitWords(preTokenizer: unknown): unknown {
  if (typeof preTokenizer !== 'object' || preTokenizer === null) return preTokenizer ?? null
  const given = preTokenizer as Json
  if (given['type'] === 'Sequence' && Array.isArray(given['pretokenizers']))
    return { ...given, pretokenizers: given['pretokenizers'].map(withSplitWords) }
  if (given['type'] !== 'Metaspace' || given['split'] === false) return given
  const mark = `\\u{${(typeof given['replacement'] === 'string' ? given['replacement'] : '▁').codePointAt(0)!.toString(16)}}`
  const split = {
    type: 'Split',
    pattern: { Regex: `${mark}[^${mark}]*|[^${mark}]+` },
    behavior: 'Removed',
    invert: true,
  }
  return { type: 'Sequence', pretokenizers: [given, split] }
}

function withCase(normalizer: unknown, lowercase: boolean): unknown {
  if (typeof normalizer !== 'object' || normalizer === null) return lowercase ? { type: 'Lowercase' } : null
  const given = normalizer as Json
  // BERT's accents follow its case where the file leaves them open, as in Hugging Face's own loader.
  if (given['type'] === 'BertNormalizer')
    return { ...given, lowercase, strip_accents: given['strip_accents'] ?? lowercase }
  const steps =
    given['type'] === 'Sequence' && Array.isArray(given['normalizers']) ? (given['normalizers'] as Json[]) : [given]
  const isLowering = steps.some((step) => step['type'] === 'Lowercase')
  if (isLowering === lowercase) return given
  if (isLowering) return { type: 'Sequence', normalizers: steps.filter((step) => step['type'] !== 'Lowercase') }
  return { type: 'Sequence', normalizers: [...steps, { type: 'Lowercase' }] }
}

function joinsOf(json: Json, model: Json): PieceJoins {
  const continuing = model['continuing_subword_prefix']
  if (model['type'] === 'WordPiece')
    return { kind: 'continues', mark: typeof continuing === 'string' ? continuing : '##' }
  const ending = model['end_of_word_suffix']
  if (typeof ending === 'string' && ending !== '') return { kind: 'ends', mark: ending }
  const text = JSON.stringify(json['pre_tokenizer'] ?? null)
  return { kind: 'begins', mark: text.includes('ByteLevel') ? 'Ġ' : '▁' }
}

function asObject(value: unknown): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json
  throw new AppError('model_invalid', 'tokenizer.json is not of the format of Hugging Face tokenizers.')
}
