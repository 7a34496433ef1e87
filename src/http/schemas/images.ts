import { Type, type Static } from 'typebox'
import { NOISE_SOURCES } from '../../families/diffusion/noise/noise.js'
import { SCHEDULER_NAMES, SchedulerSpecSchema } from '../../families/diffusion/schedulers/spec.js'
import { BANNERS } from '../../imaging/mark/banner.js'
import { PICTURE_FORMATS } from '../../imaging/mark/marked-picture.js'
import { ImageSchema } from './image.js'
import { closed, DeterministicField, ModelField } from './shared.js'

const StructuredPromptSchema = Type.Record(
  Type.String(),
  Type.Union([Type.String(), Type.Number(), Type.Array(Type.String())]),
  { title: 'Structured prompt', description: "Values for the fields of the model's template." },
)

/** What OpenAI's API has and a radiograph has no use for: taken where it changes nothing, else refused with a reason. */
const openAiFields = {
  response_format: Type.Optional(
    Type.Enum(['b64_json', 'url'], {
      description: 'url is refused: images come in the answer, nothing is kept to link to.',
    }),
  ),
  quality: Type.Optional(
    Type.Enum(['auto', 'standard', 'low', 'medium', 'high', 'hd'], {
      description: 'auto or standard; it is decided by steps.',
    }),
  ),
  background: Type.Optional(Type.Enum(['auto', 'opaque', 'transparent'], { description: 'auto or opaque.' })),
  moderation: Type.Optional(Type.Enum(['auto', 'low'], { description: 'auto; prompts are always looked at.' })),
  style: Type.Optional(Type.Enum(['natural', 'vivid'], { description: 'natural.' })),
  user: Type.Optional(Type.String({ description: 'Taken and not looked at.' })),
}

const outputFields = {
  output_format: Type.Optional(
    Type.Enum([...PICTURE_FORMATS], { description: 'Left out, what `accept` asks for, else png.' }),
  ),
  output_compression: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 100,
      description: 'Quality of a JPEG or WebP. Left out, 100 for JPEG and without loss for WebP.',
    }),
  ),
  bit_depth: Type.Optional(
    Type.Union([Type.Literal(8), Type.Literal(16)], { description: 'Of a PNG; left out, 8.', 'x-must': 'be 8 or 16' }),
  ),
  banner: Type.Optional(
    Type.Enum(['none', ...BANNERS], {
      description: 'The word SYNTHETIC in a strip below the picture or in its upper left corner; left out, none.',
    }),
  ),
  embed_prompt: Type.Optional(
    Type.Boolean({
      description: "Whether the prompts stand in the file's metadata, with the seed and the options; left out, true.",
    }),
  ),
  stream: Type.Optional(Type.Boolean({ description: "Answer with OpenAI's events, the images in the last of them." })),
  partial_images: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 3,
      description: 'With stream: previews on the way, where the model has them.',
    }),
  ),
  preview_every: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 1000,
      description: 'With accept: text/event-stream: a small preview after each so many steps, where the model has one.',
    }),
  ),
}

const makingFields = {
  model: ModelField,
  prompt: Type.Union([Type.String(), StructuredPromptSchema], {
    description: "A text, or values for the fields of the model's template.",
    'x-must': 'be a text, or an object whose values are texts, numbers or lists of texts',
    examples: ['chest radiograph, pneumonia'],
  }),
  negative_prompt: Type.Optional(
    Type.String({ description: 'What to keep away from; read where guidance_scale is above 1.' }),
  ),
  n: Type.Optional(Type.Integer({ minimum: 1, description: 'Images; left out, 1. Image i has seed + i.' })),
  size: Type.Optional(
    Type.String({
      pattern: '^(auto|[1-9]\\d{0,4}x[1-9]\\d{0,4})$',
      description:
        "WIDTHxHEIGHT in pixels, in the model's range; auto or left out, its usual size, for an edit the film's.",
      examples: ['128x128'],
    }),
  ),
  steps: Type.Optional(Type.Integer({ minimum: 1, description: "Of the sampler; left out, the model's own." })),
  guidance_scale: Type.Optional(
    Type.Number({ minimum: 0, maximum: 100, description: '1 or less: without guidance and negative prompt.' }),
  ),
  guidance_rescale: Type.Optional(
    Type.Number({
      minimum: 0,
      maximum: 1,
      description: 'Lin et al. 2023 (2305.08891), section 3.4; left out, the model’s own.',
    }),
  ),
  scheduler: Type.Optional(
    Type.Union([Type.Enum([...SCHEDULER_NAMES]), SchedulerSpecSchema], {
      description: "The sampler by name, or with options; left out, the model's own.",
      'x-must': `be one of ${SCHEDULER_NAMES.join(', ')}, or an object with such a name and options`,
    }),
  ),
  seed: Type.Optional(
    Type.Union(
      [Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }), Type.String({ pattern: '^\\d{1,20}$' })],
      {
        description: '0 to 2^64 − 1, above 2^53 − 1 as a decimal text; left out, one is drawn.',
        'x-must': 'be a whole number from 0 to 2^53 − 1, or a decimal text up to 2^64 − 1; left out, one is drawn',
      },
    ),
  ),
  noise_source: Type.Optional(
    Type.Enum([...NOISE_SOURCES], {
      description: 'Whose random numbers a seed stands for: those of torch on a CPU or on a CUDA device.',
    }),
  ),
  deterministic: DeterministicField,
}

const generationFields = { ...makingFields, ...outputFields, ...openAiFields }

export const GenerationsBodySchema = Type.Object(generationFields, {
  ...closed,
  examples: [{ prompt: 'chest radiograph, pneumonia', seed: 7 }],
})
export type GenerationsBody = Static<typeof GenerationsBodySchema>

export const EditsBodySchema = Type.Object(
  {
    ...generationFields,
    image: Type.Optional(ImageSchema),
    images: Type.Optional(Type.Array(ImageSchema, { minItems: 1 })),
    mask: Type.Optional(ImageSchema),
    mask_invert: Type.Optional(Type.Boolean({ description: 'Change what the mask would keep; left out, false.' })),
    strength: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 1,
        description: "How far from the film: the share of the steps that are done; left out, the model's own.",
      }),
    ),
  },
  {
    ...closed,
    examples: [{ image: { url: 'data:image/png;base64,iVBORw0K…' }, prompt: 'pleural effusion', strength: 0.6 }],
  },
)
export type EditsBody = Static<typeof EditsBodySchema>
