import { Type, type Static } from 'typebox'
import { SCORE_KINDS } from '../../families/dual-encoder/classifications.js'
import { ACTIVATIONS, PROMPT_AGGREGATIONS } from '../../families/dual-encoder/zero-shot-spec.js'
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
  StudyWarningsField,
  UsageSchema,
  ViewSharesFields,
  ViewWeightsField,
} from './shared.js'

const LabelName = Type.String({ minLength: 1 })

export const ClassificationsBodySchema = Type.Object(
  {
    model: ModelField,
    image: Type.Optional(ImageSchema),
    images: Type.Optional(Type.Array(ImageSchema, { minItems: 1 })),
    study: Type.Optional(
      Type.Array(ImageSchema, {
        minItems: 1,
        description: 'The films of one study, in place of images: one answer for all of them together.',
      }),
    ),
    label_set: Type.Optional(Type.String({ description: 'A set of the model; left out with labels, its default.' })),
    labels: Type.Optional(Type.Array(LabelName, { minItems: 1, description: 'Free labels; prompts are generated.' })),
    prompts: Type.Optional(
      Type.Record(Type.String(), Type.Array(Type.String({ minLength: 1 }), { minItems: 1 }), {
        description: 'Free labels with prompts of your own.',
        minProperties: 1,
      }),
    ),
    prompt_aggregation: Type.Optional(Type.Enum([...PROMPT_AGGREGATIONS])),
    activation: Type.Optional(Type.Enum([...ACTIVATIONS])),
    maps: Type.Optional(Type.Boolean({ description: 'Adds where in the image each label is seen.' })),
    map_format: MapFormatField,
    map_style: MapStyleField,
    view_weights: ViewWeightsField,
    map_for: Type.Optional(
      Type.String({ description: 'With accept: image/png, the label whose map is drawn; left out, the best.' }),
    ),
    dicom_object: Type.Optional(
      Type.Enum(['structured_report', 'secondary_capture'], {
        description:
          'With accept: application/dicom, which object; left out, structured_report. A secondary capture is the map of one ' +
          'label, as map_for and map_style say.',
      }),
    ),
    deterministic: DeterministicField,
  },
  {
    ...closed,
    examples: [{ image: { url: 'data:image/png;base64,iVBORw0K…' }, labels: ['pleural effusion', 'pneumothorax'] }],
  },
)
export type ClassificationsBody = Static<typeof ClassificationsBodySchema>

const LabelMapSchema = Type.Object({
  ...GridFields,
  text: Type.String({ description: 'The prompt whose words these are.' }),
  values: Type.Optional(Type.Array(Type.Number(), { description: 'Cells, row by row from the top left.' })),
  png: PngField,
})

const LabelSchema = Type.Object({
  label: Type.String(),
  score: Type.Number({ description: 'score_kind says what it means.' }),
  logit: Type.Number({ description: 'What the activation or the calibration was applied to.' }),
  prompts: Type.Optional(
    Type.Array(Type.Object({ text: Type.String(), score: Type.Number(), negative: Type.Boolean() })),
  ),
  map: Type.Optional(LabelMapSchema),
  maps: Type.Optional(
    Type.Array(LabelMapSchema, { description: 'Of a study: a map for each film, in the order given.' }),
  ),
})
export type LabelReply = Static<typeof LabelSchema>

export const ClassificationsReplySchema = Type.Object(
  {
    object: Type.Literal('list'),
    data: Type.Array(
      Type.Object({
        object: Type.Literal('classification'),
        index: Type.Integer({ description: 'Index of the image; 0 for a study.' }),
        labels: Type.Array(LabelSchema, { description: 'Highest score first.' }),
        ...ViewSharesFields,
        warnings: StudyWarningsField,
      }),
    ),
    model: ModelIdentitySchema,
    score_kind: Type.Enum([...SCORE_KINDS], {
      description:
        "probability: calibrated on the set that the model's card names. softmax: shares among the labels asked for. " +
        'sigmoid: uncalibrated. margin: positive minus negative prompts. zscore: deviations from reference films. ' +
        'cosine, similarity: the score itself.',
    }),
    label_set: Type.Optional(Type.String()),
    note: Type.Optional(Type.String({ description: 'What the author of the label set says about it.' })),
    usage: UsageSchema,
  },
  { description: 'For each image, or for the study, its labels.' },
)
export type ClassificationsReply = Static<typeof ClassificationsReplySchema>
