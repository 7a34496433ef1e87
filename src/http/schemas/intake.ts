import { Type, type Static } from 'typebox'
import { DELIVERY_STATES, STUDY_STATES } from '../../intake/reading.js'
import { closed } from './shared.js'

const time = (description: string) => Type.String({ format: 'date-time', description })
const uuid = Type.String({ format: 'uuid' })
const after = Type.Optional(
  Type.String({ format: 'uuid', pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' }),
)
const limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 }))

export const StudySchema = Type.Object(
  {
    id: Type.String({ format: 'uuid', description: 'Of this service: no UID of the study is told.' }),
    object: Type.Literal('study'),
    state: Type.Enum([...STUDY_STATES]),
    revision: Type.Integer({ description: 'Above 1: films that came when the study had been complete before.' }),
    films: Type.Integer(),
    created_at: time('When its first film came.'),
    completed_at: Type.Optional(time('When it had been quiet for long enough.')),
    ended_at: Type.Optional(time('When every task and delivery had ended.')),
    cleared: Type.Boolean({ description: 'Films and results are not kept any more.' }),
  },
  { description: 'Films of one study that came in.' },
)
export type StudyReply = Static<typeof StudySchema>

export const StudyTaskSchema = Type.Object({
  id: uuid,
  rule: Type.String(),
  name: Type.String(),
  shadow: Type.Boolean({ description: 'Its result goes nowhere.' }),
  films: Type.Integer(),
  state: Type.Enum(['waiting', 'running', 'done', 'unfit', 'failed']),
  job_id: Type.Optional(uuid),
  code: Type.Optional(Type.String({ description: 'Of docs/errors.md, where it is unfit or failed.' })),
  reason: Type.Optional(Type.String({ description: 'Why it is unfit.' })),
  result: Type.Optional(
    Type.Object(
      { media_type: Type.String(), bytes: Type.Integer() },
      { description: 'What `GET /v1/studies/{id}/tasks/{task}/result` answers.' },
    ),
  ),
})
export type StudyTaskReply = Static<typeof StudyTaskSchema>

export const DeliverySchema = Type.Object(
  {
    id: uuid,
    object: Type.Literal('delivery'),
    study_id: uuid,
    task_id: uuid,
    destination: Type.String(),
    state: Type.Enum([...DELIVERY_STATES]),
    attempts: Type.Integer(),
    code: Type.Optional(
      Type.String({ description: 'What the last attempt came to: a number of a standard or a word of ours.' }),
    ),
    bytes: Type.Integer(),
    created_at: time('When there was a result to deliver.'),
    next_attempt_at: Type.Optional(time('While it waits.')),
    ended_at: Type.Optional(time('When it was delivered, given up, or dropped.')),
  },
  { description: 'A result on its way to a destination.' },
)
export type DeliveryReply = Static<typeof DeliverySchema>

export const StudyDetailsSchema = Type.Object({
  ...StudySchema.properties,
  tasks: Type.Array(StudyTaskSchema),
  deliveries: Type.Array(DeliverySchema),
})

const more = Type.Boolean({ description: 'Ask again with `after` and the last id.' })
export const StudyListSchema = Type.Object({
  object: Type.Literal('list'),
  data: Type.Array(StudySchema, { description: 'The newest first.' }),
  has_more: more,
})
export const DeliveryListSchema = Type.Object({
  object: Type.Literal('list'),
  data: Type.Array(DeliverySchema, { description: 'The newest first.' }),
  has_more: more,
})

export const StudyQuerySchema = Type.Object(
  { state: Type.Optional(Type.Enum([...STUDY_STATES])), limit, after },
  closed,
)
export const DeliveryQuerySchema = Type.Object(
  { state: Type.Optional(Type.Enum([...DELIVERY_STATES])), limit, after },
  closed,
)
export const IdParamsSchema = Type.Object({ id: Type.String() })
export const ResultParamsSchema = Type.Object({ id: Type.String(), task: Type.String() })
export const StowParamsSchema = Type.Object({ study: Type.String({ pattern: '^[0-9.]{1,64}$' }) })
