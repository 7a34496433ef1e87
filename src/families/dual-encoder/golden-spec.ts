/** The manifest section `goldens`: inputs of the pack and what the reference framework gave for them. */
import { Type, type Static } from 'typebox'
import { OutlierGoldenSchema } from '../outlier.js'

const closed = { additionalProperties: false }
const Vector = Type.Array(Type.Number(), { minItems: 1 })
const Matrix = Type.Array(Vector, { minItems: 1 })
/** Greatest absolute difference of any element. */
const Tolerance = Type.Number({ exclusiveMinimum: 0 })

const ImageGoldenSchema = Type.Object(
  {
    kind: Type.Literal('image'),
    /** An image file listed in `files`. */
    image: Type.String(),
    /** The L2-normalised vector. */
    global: Type.Optional(Vector),
    /** Mean over the cells of the raw local vectors, before any normalisation. */
    local_mean: Type.Optional(Vector),
    outlier: Type.Optional(OutlierGoldenSchema),
    tolerance: Tolerance,
  },
  closed,
)
export type ImageGolden = Static<typeof ImageGoldenSchema>

const TextGoldenSchema = Type.Object(
  {
    kind: Type.Literal('text'),
    text: Type.String(),
    /** Token ids without padding. */
    ids: Type.Optional(Type.Array(Type.Integer({ minimum: 0 }))),
    global: Type.Optional(Vector),
    tolerance: Tolerance,
  },
  closed,
)
export type TextGolden = Static<typeof TextGoldenSchema>

const SimilarityGoldenSchema = Type.Object(
  {
    kind: Type.Literal('similarity'),
    images: Type.Array(Type.String(), { minItems: 1 }),
    texts: Type.Array(Type.String(), { minItems: 1 }),
    /** Scores by image, then by text. */
    global: Type.Optional(Matrix),
    local: Type.Optional(Matrix),
    tolerance: Tolerance,
  },
  closed,
)
export type SimilarityGolden = Static<typeof SimilarityGoldenSchema>

export const StudyGoldenSchema = Type.Object(
  {
    kind: Type.Literal('study'),
    /** Image files listed in `files`, in the order in which they are given. */
    images: Type.Array(Type.String(), { minItems: 1 }),
    /** The L2-normalised vector of the study. */
    global: Type.Optional(Vector),
    view_weights: Type.Optional(Vector),
    /** Mean over the positions of the memory. */
    memory_mean: Type.Optional(Vector),
    tolerance: Tolerance,
  },
  closed,
)
export type StudyGolden = Static<typeof StudyGoldenSchema>

export const GoldenSchema = Type.Union([ImageGoldenSchema, TextGoldenSchema, SimilarityGoldenSchema, StudyGoldenSchema])
export type Golden = Static<typeof GoldenSchema>

export const GoldensSchema = Type.Array(GoldenSchema, { maxItems: 64 })
