import { answerReport } from '../answer-report.js'
import { normaliseBody } from '../plugins/bodies.js'
import { demandOf } from '../plugins/request-context.js'
import { placeImages, placeStudy } from '../read-images.js'
import { readReport } from '../read-report.js'
import { reportAnswers, ReportsBodySchema } from '../schemas/reports.js'
import type { RouteContext, Scope } from './route.js'

export function addReports(scope: Scope, context: RouteContext): void {
  const { services, http } = context
  scope.post(
    '/reports',
    {
      config: { imagesField: 'images', task: 'reports' },
      schema: {
        summary: 'A draft of the findings of one study',
        description:
          'Always preliminary, never a diagnosis. With stream or accept: text/event-stream, token by token. A form and a raw ' +
          'film are taken too.',
        tags: ['inference'],
        body: ReportsBodySchema,
        response: { 200: reportAnswers },
      },
      preValidation: normaliseBody(ReportsBodySchema, 'images'),
    },
    (request, reply) => {
      const { body } = request
      const demand = demandOf(request, { ...services, ...http }, body.deterministic)
      const films = placeStudy(body) ?? placeImages(body)
      return answerReport(context, { request, reply, body, films, task: { ...readReport(body, films, http), demand } })
    },
  )
}
