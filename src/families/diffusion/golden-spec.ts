/** The manifest section `goldens` of a diffusion pack: inputs and what the reference framework gave for them. */
import { Type, type Static } from 'typebox'
import { NOISE_SOURCES } from './noise/noise.js'
import { SchedulerSpecSchema } from './schedulers/spec.js'

const closed = { additionalProperties: false }
/** Greatest absolute difference of any number. */
const Tolerance = Type.Number({ exclusiveMinimum: 0 })
const Side = Type.Integer({ minimum: 8, maximum: 4096 })

const TextGoldenSchema = Type.Object(
  {
    kind: Type.Literal('text'),
    text: Type.String(),
    /** Token ids with padding, as the text encoder is fed. */
    ids: Type.Array(Type.Integer({ minimum: 0 })),
    /** The first values of the first token's row and of the last one's. */
    first: Type.Optional(Type.Array(Type.Number(), { maxItems: 64 })),
    last: Type.Optional(Type.Array(Type.Number(), { maxItems: 64 })),
    tolerance: Tolerance,
  },
  closed,
)
export type DiffusionTextGolden = Static<typeof TextGoldenSchema>

const GenerationGoldenSchema = Type.Object(
  {
    kind: Type.Literal('generation'),
    prompt: Type.String(),
    negative_prompt: Type.Optional(Type.String()),
    size: Type.Tuple([Side, Side], { description: '[width, height] in pixels' }),
    steps: Type.Integer({ minimum: 1, maximum: 1000 }),
    guidance_scale: Type.Number({ minimum: 0 }),
    guidance_rescale: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    /** Left out, the pack's own. */
    scheduler: Type.Optional(SchedulerSpecSchema),
    seed: Type.Integer({ minimum: 0 }),
    noise_source: Type.Optional(Type.Enum([...NOISE_SOURCES])),
    /** Gray levels between 0 and 255, not rounded: the mean of all, and single ones as [column, row, level]. */
    mean: Type.Number(),
    samples: Type.Array(
      Type.Tuple([Type.Integer({ minimum: 0 }), Type.Integer({ minimum: 0 }), Type.Number()], {
        description: '[column, row, gray level]',
      }),
      { maxItems: 1024 },
    ),
    tolerance: Tolerance,
  },
  closed,
)
export type GenerationGolden = Static<typeof GenerationGoldenSchema>

export const DiffusionGoldensSchema = Type.Array(Type.Union([TextGoldenSchema, GenerationGoldenSchema]), {
  maxItems: 64,
})
