/** The sections of `model.json` that only a segmentation pack has. What differs between two checkpoints is said here. */
import { Type, type Static } from 'typebox'
import { ImageSpecSchema } from '../../imaging/steps.js'
import { TextSpecSchema } from '../../text/spec.js'
import { MERGES } from '../../text/words.js'
import { SegmentationGoldensSchema } from './golden-spec.js'

const closed = { additionalProperties: false }
const Probability = Type.Number({ minimum: 0, maximum: 1 })

/** Token rows to the word rows that the segmenter takes: what cannot be inside a graph because it looks at the pieces. */
export const WordsSpecSchema = Type.Object(
  {
    /** How the pieces of a word become one row: `Merge`. */
    merge: Type.Enum([...MERGES]),
    /** Special tokens that are no words. */
    drop: Type.Array(Type.Enum(['cls', 'sep']), { uniqueItems: true }),
    /** The first so many go to the segmenter; the others act through their context only. */
    words: Type.Integer({ minimum: 1, maximum: 4096 }),
    /** A text of fewer words is refused, or the rest of its rows are zero. */
    on_short: Type.Enum(['error', 'zeros']),
  },
  closed,
)
export type WordsSpec = Static<typeof WordsSpecSchema>

const StructureSchema = Type.Object(
  { name: Type.String({ minLength: 1 }), examples: Type.Array(Type.String({ minLength: 1 }), { maxItems: 16 }) },
  { ...closed, description: 'what the pack can outline, and how to say so' },
)

/** Words are runs of letters and digits in lower case; a phrase is words in a row. */
const KnownSchema = Type.Object(
  {
    /** A text that holds none of them names nothing that the pack knows. */
    phrases: Type.Array(Type.String({ minLength: 1 }), { minItems: 1, maxItems: 4096 }),
    /** Every word that the pack was trained with; others are named in a warning. */
    vocabulary: Type.Optional(Type.Array(Type.String({ minLength: 1 }), { maxItems: 65_536 })),
    /** Left out, such a text is answered with a warning; `empty`: with an empty mask too, and without a run. */
    on_unknown: Type.Optional(Type.Enum(['warn', 'empty'])),
  },
  closed,
)
export type Known = Static<typeof KnownSchema>

/** As DICOM writes a code (PS3.3 section 8.8): what is no scheme of the standard begins with 99. */
const CodeSchema = Type.Object(
  {
    value: Type.String({ pattern: '^[!-\\[\\]-~]{1,16}$' }),
    scheme: Type.String({ pattern: '^[A-Z0-9_]{2,16}$' }),
    meaning: Type.String({ pattern: '^[ -\\[\\]-~]{1,64}$' }),
  },
  closed,
)

/** What the segments are, for objects that say it in codes. */
const CodingSchema = Type.Object(
  {
    /** Whole words in a row, as in `known`; left out, of every text that no other entry is for. */
    phrases: Type.Optional(Type.Array(Type.String({ minLength: 1 }), { minItems: 1, maxItems: 256 })),
    /** What a segment is called, where its text may not be told. */
    label: Type.String({ pattern: '^[ -\\[\\]-~]{1,48}$' }),
    category: CodeSchema,
    type: CodeSchema,
    type_modifiers: Type.Optional(Type.Array(CodeSchema, { minItems: 1, maxItems: 4 })),
    anatomic_region: Type.Optional(CodeSchema),
  },
  closed,
)
export type SegmentCoding = Static<typeof CodingSchema>

export const SegmentationSectionSchema = Type.Object(
  {
    /** Inside is what is above it, strictly. */
    threshold: Probability,
    structures: Type.Array(StructureSchema, { minItems: 1, maxItems: 256 }),
    known: Type.Optional(KnownSchema),
    /** A text is of the one entry whose phrases it holds; of the entry without phrases where that is none or several. */
    coding: Type.Optional(Type.Array(CodingSchema, { minItems: 1, maxItems: 256 })),
    /** A mask whose greatest probability is below it is answered with a warning. */
    low_confidence_below: Type.Optional(Probability),
    domain: Type.Optional(
      Type.Object(
        {
          /** Mean of (greatest − least of red, green and blue) over the range, above which a file is no film. */
          max_channel_spread: Probability,
        },
        closed,
      ),
    ),
    /** What is done to a mask when the request says nothing. */
    defaults: Type.Optional(
      Type.Object(
        {
          fill_holes: Type.Optional(Type.Boolean()),
          min_area_px: Type.Optional(Type.Integer({ minimum: 0 })),
          largest: Type.Optional(Type.Integer({ minimum: 1 })),
        },
        closed,
      ),
    ),
  },
  closed,
)
export type SegmentationSection = Static<typeof SegmentationSectionSchema>

export const segmentationSections = {
  image: ImageSpecSchema,
  text: TextSpecSchema,
  text_post: Type.Optional(WordsSpecSchema),
  segmentation: SegmentationSectionSchema,
  goldens: SegmentationGoldensSchema,
}

export const SegmentationSpecSchema = Type.Object(segmentationSections)
export type SegmentationSpec = Static<typeof SegmentationSpecSchema>
