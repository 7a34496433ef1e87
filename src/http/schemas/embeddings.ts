import { Type, type Static } from 'typebox'
import { ImageSchema } from './image.js'
import {
  closed,
  DeterministicField,
  ModelField,
  StudyWarningsField,
  UsageSchema,
  ViewSharesFields,
  ViewWeightsField,
} from './shared.js'

const ItemSchema = Type.Union(
  [
    Type.String(),
    Type.Object({ text: Type.String() }, { ...closed, title: 'Text' }),
    Type.Object({ image: ImageSchema }, { ...closed, title: 'Image' }),
    Type.Object(
      { study: Type.Array(ImageSchema, { minItems: 1 }) },
      { ...closed, title: 'Study', description: 'The films of one study become one vector, as the model fuses them.' },
    ),
  ],
  { 'x-must': 'be a text, {"text"}, {"image"} or {"study": […]}; token ids are not taken' },
)
export type EmbeddingItemInput = Static<typeof ItemSchema>

export const EmbeddingsBodySchema = Type.Object(
  {
    model: ModelField,
    input: Type.Union([Type.String(), Type.Array(ItemSchema, { minItems: 1 })], {
      description: 'A text, or a list of texts, images and studies.',
      'x-must': 'be a text or a list of texts, images and studies',
    }),
    encoding_format: Type.Optional(
      Type.Enum(['float', 'base64'], { description: 'base64: little-endian float32. Left out: float.' }),
    ),
    dimensions: Type.Optional(
      Type.Integer({ minimum: 1, description: 'Keeps the first so many numbers of each vector, normalised again.' }),
    ),
    level: Type.Optional(
      Type.Enum(['global', 'local'], { description: 'local: a vector for each cell of an image or word of a text.' }),
    ),
    prototypes: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1000, description: 'Adds the so many most probable prototypes.' }),
    ),
    view_weights: ViewWeightsField,
    deterministic: DeterministicField,
    user: Type.Optional(Type.String({ description: "Taken for OpenAI's clients and ignored." })),
  },
  { ...closed, examples: [{ input: ['No pleural effusion.', { image: { url: 'data:image/png;base64,iVBORw0K…' } }] }] },
)
export type EmbeddingsBody = Static<typeof EmbeddingsBodySchema>

const PrototypeSchema = Type.Object({
  index: Type.Integer(),
  name: Type.Optional(Type.String()),
  probability: Type.Number(),
})

const EmbeddingSchema = Type.Object({
  object: Type.Literal('embedding'),
  index: Type.Integer(),
  kind: Type.Enum(['text', 'image', 'study']),
  embedding: Type.Union([Type.Array(Type.Number()), Type.Array(Type.Array(Type.Number())), Type.String()], {
    description: 'Of unit length. With level local a list of vectors; with base64 all numbers in one text.',
  }),
  shape: Type.Optional(
    Type.Array(Type.Integer(), {
      description: 'Vectors and their length, with level local.',
      minItems: 2,
      maxItems: 2,
    }),
  ),
  grid: Type.Optional(
    Type.Object(
      { rows: Type.Integer(), columns: Type.Integer() },
      { description: 'Of an image, level local: the cells are row by row from the top left.' },
    ),
  ),
  words: Type.Optional(Type.Array(Type.String(), { description: 'Of a text, level local: what each vector is of.' })),
  prototypes: Type.Optional(Type.Array(PrototypeSchema)),
  ...ViewSharesFields,
  warnings: StudyWarningsField,
})
export type EmbeddingReply = Static<typeof EmbeddingSchema>

export const EmbeddingsReplySchema = Type.Object(
  {
    object: Type.Literal('list'),
    data: Type.Array(EmbeddingSchema),
    model: Type.String({ description: '`name@version`; x-model-digest says which bytes.' }),
    usage: UsageSchema,
  },
  { description: 'Vectors in the order of the input.' },
)
export type EmbeddingsReply = Static<typeof EmbeddingsReplySchema>
