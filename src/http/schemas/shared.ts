import { Type, type Static, type TObject, type TSchema } from 'typebox'
import { VIEW_WEIGHT_LEVELS } from '../../families/views/model.js'

export const closed = { additionalProperties: false }

export const ModelField = Type.Optional(
  Type.String({
    description: "`name` or `name@version`; left out, the task's default.",
    examples: ['cxr-align', 'cxr-align@1.0.0'],
  }),
)

export const DeterministicField = Type.Optional(
  Type.Boolean({ description: 'The runs of this request share no batch, so the answer is the same bit for bit.' }),
)

export const ModelIdentitySchema = Type.Object(
  {
    name: Type.String(),
    version: Type.String(),
    digest: Type.String({ description: 'sha256 of model.json, which holds the digest of every other file.' }),
  },
  { description: 'Exactly which model bytes answered.' },
)

export const UsageSchema = Type.Object(
  {
    prompt_tokens: Type.Integer({ description: 'Text tokens read, special ones included; 0 for images.' }),
    total_tokens: Type.Integer(),
    truncated_texts: Type.Integer({ description: 'Texts that were longer than the model reads.' }),
  },
  { description: "OpenAI's shape, and how many texts were cut." },
)

export const ViewWeightsField = Type.Optional(
  Type.Enum([...VIEW_WEIGHT_LEVELS], {
    description: 'Of studies. film: the share of each film (the default). patch: also the weight of each of its cells.',
  }),
)

/** What an answer tells of the films of a study. */
export const ViewSharesFields = {
  view_weights: Type.Optional(
    Type.Array(Type.Number(), { description: 'Of a study: the share of each film, in the order given; the sum is 1.' }),
  ),
  patch_weights: Type.Optional(
    Type.Object(
      {
        rows: Type.Integer(),
        columns: Type.Integer(),
        values: Type.Array(Type.Array(Type.Number()), {
          description: 'For each film its cells, row by row from the top left.',
        }),
      },
      { description: 'Of a study, with view_weights patch: gates from 0 to 1 or shares, as the model has them.' },
    ),
  ),
}

export type ViewSharesReply = Static<TObject<typeof ViewSharesFields>>

/** What is odd about the films of a study. */
export const StudyWarningsField = Type.Optional(
  Type.Array(
    Type.Object({
      code: Type.Enum(['unexpected_view'], {
        description: 'unexpected_view: the film looks like another view than those that the model was made for.',
      }),
      film: Type.Integer({ description: 'Index of the film in the study.' }),
      detail: Type.String(),
    }),
    { description: 'Of a study, where the model says how its films should look.' },
  ),
)

export const MapFormatField = Type.Optional(
  Type.Enum(['grid', 'png', 'both'], {
    description: 'Maps as grids of numbers (the default), as PNG overlays placed on the original image, or both.',
  }),
)

export const MapStyleField = Type.Optional(
  Type.Enum(['overlay', 'heat_map'], {
    description: 'A PNG map over its film (the default), or the heat map alone in gray.',
  }),
)

export const GridFields = {
  rows: Type.Integer(),
  columns: Type.Integer(),
  kind: Type.Enum(['attention', 'cosine'], {
    description: 'attention: the cells of a word sum to 1. cosine: each cell lies between -1 and 1.',
  }),
}

export const PngField = Type.Optional(
  Type.String({ description: 'PNG in base64, in the proportions of the original image.', contentEncoding: 'base64' }),
)

/** What a 200 of an endpoint can be that draws something. */
export function pictureOr(json: TSchema, picture = 'The map.') {
  return {
    description: (json as { description?: string }).description ?? 'The answer.',
    content: {
      'application/json': { schema: json },
      'image/png': binary(picture),
    },
  }
}

/** A body of bytes. */
export function binary(description: string) {
  return { schema: Type.Unsafe<Buffer>({ type: 'string', format: 'binary', description }) }
}
