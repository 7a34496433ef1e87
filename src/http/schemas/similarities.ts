import { Type, type Static } from 'typebox'
import { SIMILARITY_MODES } from '../../families/dual-encoder/zero-shot-spec.js'
import { ImageSchema } from './image.js'
import {
  closed,
  DeterministicField,
  GridFields,
  MapFormatField,
  MapStyleField,
  ModelField,
  ModelIdentitySchema,
  PngField,
  UsageSchema,
} from './shared.js'

export const SimilaritiesBodySchema = Type.Object(
  {
    model: ModelField,
    image: Type.Optional(ImageSchema),
    images: Type.Optional(Type.Array(ImageSchema, { minItems: 1 })),
    texts: Type.Array(Type.String(), { minItems: 1, description: 'Sentences that each image is compared with.' }),
    mode: Type.Optional(
      Type.Enum([...SIMILARITY_MODES], { description: 'Left out: both where the model has a local score.' }),
    ),
    maps: Type.Optional(Type.Boolean({ description: 'Adds where in the image each word is seen.' })),
    map_format: MapFormatField,
    map_style: MapStyleField,
    map_word: Type.Optional(
      Type.Integer({ minimum: 0, description: 'The word whose map is drawn; left out, the mean over the words.' }),
    ),
    map_for: Type.Optional(
      Type.String({ description: 'With accept: image/png, the text whose map is drawn; left out, the first.' }),
    ),
    deterministic: DeterministicField,
  },
  { ...closed, examples: [{ image: { url: 'data:image/png;base64,iVBORw0K…' }, texts: ['Right pleural effusion.'] }] },
)
export type SimilaritiesBody = Static<typeof SimilaritiesBodySchema>

const WordMapsSchema = Type.Object({
  ...GridFields,
  words: Type.Array(Type.String()),
  values: Type.Optional(
    Type.Array(Type.Array(Type.Number()), { description: 'For each word its cells, row by row from the top left.' }),
  ),
  png: PngField,
})

const SimilaritySchema = Type.Object({
  object: Type.Literal('similarity'),
  image: Type.Integer({ description: 'Index of the image.' }),
  text: Type.Integer({ description: 'Index of the text.' }),
  score: Type.Number(),
  global: Type.Optional(Type.Number({ description: 'Cosine of the two vectors.' })),
  local: Type.Optional(Type.Number({ description: 'Score of words against regions.' })),
  map: Type.Optional(WordMapsSchema),
})
export type SimilarityReply = Static<typeof SimilaritySchema>

export const SimilaritiesReplySchema = Type.Object(
  {
    object: Type.Literal('list'),
    data: Type.Array(SimilaritySchema),
    model: ModelIdentitySchema,
    usage: UsageSchema,
  },
  { description: 'Every text of the first image, then of the second, and so on.' },
)
export type SimilaritiesReply = Static<typeof SimilaritiesReplySchema>
