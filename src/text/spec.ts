/** The manifest section `text`: how a text becomes token ids. */
import { Type, type Static } from 'typebox'
import { CLEANERS } from './clean.js'

export const TextSpecSchema = Type.Object(
  {
    /**
     * A text of fewer words (white space between them) gets ` with` once for each that it lacks, before it is cleaned:
     * LViT's loader fills up to nine with "EOF XXX", which are two words each (`read_text` at a9b0b41).
     */
    fill: Type.Optional(
      Type.Object(
        {
          below_words: Type.Integer({ minimum: 2, maximum: 256 }),
          with: Type.String({ minLength: 1, maxLength: 100 }),
        },
        { additionalProperties: false },
      ),
    ),
    /** What is done to the text before the tokenizer sees it. */
    clean: Type.Enum(Object.keys(CLEANERS) as [keyof typeof CLEANERS, ...(keyof typeof CLEANERS)[]]),
    /** The `tokenizer.json` of the pack, listed in `files`. */
    tokenizer: Type.String({ minLength: 1 }),
    /**
     * Said here and not left to the file: Bio_ClinicalBERT's vocabulary is cased and every model trained with it
     * lowercases (contrastive.md section 0). Wins over the file's own BERT normalizer.
     */
    lowercase: Type.Boolean(),
    /** Tokens with the special ones. */
    max_length: Type.Integer({ minimum: 3, maximum: 4096 }),
    padding: Type.Enum(['fixed', 'longest', 'longest_in_class']),
    /** What happens to a longer text; left out, its right end is cut off. */
    truncation: Type.Optional(Type.Enum(['right', 'error'])),
    /** Left out, 0. */
    pad_id: Type.Optional(Type.Integer({ minimum: 0 })),
    /** What happens to a text of which the cleaner leaves nothing; left out, it is refused. */
    on_empty: Type.Optional(Type.Enum(['error', 'raw'])),
  },
  { additionalProperties: false },
)
export type TextSpec = Static<typeof TextSpecSchema>
