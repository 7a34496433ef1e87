import { requireId, requireIntake, deliveryReply, studyReply, studyTaskReply } from '../intake-reply.js'
import {
  IdParamsSchema,
  ResultParamsSchema,
  StudyDetailsSchema,
  StudyListSchema,
  StudyQuerySchema,
  StudySchema,
} from '../schemas/intake.js'
import { binary } from '../schemas/shared.js'
import type { HttpServices } from '../services.js'
import type { RouteContext, Scope } from './route.js'

const DEFAULT_LIMIT = 20
const tags = ['studies']

export function addStudies(scope: Scope, { services }: RouteContext): void {
  scope.get(
    '/studies',
    {
      schema: {
        summary: 'Films that came in, by study',
        tags,
        querystring: StudyQuerySchema,
        response: { 200: StudyListSchema },
      },
    },
    async (request) => {
      const { state, after, limit = DEFAULT_LIMIT } = request.query
      // One more than is shown tells whether there are more.
      const page = { limit: limit + 1, ...(state !== undefined && { state }), ...(after !== undefined && { after }) }
      const found = await requireIntake(services).studies(page)
      return { object: 'list' as const, data: found.slice(0, limit).map(studyReply), has_more: found.length > limit }
    },
  )
  scope.get(
    '/studies/:id',
    {
      schema: {
        summary: 'What became of a study',
        tags,
        params: IdParamsSchema,
        response: { 200: StudyDetailsSchema },
      },
    },
    async (request) => {
      const id = requireId(request.params.id, 'study_not_found')
      const { study, tasks, deliveries } = await requireIntake(services).study(id)
      return { ...studyReply(study), tasks: tasks.map(studyTaskReply), deliveries: deliveries.map(deliveryReply) }
    },
  )
  addStudyActions(scope, services)
}

function addStudyActions(scope: Scope, services: HttpServices): void {
  scope.post(
    '/studies/:id/retry',
    {
      schema: {
        summary: 'Do the failed tasks of a study again',
        tags,
        params: IdParamsSchema,
        response: { 202: StudySchema },
      },
    },
    async (request, reply) => {
      const id = requireId(request.params.id, 'study_not_found')
      return reply.code(202).send(studyReply(await requireIntake(services).retry(id)))
    },
  )
  scope.get(
    '/studies/:id/tasks/:task/result',
    {
      schema: {
        summary: 'The result of a task',
        description: 'As it was or would have been delivered, for as long as it is kept. It may name the patient.',
        tags,
        params: ResultParamsSchema,
        response: {
          200: {
            description: 'In the media type that the task asks for.',
            content: { 'application/dicom': binary('A DICOM object.'), '*/*': binary('Another result.') },
          },
        },
      },
    },
    async (request, reply) => {
      const id = requireId(request.params.id, 'study_not_found')
      const task = requireId(request.params.task, 'study_not_found')
      const { mediaType, bytes } = await requireIntake(services).result(id, task)
      return reply.header('content-type', mediaType).send(bytes)
    },
  )
}
