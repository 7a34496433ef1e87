import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { AppError } from '../../errors.js'
import type { JobResult } from '../../jobs/answers.js'
import type { Job, JobProgress } from '../../jobs/job.js'
import type { Jobs } from '../../jobs/jobs.js'
import { jobProblem, jobReply, progressReply } from '../job-reply.js'
import { writeProblem } from '../plugins/error-handler.js'
import { visibleOwner } from '../plugins/own-indexes.js'
import { openAiShape } from '../problem.js'
import {
  EventStreamSchema,
  JobEventsHeadersSchema,
  JobListQuerySchema,
  JobListSchema,
  JobParamsSchema,
  JobSchema,
} from '../schemas/jobs.js'
import { streamEvents } from '../sse.js'
import type { RouteContext, Scope } from './route.js'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const DEFAULT_LIMIT = 20

/** A client that lost its stream comes back after this time by itself. */
const RETRY_MS = 1_000

export function addJobs(scope: Scope, context: RouteContext): void {
  const { jobs } = context.services
  const tags = ['jobs']
  const one = { tags, params: JobParamsSchema }

  scope.get(
    '/jobs',
    { schema: { summary: 'Jobs', tags, querystring: JobListQuerySchema, response: { 200: JobListSchema } } },
    async (request) => {
      const { state, after, limit = DEFAULT_LIMIT } = request.query
      const owner = visibleOwner(request)
      // One more than is shown tells whether there are more.
      const page = { limit: limit + 1, ...(state !== undefined && { state }), ...(after !== undefined && { after }) }
      const found = await jobs.list({ ...page, ...(owner !== undefined && { owner }) })
      return { object: 'list' as const, data: found.slice(0, limit).map(jobReply), has_more: found.length > limit }
    },
  )
  scope.get(
    '/jobs/:id',
    { schema: { ...one, summary: 'How far a job has come', response: { 200: JobSchema } } },
    async (request) => {
      const job = await visibleJob(jobs, request)
      if (job.isExpired) throw new AppError('job_expired', 'The answer of this job is no longer kept.')
      return jobReply(job)
    },
  )
  scope.delete(
    '/jobs/:id',
    {
      schema: {
        ...one,
        summary: 'Cancel a job',
        description: 'One that waits is cancelled at once (200), one that runs stops at its next step (202).',
        response: { 200: JobSchema, 202: JobSchema },
      },
    },
    async (request, reply) => {
      const { id } = await visibleJob(jobs, request)
      const job = await jobs.cancel(id)
      return reply.code(job.state === 'cancelled' ? 200 : 202).send(jobReply(job))
    },
  )
  scope.get(
    '/jobs/:id/result',
    {
      schema: {
        ...one,
        summary: 'What a job answered',
        description:
          'Status, headers and body that the request would have been answered with. 409 before it has ended, ' +
          '410 when the answer has expired.',
        response: { 200: { description: 'As the endpoint answers.', content: { '*/*': { schema: Type.Unknown() } } } },
      },
    },
    async (request, reply) => {
      const { id } = await visibleJob(jobs, request)
      request.exchange.jobId = id
      return sendResult(await jobs.result(id), reply)
    },
  )
  addEvents(scope, context)
}

function addEvents(scope: Scope, { services: { jobs }, http, lifecycle }: RouteContext): void {
  const options = { heartbeatMs: http.eventHeartbeatMs, retryMs: RETRY_MS, shape: openAiShape }
  scope.get(
    '/jobs/:id/events',
    {
      schema: {
        summary: 'What happens to a job, as it happens',
        description:
          'Server-sent events `queued`, `running`, `progress`, and at the end `completed`, `failed` or `cancelled`. Each ' +
          'that is kept has an id; with `last-event-id` the stream goes on behind it, on any process of the service.',
        tags: ['jobs'],
        params: JobParamsSchema,
        headers: JobEventsHeadersSchema,
        response: { 200: EventStreamSchema },
      },
    },
    async (request, reply) => {
      const after = request.headers['last-event-id'] ?? 0
      const job = await visibleJob(jobs, request)
      const { id } = job
      if (job.isExpired) throw new AppError('job_expired', 'The events of this job are no longer kept.')
      // A client that comes back is better served by a process that stays.
      const signal = AbortSignal.any([request.exchange.signal, lifecycle.closing])
      return streamEvents(request, reply, options, async ({ send }) => {
        for await (const { event, number, data } of jobs.events(id, after, signal)) {
          await send({ event, ...(number !== undefined && { id: String(number) }), data: eventData(event, data) })
        }
      })
    },
  )
}

function eventData(event: string, data: object): object {
  return event === 'progress' ? progressReply(data as JobProgress) : data
}

function sendResult(result: JobResult, reply: FastifyReply): FastifyReply {
  if (result.kind === 'error') {
    writeProblem(reply, jobProblem(result.error, result.requestId), openAiShape)
    return reply
  }
  const { status, headers, body } = result.answer
  return reply
    .code(status)
    .headers({ ...headers })
    .send(body)
}

/** What cannot be an id is no job's, and somebody else's job is not there either. Throws `job_not_found`. */
async function visibleJob(jobs: Jobs, request: FastifyRequest): Promise<Job> {
  const { id } = request.params as { readonly id: string }
  const owner = visibleOwner(request)
  const job = UUID.test(id) ? await jobs.get(id) : undefined
  if (job !== undefined && (owner === undefined || job.owner === owner)) return job
  throw new AppError('job_not_found', 'There is no job of this id.')
}
