/** The manifest section `text`: how a text becomes token ids. */
import { Type, type Static } from 'typebox'
import { CLEANERS } from './clean.js'

export const TextSpecSchema = Type.Object(
  {
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
