import { Type, type Static } from 'typebox'
import { JOB_STATES } from '../../jobs/job.js'
import { PRIORITIES } from '../../ports.js'
import { closed } from './shared.js'
import { ProblemSchema } from './problem.js'

const time = (description: string) => Type.String({ format: 'date-time', description })

export const JobSchema = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    object: Type.Literal('job'),
    state: Type.Enum([...JOB_STATES]),
    request: Type.Object({
      method: Type.String(),
      path: Type.String(),
      id: Type.String({ description: 'Its `x-request-id`.' }),
    }),
    priority: Type.Enum([...PRIORITIES]),
    queue_position: Type.Optional(Type.Integer({ minimum: 1, description: 'While it is queued; 1 is next.' })),
    progress: Type.Optional(
      Type.Object({
        step: Type.Integer(),
        of: Type.Integer(),
        eta_ms: Type.Optional(Type.Number({ description: 'Until the end, from the steps so far.' })),
      }),
    ),
    created_at: time('When it was submitted.'),
    started_at: Type.Optional(time('When it was first tried.')),
    ended_at: Type.Optional(time('When it was completed, failed or cancelled.')),
    expires_at: Type.Optional(time('When its answer is forgotten.')),
    attempts: Type.Integer({ description: 'How often it was tried.' }),
    cancel_requested: Type.Boolean(),
    result: Type.Optional(
      Type.Object(
        { status: Type.Integer(), media_type: Type.Optional(Type.String()), bytes: Type.Integer() },
        { description: 'What `GET /v1/jobs/{id}/result` answers.' },
      ),
    ),
    error: Type.Optional(ProblemSchema),
    webhook: Type.Optional(
      Type.Object({ state: Type.Enum(['waiting', 'delivered', 'failed']), attempts: Type.Integer() }),
    ),
  },
  { description: 'A request that is answered later.' },
)
export type JobReply = Static<typeof JobSchema>

export const JobListSchema = Type.Object({
  object: Type.Literal('list'),
  data: Type.Array(JobSchema, { description: 'The newest first.' }),
  has_more: Type.Boolean({ description: 'Ask again with `after` and the last id.' }),
})

export const JobParamsSchema = Type.Object({ id: Type.String() })

export const JobListQuerySchema = Type.Object(
  {
    state: Type.Optional(Type.Enum([...JOB_STATES])),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
    after: Type.Optional(
      Type.String({ format: 'uuid', pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' }),
    ),
  },
  closed,
)

export const JobEventsHeadersSchema = Type.Object({
  'last-event-id': Type.Optional(
    Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1, description: 'Events up to this one are left out.' }),
  ),
})

export const EventStreamSchema = {
  description: 'The stream ends with the job.',
  content: { 'text/event-stream': { schema: Type.String() } },
}
