import { Type, type Static } from 'typebox'
import { FILM_TASKS } from '../../flows/prepared.js'
import { StepSchema } from '../../imaging/steps.js'
import { ImageSchema } from './image.js'
import { closed, ModelField, ModelIdentitySchema } from './shared.js'

export const PreparedBodySchema = Type.Object(
  {
    model: ModelField,
    task: Type.Optional(
      Type.Enum([...FILM_TASKS], {
        description: 'Whose default model is meant where none is named; left out, classifications.',
      }),
    ),
    image: Type.Optional(ImageSchema),
    images: Type.Optional(Type.Array(ImageSchema, { minItems: 1 })),
  },
  { ...closed, examples: [{ model: 'cxr-align', image: { url: 'data:image/png;base64,iVBORw0K…' } }] },
)
export type PreparedBody = Static<typeof PreparedBodySchema>

const SizeSchema = Type.Object({ width: Type.Integer(), height: Type.Integer() })
const PairSchema = Type.Object({ x: Type.Number(), y: Type.Number() })

export const GeometrySchema = Type.Object(
  {
    original: SizeSchema,
    prepared: SizeSchema,
    scale: PairSchema,
    offset: PairSchema,
    seen: Type.Object(
      { left: Type.Number(), top: Type.Number(), right: Type.Number(), bottom: Type.Number() },
      { description: 'What of the original the model saw, in pixels of the original.' },
    ),
  },
  {
    description:
      'prepared = original · scale + offset along each axis, in continuous pixels: pixel i has its centre at i + 0.5. ' +
      'Original is the film after its EXIF orientation.',
  },
)

export const PreparedReplySchema = Type.Object(
  {
    object: Type.Literal('list'),
    data: Type.Array(
      Type.Object({
        object: Type.Literal('prepared_image'),
        index: Type.Integer(),
        width: Type.Integer(),
        height: Type.Integer(),
        channels: Type.Integer({ description: 'Of the PNG: 1 is gray, 3 is RGB.' }),
        png: Type.String({ contentEncoding: 'base64', description: 'The pixels, 8 bit.' }),
        dims: Type.Array(Type.Integer(), {
          description: 'Of the tensor: [1, channels, height, width]. Gray is repeated where it has 3 channels.',
        }),
        geometry: GeometrySchema,
      }),
    ),
    value_steps: Type.Array(StepSchema, {
      description:
        'What makes numbers of these levels outside the graph, in order: scale and normalize. Empty for most packs, ' +
        'whose graphs do it.',
    }),
    model: ModelIdentitySchema,
  },
  { description: 'The films as the model is given them.' },
)
export type PreparedReply = Static<typeof PreparedReplySchema>
