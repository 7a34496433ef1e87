/** The sections of `model.json` that only a diffusion pack has. What differs between two checkpoints is said here. */
import { Type, type Static } from 'typebox'
import { TextSpecSchema } from '../../text/spec.js'
import { DiffusionGoldensSchema } from './golden-spec.js'
import { NOISE_SOURCES } from './noise/noise.js'
import { PromptSpecSchema } from './prompt-spec.js'
import { SchedulerSpecSchema, TrainingSchema } from './schedulers/spec.js'

const closed = { additionalProperties: false }
const SidePx = Type.Integer({ minimum: 8, maximum: 4096 })
const SizePx = Type.Tuple([SidePx, SidePx], { description: '[width, height] in pixels' })
const Guidance = Type.Number({ minimum: 0, maximum: 100 })
const Share = Type.Number({ minimum: 0, maximum: 1 })

const LatentsSchema = Type.Object(
  {
    channels: Type.Integer({ minimum: 1, maximum: 64 }),
    /** Pixels of a side that one latent stands for: 8 in Stable Diffusion. */
    factor: Type.Integer({ minimum: 1, maximum: 64 }),
    /** What the denoiser sees is (latents − shift) · scale: 0.18215 in Stable Diffusion 1 and 2. */
    scale: Type.Number({ exclusiveMinimum: 0 }),
    /** Left out, 0. */
    shift: Type.Optional(Type.Number()),
  },
  closed,
)

const ImageSchema = Type.Object(
  {
    /** What the latent decoder gives and the latent encoder takes, between −1 and 1. */
    channels: Type.Union([Type.Literal(1), Type.Literal(3)]),
    /** What is answered; `gray` is the mean of three channels. Left out, gray. */
    color: Type.Optional(Type.Enum(['gray', 'rgb'])),
  },
  closed,
)

const SizesSchema = Type.Object(
  {
    default: SizePx,
    min: SizePx,
    max: SizePx,
    /** Of which each side is a multiple; itself a multiple of `latents.factor`. */
    multiple: Type.Integer({ minimum: 1, maximum: 512 }),
  },
  closed,
)

const DefaultsSchema = Type.Object(
  {
    /** Steps of the sampler; some samplers ask the denoiser once more. */
    steps: Type.Integer({ minimum: 1, maximum: 1000 }),
    guidance_scale: Guidance,
    /** Left out, 0. */
    guidance_rescale: Type.Optional(Share),
    /** Left out, the empty text. */
    negative_prompt: Type.Optional(Type.String({ maxLength: 2000 })),
    /** Left out, `torch-cpu`. */
    noise_source: Type.Optional(Type.Enum([...NOISE_SOURCES])),
    /** How far an edit goes from its film, without and with a mask. Left out, 0.8 and 1. */
    strength: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1 })),
    mask_strength: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1 })),
  },
  closed,
)

const LimitsSchema = Type.Object(
  {
    steps: Type.Integer({ minimum: 1, maximum: 1000 }),
    /** Images of one request. */
    images: Type.Integer({ minimum: 1, maximum: 64 }),
    guidance_scale: Type.Optional(Guidance),
  },
  closed,
)

/** Gray between 0 and 1 of one latent position: Σ weights · latent + bias, for a look at what is not done yet. */
const PreviewSchema = Type.Object(
  { weights: Type.Array(Type.Number(), { minItems: 1, maxItems: 64 }), bias: Type.Number() },
  closed,
)

export const DiffusionSectionSchema = Type.Object(
  {
    ...TrainingSchema.properties,
    /** The sampler that is used when a request names none. */
    scheduler: SchedulerSpecSchema,
    latents: LatentsSchema,
    image: ImageSchema,
    sizes: SizesSchema,
    defaults: DefaultsSchema,
    limits: LimitsSchema,
    prompt: PromptSpecSchema,
    /**
     * How a mask is kept to: `blend` puts the film's own noised latents back outside it after each step; `concat` is for a
     * denoiser that takes mask and masked latents as further channels, 9 in all for Stable Diffusion.
     */
    inpainting: Type.Enum(['blend', 'concat']),
    preview: Type.Optional(PreviewSchema),
  },
  closed,
)
export type DiffusionSection = Static<typeof DiffusionSectionSchema>

export const diffusionSections = {
  text: TextSpecSchema,
  diffusion: DiffusionSectionSchema,
  goldens: DiffusionGoldensSchema,
}

export const DiffusionSpecSchema = Type.Object(diffusionSections)
export type DiffusionSpec = Static<typeof DiffusionSpecSchema>
