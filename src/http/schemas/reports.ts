import { Type, type Static } from 'typebox'
import { SCORE_KINDS } from '../../families/dual-encoder/classifications.js'
import { FINDING_STATES } from '../../families/report/findings.js'
import { bounds, METHODS } from '../../families/report/spec.js'
import { REPORT_WARNINGS } from '../../families/report/warnings.js'
import { fhirBundleContent } from './fhir.js'
import { ImageSchema } from './image.js'
import {
  binary,
  closed,
  DeterministicField,
  ModelField,
  ModelIdentitySchema,
  ViewSharesFields,
  ViewWeightsField,
} from './shared.js'

const EarlyStopping = Type.Union([Type.Boolean(), Type.Literal('never')], {
  description: "As Hugging Face's generate; left out, the model's own.",
  'x-must': 'be true, false or never',
})

const CheckWithSchema = Type.Union(
  [
    Type.Boolean(),
    Type.String({ minLength: 1 }),
    Type.Object({ model: ModelField, label_set: Type.Optional(Type.String({ minLength: 1 })) }, closed),
  ],
  {
    description:
      "Hold the text against a classifier of the same films: true for the model's own, the name of a label set of it, or " +
      'another model, with a label set where its default is not meant.',
    'x-must': 'be true, false, a label set, or an object of model and label_set',
  },
)

export const ReportsBodySchema = Type.Object(
  {
    model: ModelField,
    image: Type.Optional(ImageSchema),
    images: Type.Optional(Type.Array(ImageSchema, { minItems: 1, description: 'The films of one study.' })),
    study: Type.Optional(Type.Array(ImageSchema, { minItems: 1, description: 'The same as images.' })),
    max_tokens: Type.Optional(Type.Integer({ minimum: 1, description: 'The end token counts.' })),
    method: Type.Optional(
      Type.Enum([...METHODS], {
        description: "Left out, told by the options that are given, else the model's own.",
      }),
    ),
    beam: Type.Optional(Type.Integer({ ...bounds.beams, description: 'Texts that a beam search holds.' })),
    length_penalty: Type.Optional(Type.Number({ ...bounds.length_penalty, description: 'Above 0 longer texts gain.' })),
    early_stopping: Type.Optional(EarlyStopping),
    no_repeat_ngram: Type.Optional(
      Type.Integer({
        ...bounds.no_repeat_ngram,
        description: 'No run of so many tokens comes twice; 0 for no such rule.',
      }),
    ),
    temperature: Type.Optional(Type.Number({ ...bounds.temperature, description: 'Draws tokens.' })),
    top_k: Type.Optional(Type.Integer({ ...bounds.top_k, description: 'Draws among so many; 0 for all.' })),
    top_p: Type.Optional(Type.Number({ ...bounds.top_p, description: 'Draws among the likeliest of this share.' })),
    seed: Type.Optional(
      Type.Union(
        [Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }), Type.String({ pattern: '^\\d{1,20}$' })],
        {
          description: 'Of the draws: 0 to 2^64 − 1, above 2^53 − 1 as a decimal text; left out, one is drawn.',
          'x-must': 'be a whole number from 0 to 2^53 − 1, or a decimal text up to 2^64 − 1',
        },
      ),
    ),
    check_with: Type.Optional(CheckWithSchema),
    view_weights: ViewWeightsField,
    stream: Type.Optional(Type.Boolean({ description: 'The same as accept: text/event-stream.' })),
    deterministic: DeterministicField,
  },
  { ...closed, examples: [{ images: [{ url: 'data:image/png;base64,iVBORw0K…' }], max_tokens: 60, beam: 5 }] },
)
export type ReportsBody = Static<typeof ReportsBodySchema>

/** Stands in every report. */
export const REPORT_NOTICE =
  'Draft written by a model and read by nobody: not a diagnosis, and not for the care of a patient before a radiologist has read the films.'

export const ReportTokenSchema = Type.Object({
  id: Type.Integer(),
  token: Type.String({ description: "As the model's vocabulary has it." }),
  text: Type.String({ description: 'What it adds to the findings.' }),
  log_probability: Type.Number({ description: 'Natural logarithm, before rules, temperature and cuts.' }),
})
export type ReportTokenReply = Static<typeof ReportTokenSchema>

const StructuredFindingSchema = Type.Object({
  label: Type.String(),
  state: Type.Enum([...FINDING_STATES], { description: 'What is not mentioned is not absent.' }),
  phrase: Type.Optional(Type.String({ description: "The model's phrase that the text holds." })),
})

const AgreementSchema = Type.Object({
  label: Type.String(),
  classifier_label: Type.String(),
  text: Type.Enum([...FINDING_STATES]),
  classifier: Type.Enum(['present', 'absent']),
  score: Type.Number({ description: 'The greatest of the films.' }),
  threshold: Type.Number(),
})
export type AgreementReply = Static<typeof AgreementSchema>

const OptionsSchema = Type.Object(
  {
    method: Type.Enum([...METHODS]),
    max_tokens: Type.Integer(),
    no_repeat_ngram: Type.Integer(),
    beam: Type.Optional(Type.Integer()),
    length_penalty: Type.Optional(Type.Number()),
    early_stopping: Type.Optional(Type.Union([Type.Boolean(), Type.Literal('never')])),
    temperature: Type.Optional(Type.Number()),
    top_k: Type.Optional(Type.Integer()),
    top_p: Type.Optional(Type.Number()),
    seed: Type.Optional(Type.Union([Type.Integer(), Type.String()])),
  },
  { description: 'What was done, with every default.' },
)

export const ReportReplySchema = Type.Object(
  {
    object: Type.Literal('report'),
    status: Type.Literal('preliminary'),
    notice: Type.Literal(REPORT_NOTICE),
    findings: Type.String({ description: 'The text.' }),
    finish_reason: Type.Enum(['stop', 'length', 'deadline'], {
      description: 'stop: the end token came. length: max_tokens. deadline: a stream was out of time.',
    }),
    tokens: Type.Array(ReportTokenSchema, { description: 'With the end token, if it came.' }),
    log_probability: Type.Number({ description: 'Sum over the tokens.' }),
    ...ViewSharesFields,
    structured: Type.Array(StructuredFindingSchema, {
      description: 'What the text says of each finding of the model.',
    }),
    check: Type.Optional(
      Type.Object(
        {
          model: ModelIdentitySchema,
          label_set: Type.Optional(Type.String()),
          score_kind: Type.Enum([...SCORE_KINDS]),
          labels: Type.Array(AgreementSchema),
        },
        { description: 'The classifier that the text was held against.' },
      ),
    ),
    disagreements: Type.Optional(
      Type.Array(AgreementSchema, {
        description: 'Where only one of them sees the finding, one that the text does not mention among them.',
      }),
    ),
    warnings: Type.Array(
      Type.Object({
        code: Type.Enum([...REPORT_WARNINGS]),
        film: Type.Optional(Type.Integer({ description: 'Index of the film that it is about.' })),
        detail: Type.String(),
      }),
    ),
    options: OptionsSchema,
    model: ModelIdentitySchema,
  },
  { description: 'A draft of the findings of one study.' },
)
export type ReportReply = Static<typeof ReportReplySchema>

/** What a 200 can be. */
export const reportAnswers = {
  description: 'A draft of the findings of one study.',
  content: {
    'application/json': { schema: ReportReplySchema },
    'application/fhir+json': fhirBundleContent,
    'text/event-stream': {
      schema: Type.String({
        description:
          'Events: token (index, id, token, text, log_probability) as soon as it is certain, then result, the JSON answer, then ' +
          'end; error is a problem document.',
      }),
    },
    'application/dicom': binary('A Comprehensive 3D SR of template 1500, where the films are DICOM.'),
  },
}
