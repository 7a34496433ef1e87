import { Type, type Static } from 'typebox'
import { NOISE_SOURCES } from '../../families/diffusion/noise/noise.js'
import { SchedulerSpecSchema } from '../../families/diffusion/schedulers/spec.js'
import { SYNTHETIC_SOURCES } from '../../imaging/mark/source.js'
import { PICTURE_FORMATS } from '../../imaging/mark/marked-picture.js'
import { binary } from './shared.js'

const IMAGES_DESCRIPTION =
  'Images, each marked as synthetic in its bytes, and everything that it takes to make them again.'
const Sha256 = (description: string) => Type.String({ description })
const Milliseconds = Type.Number()

const GeneratedImageSchema = Type.Object({
  b64_json: Type.String({ contentEncoding: 'base64', description: 'The marked file.' }),
  seed: Type.Union([Type.Integer(), Type.String()], {
    description: 'Makes this image again by itself: a number, above 2^53 − 1 a decimal text.',
  }),
  sha256: Sha256('Of the file.'),
  pixels_sha256: Sha256('Of its pixels before they were written: 16-bit words, little-endian, row by row.'),
  channel_spread: Type.Number({
    description: 'How coloured the model’s picture was before it became gray, 0 to 1; 0 for a model that makes gray.',
  }),
})
export type GeneratedImageReply = Static<typeof GeneratedImageSchema>

const PromptReadSchema = Type.Object(
  {
    text: Type.String({ description: 'As given, or as the template made it.' }),
    tokens: Type.Integer({ description: 'Read by the model, special ones included.' }),
    truncated: Type.Boolean(),
    cut: Type.Array(Type.String(), { description: 'Words of which the model read nothing, the first 100 at most.' }),
  },
  { description: 'How a prompt was read.' },
)
export type PromptReadReply = Static<typeof PromptReadSchema>

export const ImageUsageSchema = Type.Object(
  {
    input_tokens: Type.Integer({ description: 'Of both prompts.' }),
    input_tokens_details: Type.Object({ text_tokens: Type.Integer(), image_tokens: Type.Integer() }),
    output_tokens: Type.Integer({ description: 'Always 0: images are not made of tokens here.' }),
    total_tokens: Type.Integer(),
  },
  { description: "OpenAI's shape." },
)

export const ImagesReplySchema = Type.Object(
  {
    created: Type.Integer({ description: 'Seconds since 1970.' }),
    data: Type.Array(GeneratedImageSchema),
    model: Type.String({ description: 'name@version' }),
    digests: Type.Object({ model: Sha256('Of model.json, which holds the digest of every other file.') }),
    output_format: Type.Enum([...PICTURE_FORMATS]),
    size: Type.String({ description: 'WIDTHxHEIGHT as made; a banner in a border adds to the file’s.' }),
    background: Type.Literal('opaque'),
    bit_depth: Type.Integer(),
    digital_source_type: Type.Enum([...SYNTHETIC_SOURCES], {
      description: "What the file says of itself in IPTC's terms.",
    }),
    seed: Type.Union([Type.Integer(), Type.String()], { description: 'Of the first image.' }),
    noise_source: Type.Enum([...NOISE_SOURCES]),
    scheduler: Type.Object(
      { ...SchedulerSpecSchema.properties, timesteps: Type.Array(Type.Number()) },
      { description: 'Fully resolved, with the timestep of each call of the denoiser.' },
    ),
    steps: Type.Integer({ description: 'Asked for; an edit does a share of them.' }),
    denoiser_calls: Type.Integer(),
    guidance_scale: Type.Number(),
    guidance_rescale: Type.Number(),
    prompt: PromptReadSchema,
    negative_prompt: Type.Optional(PromptReadSchema),
    edit: Type.Optional(
      Type.Object({
        strength: Type.Number(),
        film_size: Type.String(),
        changed_share: Type.Optional(Type.Number({ description: 'Of the pixels, those that the mask let change.' })),
      }),
    ),
    timings: Type.Object(
      {
        decode_ms: Milliseconds,
        prepare_ms: Milliseconds,
        queue_ms: Milliseconds,
        run_ms: Milliseconds,
        finish_ms: Milliseconds,
        encode_ms: Milliseconds,
        run_ms_by_component: Type.Record(Type.String(), Milliseconds),
      },
      { description: 'Where the time went, in milliseconds.' },
    ),
    usage: ImageUsageSchema,
  },
  { description: IMAGES_DESCRIPTION },
)
export type ImagesReply = Static<typeof ImagesReplySchema>

const picture = binary('The picture, for n = 1.')

/** What a 200 can be. */
export const imageAnswers = {
  description: IMAGES_DESCRIPTION,
  content: {
    'application/json': { schema: ImagesReplySchema },
    'text/event-stream': {
      schema: Type.String({
        description:
          'With stream: events image_generation.partial_image and image_generation.completed (image_edit.… for edits). ' +
          'With accept: text/event-stream: progress (step, of, eta_ms, previews), then result, the JSON answer, then end. ' +
          'In both, error is a problem document.',
      }),
    },
    'image/png': picture,
    'image/jpeg': picture,
    'image/webp': picture,
    'application/dicom': binary('A Secondary Capture with SyntheticData YES, for n = 1.'),
  },
}
