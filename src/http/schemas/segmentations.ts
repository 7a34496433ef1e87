import { Type, type Static } from 'typebox'
import { PATIENT_LEFT } from '../../families/segmentation/laterality.js'
import { SEGMENTATION_WARNINGS } from '../../families/segmentation/warnings.js'
import { ImageSchema } from './image.js'
import { closed, DeterministicField, ModelField, ModelIdentitySchema, UsageSchema } from './shared.js'

const Millimetres = Type.Number({ exclusiveMinimum: 0, maximum: 10 })

export const SegmentationsBodySchema = Type.Object(
  {
    model: ModelField,
    image: Type.Optional(ImageSchema),
    images: Type.Optional(Type.Array(ImageSchema, { minItems: 1 })),
    text: Type.Optional(Type.String({ description: 'What to outline.' })),
    texts: Type.Optional(
      Type.Array(Type.String(), { minItems: 1, description: 'Several texts; they share the work on each image.' }),
    ),
    threshold: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description: "Inside is what has a greater probability; left out, the model's own.",
      }),
    ),
    output: Type.Optional(
      Type.Array(Type.Enum(['mask', 'contours', 'probabilities']), {
        uniqueItems: true,
        description: 'What an answer in JSON holds beside the measurements; left out, mask and contours.',
      }),
    ),
    mask_format: Type.Optional(Type.Enum(['rle', 'png', 'both'], { description: 'Left out, both.' })),
    probability_format: Type.Optional(
      Type.Enum(['png', 'npy'], { description: '16-bit gray PNG (the default), or float32 as NumPy writes it.' }),
    ),
    picture: Type.Optional(
      Type.Enum(['overlay', 'mask', 'probabilities'], {
        description: 'With accept: image/png, what the picture shows; left out, overlay.',
      }),
    ),
    dicom_object: Type.Optional(
      Type.Enum(['segmentation', 'fractional_segmentation', 'presentation_state', 'secondary_capture'], {
        description: 'With accept: application/dicom, which object; left out, segmentation (binary).',
      }),
    ),
    embed_text: Type.Optional(
      Type.Boolean({
        description:
          'With accept: application/dicom, segments say their text; left out, its sha256: a text may name somebody.',
      }),
    ),
    fill_holes: Type.Optional(Type.Boolean({ description: 'Enclosed gaps become inside.' })),
    min_area_px: Type.Optional(Type.Integer({ minimum: 0, description: 'Smaller regions are dropped.' })),
    largest: Type.Optional(Type.Integer({ minimum: 1, description: 'So many of the largest regions are kept.' })),
    ground_truth: Type.Optional(ImageSchema),
    ground_truths: Type.Optional(
      Type.Array(ImageSchema, {
        minItems: 1,
        description: 'Masks to compare with, of the size of their film: one for each text of the first image, then …',
      }),
    ),
    pixel_spacing: Type.Optional(
      Type.Array(Millimetres, {
        minItems: 2,
        maxItems: 2,
        description:
          '[down, across] in mm, as in DICOM, of every image; left out, what a DICOM file says. Other files do not say it.',
      }),
    ),
    patient_left: Type.Optional(
      Type.Enum([...PATIENT_LEFT], {
        description:
          'Where the patient’s left is; left out, what a DICOM file says, else image_right, as on a frontal film in its standard place.',
      }),
    ),
    deterministic: DeterministicField,
  },
  { ...closed, examples: [{ image: { url: 'data:image/png;base64,iVBORw0K…' }, text: 'left lung' }] },
)
export type SegmentationsBody = Static<typeof SegmentationsBodySchema>

const AreaMm2 = Type.Optional(Type.Number({ description: 'Only where the spacing of the pixels is known.' }))
const PointSchema = Type.Object(
  { x: Type.Number(), y: Type.Number() },
  { description: 'Continuous pixels of the original image: pixel i has its centre at i + 0.5.' },
)
const BoxSchema = Type.Object(
  { x: Type.Integer(), y: Type.Integer(), width: Type.Integer(), height: Type.Integer() },
  { description: 'Pixels of the original image.' },
)
const PolygonSchema = Type.Array(Type.Tuple([Type.Integer(), Type.Integer()]), {
  description: '[x, y] of border pixels of the original image; straight ways are left out, the last joins the first.',
})

const RegionSchema = Type.Object({
  area_px: Type.Integer(),
  area_mm2: AreaMm2,
  bounding_box: BoxSchema,
  centroid: PointSchema,
  laterality: Type.Enum(['left', 'right', 'midline'], {
    description: 'The patient’s side on which the centroid lies.',
  }),
  mean_probability: Type.Number(),
  max_probability: Type.Number(),
  contours: Type.Optional(Type.Object({ outer: PolygonSchema, holes: Type.Array(PolygonSchema) })),
})
export type RegionReply = Static<typeof RegionSchema>

const Base64 = (description: string) => Type.Optional(Type.String({ contentEncoding: 'base64', description }))

const AgreementSchema = Type.Object(
  {
    dice: Type.Number(),
    iou: Type.Number(),
    ground_truth_area_px: Type.Integer(),
    hd95_px: Type.Optional(Type.Number({ description: '95th percentile of the distances between the borders.' })),
    mean_surface_distance_px: Type.Optional(Type.Number({ description: 'Average symmetric surface distance.' })),
    hd95_mm: Type.Optional(Type.Number()),
    mean_surface_distance_mm: Type.Optional(Type.Number()),
  },
  { description: 'How well the mask agrees with the ground truth. No distances where one of the two is empty.' },
)
export type AgreementReply = Static<typeof AgreementSchema>

const WordsSchema = Type.Object({
  used: Type.Array(Type.String(), { description: 'Words and marks that the model read, in its own spelling.' }),
  filled: Type.Integer({ description: 'How many of the used ones, at their end, the model’s own filling put there.' }),
  cut: Type.Array(Type.String(), { description: 'Words that it did not read, 100 at most.' }),
  cut_count: Type.Integer({ description: 'How many they are; of a very long text the first hundreds are counted.' }),
})

const SegmentationSchema = Type.Object({
  object: Type.Literal('segmentation'),
  index: Type.Integer(),
  image: Type.Integer({ description: 'Index of the image.' }),
  text: Type.Integer({ description: 'Index of the text.' }),
  words: WordsSchema,
  threshold: Type.Number(),
  size: Type.Object({ width: Type.Integer(), height: Type.Integer() }, { description: 'Of the original image.' }),
  pixel_spacing: Type.Optional(
    Type.Object(
      {
        mm: Type.Array(Type.Number(), { description: '[down, across]' }),
        source: Type.Enum(['request', 'calibrated', 'detector'], {
          description: 'detector: measured there, where things look larger than in the patient.',
        }),
      },
      { description: 'What areas in mm² and distances in mm were computed with.' },
    ),
  ),
  area_px: Type.Integer(),
  area_mm2: AreaMm2,
  bounding_box: Type.Optional(BoxSchema),
  centroid: Type.Optional(PointSchema),
  mean_probability: Type.Optional(Type.Number({ description: 'Over the mask; absent when it is empty.' })),
  max_probability: Type.Number({ description: 'Over the whole image.' }),
  region_count: Type.Integer({ description: 'Components of the mask.' }),
  regions: Type.Array(RegionSchema, { description: 'The largest first, 256 at most.' }),
  rle: Type.Optional(
    Type.Object(
      { size: Type.Array(Type.Integer(), { description: '[height, width]' }), counts: Type.String() },
      { description: 'The mask as COCO’s compressed run lengths: pycocotools.mask.decode takes it.' },
    ),
  ),
  png: Base64('The mask as a gray PNG of the original size: 255 inside, 0 outside.'),
  probabilities: Type.Optional(
    Type.Object({
      png: Base64('16-bit gray of the original size: round(probability · 65535).'),
      npy: Base64('float32[height, width] of the original size; NaN where the model saw nothing.'),
    }),
  ),
  ground_truth: Type.Optional(AgreementSchema),
  warnings: Type.Array(Type.Object({ code: Type.Enum([...SEGMENTATION_WARNINGS]), detail: Type.String() })),
})
export type SegmentationReply = Static<typeof SegmentationSchema>

export const SegmentationsReplySchema = Type.Object(
  {
    object: Type.Literal('list'),
    data: Type.Array(SegmentationSchema),
    connectivity: Type.Literal(8, { description: 'Pixels of a region that touch at a corner hang together.' }),
    model: ModelIdentitySchema,
    usage: UsageSchema,
  },
  { description: 'Every text of the first image, then of the second, and so on.' },
)
export type SegmentationsReply = Static<typeof SegmentationsReplySchema>
