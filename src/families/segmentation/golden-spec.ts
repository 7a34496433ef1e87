/** The manifest section `goldens` of a segmentation pack: inputs and what the reference framework gave for them. */
import { Type, type Static } from 'typebox'
import { OutlierGoldenSchema } from '../outlier.js'

const closed = { additionalProperties: false }
/** Greatest absolute difference of any number. */
const Tolerance = Type.Number({ exclusiveMinimum: 0 })

const TextGoldenSchema = Type.Object(
  {
    kind: Type.Literal('text'),
    text: Type.String(),
    /** Token ids without padding. */
    ids: Type.Optional(Type.Array(Type.Integer({ minimum: 0 }))),
    /** Words that the segmenter gets. */
    words: Type.Optional(Type.Array(Type.String())),
    tolerance: Tolerance,
  },
  closed,
)
export type TextGolden = Static<typeof TextGoldenSchema>

const MapGoldenSchema = Type.Object(
  {
    kind: Type.Literal('segmentation'),
    /** An image file listed in `files`. */
    image: Type.String(),
    text: Type.String(),
    /** Over the model's own grid, as the other two. */
    probabilities_mean: Type.Optional(Type.Number()),
    /** Share of the cells above the pack's threshold. */
    area_fraction: Type.Optional(Type.Number()),
    samples: Type.Optional(
      Type.Array(
        Type.Tuple([Type.Integer({ minimum: 0 }), Type.Integer({ minimum: 0 }), Type.Number()], {
          description: '[column, row, probability]',
        }),
        { maxItems: 1024 },
      ),
    ),
    outlier: Type.Optional(OutlierGoldenSchema),
    tolerance: Tolerance,
  },
  closed,
)
export type MapGolden = Static<typeof MapGoldenSchema>

export const SegmentationGoldensSchema = Type.Array(Type.Union([TextGoldenSchema, MapGoldenSchema]), { maxItems: 64 })
