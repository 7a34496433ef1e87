/** The sections of `model.json` that only a dual encoder has. What differs between two checkpoints is said here. */
import { Type, type Static } from 'typebox'
import { ImageSpecSchema } from '../../imaging/steps.js'
import { TextSpecSchema } from '../../text/spec.js'
import { MERGES } from '../../text/words.js'
import { ViewsSchema } from '../views/spec.js'
import { GoldensSchema } from './golden-spec.js'
import { WORD_WEIGHTINGS } from './word-weights.js'
import { LOCAL_AGGREGATES, MeanStdSchema, PromptsSchema, ZeroShotSchema } from './zero-shot-spec.js'

const closed = { additionalProperties: false }

/** Token rows to word rows to one vector: what cannot be inside the text graph because it looks at the pieces. */
export const TextPostSchema = Type.Object(
  {
    /** How the pieces of a word become one row: `Merge`. */
    merge: Type.Enum([...MERGES]),
    /**
     * The text's vector from the merged rows, where the graph gives none: the first row; the mean of the rows that are
     * there; the mean over `fixed_length` or padded slots, absent ones counting as zero (GLoRIA) or as the graph's own
     * PAD rows (MedCLIP).
     */
    pool: Type.Enum(['none', 'cls', 'mean', 'mean_with_zeros', 'mean_with_pad']),
    /** Slots of the reference's padded word list: 97 (GLoRIA), 112 (MGCA). */
    fixed_length: Type.Optional(Type.Integer({ minimum: 2, maximum: 4096 })),
    /** Special tokens that are no words of the local score. */
    drop: Type.Array(Type.Enum(['cls', 'sep']), { uniqueItems: true }),
    /** The pooled vector and the words go through the `text_heads` graph. */
    heads: Type.Boolean(),
  },
  closed,
)
export type TextPost = Static<typeof TextPostSchema>

const LocalScoreSchema = Type.Object(
  {
    /** For people; what is computed is in the `similarity` graph. */
    algorithm: Type.Enum(['gloria', 'mgca-cosine', 'cosine-grid', 'other']),
    /** Values of the graph's scalar inputs by their kind, such as `temp_attention`. */
    temperatures: Type.Record(Type.String({ pattern: '^temp_[a-z0-9_]+$' }), Type.Number()),
    /**
     * `fixed`: the words of the text. `sentence`: the text's global vector is its one word (BioViL). `compat-chars`:
     * GLoRIA's released zero-shot code, which takes as many columns as the raw prompt has characters.
     */
    words: Type.Enum(['fixed', 'sentence', 'compat-chars']),
    /**
     * What a word counts in `weighted_mean`, from the text graph's output of kind `token_weights` float32[rows, length]:
     * `WordWeighting`.
     */
    weights: Type.Optional(Type.Enum([...WORD_WEIGHTINGS])),
    aggregate: Type.Enum([...LOCAL_AGGREGATES]),
  },
  closed,
)
export type LocalScore = Static<typeof LocalScoreSchema>

export const CombineSchema = Type.Union([
  Type.Object({ kind: Type.Literal('none') }, { ...closed, description: 'the global score' }),
  Type.Object({ kind: Type.Literal('mean') }, { ...closed, description: '(global + local) / 2, unnormalised' }),
  Type.Object({ kind: Type.Literal('weighted'), global: Type.Number(), local: Type.Number() }, closed),
  Type.Object(
    { kind: Type.Literal('zscore-reference'), global: MeanStdSchema, local: MeanStdSchema },
    { ...closed, description: 'the mean of both after z-scoring by statistics stored here' },
  ),
])
export type Combine = Static<typeof CombineSchema>

export const ScoreSchema = Type.Object(
  {
    /** logit = scale · score + bias: exp of a learned logit scale; 1 where there is none. */
    scale: Type.Number({ exclusiveMinimum: 0 }),
    /** Added to scale · score (SigLIP's learned bias); left out, 0. */
    bias: Type.Optional(Type.Number()),
    global: Type.Enum(['cosine', 'none']),
    local: Type.Optional(LocalScoreSchema),
    combine: CombineSchema,
    /** A pair is scored by a graph that sees both, so its vectors mean nothing alone (CARZero). */
    pairwise: Type.Boolean(),
  },
  closed,
)
export type Score = Static<typeof ScoreSchema>

export const MapsSchema = Type.Object(
  {
    /** [rows, columns]; needed when the local output does not have them as dims of its own. */
    grid: Type.Optional(Type.Tuple([Type.Integer({ minimum: 1 }), Type.Integer({ minimum: 1 })])),
    /** `attention`: a word's cells sum to 1. `cosine`: each cell is between -1 and 1. */
    values: Type.Enum(['attention', 'cosine']),
    /** For display: minimum and maximum over all words of a text on an image together, or of each word. */
    display: Type.Enum(['minmax-image', 'minmax-word']),
    /** For display: standard deviation of a Gaussian, in cells. */
    smooth_sigma: Type.Optional(Type.Number({ minimum: 0, maximum: 64 })),
  },
  closed,
)
export type Maps = Static<typeof MapsSchema>

export const PrototypesSchema = Type.Object(
  {
    count: Type.Integer({ minimum: 1 }),
    temperature: Type.Number({ exclusiveMinimum: 0 }),
    /** A name for each, where somebody has looked at them. */
    names: Type.Optional(Type.Array(Type.String())),
  },
  closed,
)

export const ExpectedViewSchema = Type.Object(
  {
    /** What the films are like that the pack was made for. */
    prompts: PromptsSchema,
    /** What other films are like. */
    others: PromptsSchema,
    /** A film is warned of whose best cosine with `others` is above its best with `prompts` by more than this. */
    margin: Type.Number({ minimum: -2, maximum: 2 }),
  },
  closed,
)
export type ExpectedView = Static<typeof ExpectedViewSchema>

export const dualEncoderSections = {
  image: ImageSpecSchema,
  /** Left out with `text_post` where there is an image tower alone (RAD-DINO): it gives embeddings of images and studies. */
  text: Type.Optional(TextSpecSchema),
  text_post: Type.Optional(TextPostSchema),
  score: ScoreSchema,
  zero_shot: Type.Optional(ZeroShotSchema),
  maps: Type.Optional(MapsSchema),
  prototypes: Type.Optional(PrototypesSchema),
  /** Left out: a study is the mean of any number of films. */
  views: Type.Optional(ViewsSchema),
  /** Films of studies are warned of that are not what the pack was made for. */
  expected_view: Type.Optional(ExpectedViewSchema),
  goldens: GoldensSchema,
}

export const DualEncoderSpecSchema = Type.Object(dualEncoderSections)
export type DualEncoderSpec = Static<typeof DualEncoderSpecSchema>
