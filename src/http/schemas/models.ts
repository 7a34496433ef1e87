import { Type, type Static } from 'typebox'
import { TASKS } from '../../families/family.js'
import { METHODS } from '../../families/report/spec.js'
import { EvaluationSchema, LicenceSchema, SourceSchema, TrainingSchema } from '../../store/manifest.js'

export const LabelSetSchema = Type.Object({
  name: Type.String(),
  title: Type.Optional(Type.String()),
  note: Type.Optional(Type.String()),
  labels: Type.Array(Type.String()),
})

export const ModelSchema = Type.Object(
  {
    id: Type.String({ description: '`name@version`.' }),
    object: Type.Literal('model'),
    created: Type.Integer({
      description: "Seconds since 1970: the date in the pack's manifest, or where it has none, of the file here.",
    }),
    owned_by: Type.String(),
    name: Type.String(),
    version: Type.String(),
    digest: Type.String({ description: 'sha256 of model.json, which holds the digest of every other file.' }),
    family: Type.String(),
    title: Type.String(),
    tasks: Type.Array(Type.Enum([...TASKS])),
    default_for: Type.Array(Type.Enum([...TASKS]), { description: 'Tasks that it does when no model is named.' }),
    state: Type.Enum(['cold', 'loading', 'ready', 'unloading', 'unloaded', 'failed'], {
      description: 'A cold model is loaded by its first request, an unloaded one by POST …/load only.',
    }),
    reason: Type.Optional(Type.String({ description: 'Why it failed.' })),
    healthy: Type.Boolean({
      description: 'False when it gave an answer that could not be used, until it is loaded anew.',
    }),
    bytes: Type.Integer({ description: 'Of all its graphs.' }),
    devices: Type.Array(Type.String(), { description: 'Devices that hold it now; none unless it is ready.' }),
    components: Type.Array(Type.String(), { description: 'Its graphs; each is served below /v2 as `name.component`.' }),
    licence: Type.Object(LicenceSchema.properties, { description: 'Of code, weights and data.' }),
    source: Type.Object(SourceSchema.properties, { description: 'Where the weights come from.' }),
    citation: Type.Optional(Type.String()),
    intended_use: Type.String(),
    not_for: Type.String(),
    limitations: Type.Array(Type.String()),
    training: Type.Optional(Type.Object(TrainingSchema.properties, { description: 'Data, size and method.' })),
    evaluation: Type.Array(EvaluationSchema),
    structures: Type.Optional(
      Type.Array(Type.Object({ name: Type.String(), examples: Type.Array(Type.String()) }), {
        description: 'What it outlines in /v1/segmentations, and how to say so.',
      }),
    ),
    reports: Type.Optional(
      Type.Object(
        {
          films: Type.Integer({ description: 'Films that a study may have.' }),
          max_tokens: Type.Integer(),
          method: Type.Enum([...METHODS], { description: 'Where a request names none.' }),
          findings: Type.Array(Type.String(), { description: 'Labels that the text is read for.' }),
        },
        { description: 'How it writes in /v1/reports.' },
      ),
    ),
    label_sets: Type.Array(LabelSetSchema, { description: "The pack's own sets for /v1/classifications." }),
  },
  { description: 'What one should know of a model before one trusts it.' },
)
export type ModelReply = Static<typeof ModelSchema>

export const ModelListSchema = Type.Object({
  object: Type.Literal('list'),
  data: Type.Array(ModelSchema, { description: 'The newest version of every model.' }),
})

export const ModelParamsSchema = Type.Object({ name: Type.String({ description: '`name` or `name@version`.' }) })
export const VersionParamsSchema = Type.Object({ name: Type.String(), version: Type.String() })
