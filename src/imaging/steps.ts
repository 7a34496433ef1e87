/** The closed set of preprocessing steps that a pack's `image` section may name, in the order in which they are applied. */
import { Type, type Static } from 'typebox'

const SidePx = Type.Integer({ minimum: 1, maximum: 16384 })
const SizePx = Type.Union([SidePx, Type.Tuple([SidePx, SidePx], { description: '[width, height] in pixels' })])

export const INTERPOLATIONS = ['area', 'linear', 'bilinear_aa', 'bicubic_aa', 'lanczos'] as const
export type Interpolation = (typeof INTERPOLATIONS)[number]

const GrayStep = Type.Object(
  { op: Type.Literal('gray') },
  { additionalProperties: false, description: "ITU-R 601-2 luma, as Pillow's convert('L')" },
)

const ResizeStep = Type.Object(
  {
    op: Type.Literal('resize'),
    mode: Type.Enum(['exact', 'short', 'long']),
    size: SizePx,
    interpolation: Type.Enum([...INTERPOLATIONS]),
    round: Type.Optional(
      Type.Enum(['trunc', 'round'], {
        description: 'how the side that follows becomes whole: trunc (default), half-even',
      }),
    ),
  },
  {
    additionalProperties: false,
    description: 'to an exact size, or by the shorter or the longer side keeping proportions',
  },
)

const PadStep = Type.Object(
  {
    op: Type.Literal('pad'),
    to: Type.Union([SizePx, Type.Literal('square')]),
    least: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 16384,
        description: 'of square: its side is no smaller, in pixels (MedCLIP)',
      }),
    ),
    fill: Type.Integer({ minimum: 0, maximum: 255 }),
    anchor: Type.Enum(['center-floor', 'top-left'], { description: 'where the image lies on the larger canvas' }),
  },
  { additionalProperties: false },
)

const CropStep = Type.Object(
  {
    op: Type.Literal('crop'),
    center: Type.Literal(true),
    size: SizePx,
    round: Type.Optional(
      Type.Enum(['half-even', 'floor'], {
        description: "an odd margin: torchvision's half-even (the default), or floor",
      }),
    ),
  },
  { additionalProperties: false },
)

const ScaleStep = Type.Object(
  { op: Type.Literal('scale'), factor: Type.Number({ exclusiveMinimum: 0 }) },
  { additionalProperties: false, description: 'multiplies, and makes the values float32' },
)

const PerChannel = Type.Array(Type.Number(), { minItems: 1, maxItems: 3 })

const NormalizeStep = Type.Object(
  {
    op: Type.Literal('normalize'),
    mean: PerChannel,
    std: Type.Array(Type.Number({ exclusiveMinimum: 0 }), { minItems: 1, maxItems: 3 }),
  },
  { additionalProperties: false, description: '(value - mean) / std, a value a channel or one for all; makes float32' },
)

const ChannelsStep = Type.Object(
  { op: Type.Literal('channels'), count: Type.Union([Type.Literal(1), Type.Literal(3)]) },
  { additionalProperties: false, description: 'repeats gray, or says that colour stays colour' },
)

export const StepSchema = Type.Union([GrayStep, ResizeStep, PadStep, CropStep, ScaleStep, NormalizeStep, ChannelsStep])
export type Step = Static<typeof StepSchema>
export type StepOf<Op extends Step['op']> = Extract<Step, { op: Op }>

export const ImageSpecSchema = Type.Object(
  {
    steps: Type.Array(StepSchema, { minItems: 1, maxItems: 16 }),
    dicom: Type.Optional(
      Type.Object(
        {
          window: Type.Enum(['voi', 'minmax'], {
            description: "voi: the film's own window or table; minmax: its least value black and its greatest white",
          }),
          invert_monochrome1: Type.Boolean({ description: 'MONOCHROME1 is turned around: air is black' }),
          views: Type.Optional(
            Type.Enum(['frontal', 'any'], { description: 'what the model was made for; left out, frontal' }),
          ),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false, description: 'how a decoded image becomes what the model was trained on' },
)
export type ImageSpec = Static<typeof ImageSpecSchema>

/** A step that says what number a level becomes, and moves no pixel. */
export type ValueStep = StepOf<'scale' | 'normalize'>

export function valueSteps({ steps }: Pick<ImageSpec, 'steps'>): ValueStep[] {
  return steps.filter(isValueStep)
}

/** The steps without those of values: what they make is uint8. */
export function levelSteps({ steps }: Pick<ImageSpec, 'steps'>): Step[] {
  return steps.filter((step) => !isValueStep(step))
}

function isValueStep(step: Step): step is ValueStep {
  return step.op === 'scale' || step.op === 'normalize'
}

/** A size of the steps, one number or [width, height], as two sides in pixels. */
export function sidesOf(size: number | readonly [number, number]): { width: number; height: number } {
  return typeof size === 'number' ? { width: size, height: size } : { width: size[0], height: size[1] }
}
