import { Type, type Static } from 'typebox'
import { DEFAULT_GRAPH, FIELD_TYPES, MAX_DIMENSIONS, METRICS } from '../../flows/indexes.js'
import { closed, ModelIdentitySchema } from './shared.js'

const MAX_FIELDS = 16

export const IndexParamsSchema = Type.Object({
  name: Type.String({ pattern: '^[a-z0-9][a-z0-9._-]{0,63}$', description: 'Small letters, digits, dots, - and _.' }),
})

export const DigestField = Type.String({ pattern: '^[0-9a-f]{64}$' })

const MetadataFieldsSchema = Type.Record(
  Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_]{0,62}$' }),
  Type.Enum([...FIELD_TYPES]),
  {
    description: `Fields that items may have, at most ${MAX_FIELDS}, and their types. Dates are RFC 3339.`,
    maxProperties: MAX_FIELDS,
    additionalProperties: false,
  },
)

const bounded = (minimum: number, maximum: number, fallback: number, description: string) =>
  Type.Optional(Type.Integer({ minimum, maximum, description: `${description} Left out: ${fallback}.` }))

const GraphSchema = Type.Object(
  {
    m: bounded(2, 100, DEFAULT_GRAPH.m, 'Neighbours of a node.'),
    ef_construction: bounded(4, 1000, DEFAULT_GRAPH.efConstruction, 'Candidates when a node is added; 2 · m at least.'),
    ef_search: bounded(1, 1000, DEFAULT_GRAPH.efSearch, 'Candidates of a search, at least.'),
    from_items: bounded(1, 1_000_000_000, DEFAULT_GRAPH.fromItems, 'Items from which on there is a graph.'),
  },
  { ...closed, description: 'HNSW as pgvector has it, for approximate search.' },
)

export const IndexBodySchema = Type.Object(
  {
    metric: Type.Optional(Type.Enum([...METRICS], { description: 'Left out: cosine.' })),
    model: Type.Optional(
      Type.String({
        description: '`name` or `name@version`; left out, the default for embeddings. It is kept to its version.',
      }),
    ),
    dimensions: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MAX_DIMENSIONS,
        description: 'For vectors from elsewhere, without a model.',
      }),
    ),
    model_digest: Type.Optional({ ...DigestField, description: 'Of the model that makes vectors from elsewhere.' }),
    metadata: Type.Optional(MetadataFieldsSchema),
    store_sources: Type.Optional(
      Type.Boolean({
        description:
          'Keep films and texts, so that the index can move to another model. Left out: nothing of them is kept.',
      }),
    ),
    graph: Type.Optional(GraphSchema),
  },
  { ...closed, examples: [{ model: 'cxr-align', metadata: { view: 'string', age: 'integer' } }] },
)
export type IndexBody = Static<typeof IndexBodySchema>

export const IndexSchema = Type.Object(
  {
    object: Type.Literal('index'),
    name: Type.String(),
    metric: Type.Enum([...METRICS]),
    dimensions: Type.Integer(),
    model: Type.Optional(ModelIdentitySchema),
    model_digest: Type.Optional(Type.String({ description: 'Vectors of other models are refused.' })),
    metadata: Type.Record(Type.String(), Type.Enum([...FIELD_TYPES])),
    store_sources: Type.Boolean(),
    graph: Type.Object({
      m: Type.Integer(),
      ef_construction: Type.Integer(),
      ef_search: Type.Integer(),
      from_items: Type.Integer(),
      items: Type.Integer({ description: 'Items that are in it; the others are searched one by one.' }),
    }),
    items: Type.Integer(),
    created_at: Type.String({ format: 'date-time' }),
    rebuild: Type.Optional(
      Type.Object(
        {
          state: Type.Enum(['building', 'failed']),
          model: Type.Optional(ModelIdentitySchema),
          items: Type.Integer({ description: 'Embedded so far.' }),
          of: Type.Integer(),
          error: Type.Optional(Type.String()),
        },
        { description: 'The model that takes over when it has embedded every item; until then the old one answers.' },
      ),
    ),
  },
  { description: 'A collection of vectors that can be searched.' },
)
export type IndexReply = Static<typeof IndexSchema>

export const IndexListSchema = Type.Object({ object: Type.Literal('list'), data: Type.Array(IndexSchema) })
