import { Type, type Static } from 'typebox'
import { ITEM_KINDS, SEARCH_MODES } from '../../flows/indexes.js'
import { ImageSchema } from './image.js'
import { DigestField } from './indexes.js'
import { ProblemSchema } from './problem.js'
import { closed, DeterministicField, ModelIdentitySchema } from './shared.js'

const MAX_ITEMS = 1_000
const MAX_HITS = 1_000
const MAX_IN = 100

export const ITEM_ID_PATTERN = '^[^\\u0000-\\u001f\\u007f]{1,200}$'
const IdField = Type.String({ pattern: ITEM_ID_PATTERN, description: 'Of your own; up to 200 characters.' })

const ScalarSchema = Type.Union([Type.String(), Type.Number(), Type.Boolean()], {
  'x-must': 'be a string, a number or a boolean',
})

/** As it is answered, in the words of the public document alone. */
const StoredScalarSchema = Type.Union([Type.String(), Type.Number(), Type.Boolean()])

/** What an item or a question is made of: one of these. */
const sourceFields = {
  image: Type.Optional(ImageSchema),
  images: Type.Optional(
    Type.Array(ImageSchema, { minItems: 1, description: 'What forms fill: one is a film, more are a study.' }),
  ),
  study: Type.Optional(
    Type.Array(ImageSchema, { minItems: 1, description: 'The films of one study become one vector.' }),
  ),
  text: Type.Optional(Type.String()),
  vector: Type.Optional(
    Type.Union([Type.Array(Type.Number()), Type.String()], {
      description: 'Numbers, or little-endian float32 in base64 as /v1/embeddings gives them.',
      'x-must': 'be a list of numbers or base64',
    }),
  ),
  model_digest: Type.Optional({ ...DigestField, description: 'Beside a vector: the `x-model-digest` it came with.' }),
}

const itemFields = {
  ...sourceFields,
  metadata: Type.Optional(
    Type.Record(Type.String(), ScalarSchema, { description: 'Of the fields that the index has.' }),
  ),
}

export const ItemSchema = Type.Object({ id: IdField, ...itemFields }, closed)
export type ItemInput = Static<typeof ItemSchema>

export const ItemsBodySchema = Type.Object(
  {
    id: Type.Optional(IdField),
    ...itemFields,
    items: Type.Optional(
      Type.Array(ItemSchema, { minItems: 1, maxItems: MAX_ITEMS, description: 'Many at a time, in place of one.' }),
    ),
  },
  {
    ...closed,
    examples: [{ id: 'study-7/film-1', image: { url: 'data:image/png;base64,iVBORw0K…' }, metadata: { view: 'PA' } }],
  },
)
export type ItemsBody = Static<typeof ItemsBodySchema>

const AddedSchema = Type.Object({
  object: Type.Literal('index.added'),
  id: Type.Optional(Type.String()),
  status: Type.Enum(['written', 'refused']),
  kind: Type.Optional(Type.Enum([...ITEM_KINDS])),
  source_digest: Type.Optional(Type.String()),
  error: Type.Optional(ProblemSchema),
})

export type AddedReply = Static<typeof AddedSchema>

export const AddedListSchema = Type.Object(
  {
    object: Type.Literal('list'),
    data: Type.Array(AddedSchema, { description: 'In the order of the items.' }),
    refused: Type.Integer(),
  },
  { description: 'What became of each item; what was written can be found.' },
)

/** One line of the answer to a stream. */
export const AddedLineSchema = Type.Object(
  { line: Type.Integer({ description: 'Of the stream, counted from 1.' }), ...AddedSchema.properties },
  {
    description: 'A line for each line, once it is written; a last line without `line` says why a stream ended early.',
  },
)

export const StoredItemSchema = Type.Object({
  object: Type.Literal('index.item'),
  id: Type.String(),
  kind: Type.Enum([...ITEM_KINDS]),
  source_digest: Type.String({ description: 'sha256 of what it was made of.' }),
  metadata: Type.Record(Type.String(), StoredScalarSchema),
  created_at: Type.String({ format: 'date-time' }),
})
export type StoredItemReply = Static<typeof StoredItemSchema>

export const StoredItemListSchema = Type.Object({
  object: Type.Literal('list'),
  data: Type.Array(StoredItemSchema, { description: 'By id, in the order of the bytes of UTF-8.' }),
  has_more: Type.Boolean({ description: 'Ask again with `after` and the last id.' }),
})

export const ItemPageSchema = Type.Object(
  {
    after: Type.Optional(Type.String({ pattern: ITEM_ID_PATTERN })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'Left out: 100.' })),
  },
  closed,
)

const ConditionSchema = Type.Object(
  {
    eq: Type.Optional(ScalarSchema),
    in: Type.Optional(Type.Array(ScalarSchema, { minItems: 1, maxItems: MAX_IN })),
    gt: Type.Optional(ScalarSchema),
    gte: Type.Optional(ScalarSchema),
    lt: Type.Optional(ScalarSchema),
    lte: Type.Optional(ScalarSchema),
    exists: Type.Optional(Type.Boolean()),
  },
  closed,
)

export const SearchBodySchema = Type.Object(
  {
    ...sourceFields,
    item_id: Type.Optional({ ...IdField, description: 'Like this item of the index, which is not among the hits.' }),
    k: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_HITS, description: 'Hits at most. Left out: 10.' })),
    filter: Type.Optional(
      Type.Record(Type.String(), ConditionSchema, {
        description: 'Conditions on fields of the metadata; all must hold.',
        examples: [{ view: { in: ['PA', 'AP'] }, age: { gte: 40, lt: 60 } }],
      }),
    ),
    min_score: Type.Optional(Type.Number({ description: 'Hits below it are left out.' })),
    mode: Type.Optional(
      Type.Enum([...SEARCH_MODES], {
        description: 'auto (the default) takes the graph where there is one and it helps.',
      }),
    ),
    deterministic: DeterministicField,
  },
  { ...closed, examples: [{ text: 'pleural effusion', k: 3, filter: { view: { eq: 'PA' } } }] },
)
export type SearchBody = Static<typeof SearchBodySchema>

const HitSchema = Type.Object({
  object: Type.Literal('index.hit'),
  score: Type.Number({ description: 'Greater is nearer: cosine, inner product, or with l2 the distance and a minus.' }),
  id: Type.String(),
  kind: Type.Enum([...ITEM_KINDS]),
  source_digest: Type.String(),
  metadata: Type.Record(Type.String(), StoredScalarSchema),
})

export const HitsSchema = Type.Object(
  {
    object: Type.Literal('list'),
    data: Type.Array(HitSchema, { description: 'The nearest first.' }),
    mode: Type.Enum(['exact', 'approximate'], { description: 'How it was searched.' }),
    model: Type.Optional(ModelIdentitySchema),
    model_digest: Type.Optional(Type.String({ description: 'Of the model that made the vectors.' })),
  },
  { description: 'Items like what was asked with.' },
)
export type HitsReply = Static<typeof HitsSchema>
