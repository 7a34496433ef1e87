import { hitsReply } from '../index-reply.js'
import { normaliseBody } from '../plugins/bodies.js'
import { demandOf } from '../plugins/request-context.js'
import { readQuestion } from '../read-item.js'
import { noteModel, serverTiming } from '../replies.js'
import { HitsSchema, SearchBodySchema } from '../schemas/index-items.js'
import { IndexParamsSchema } from '../schemas/indexes.js'
import type { RouteContext, Scope } from './route.js'

const DEFAULT_K = 10

export function addIndexSearch(scope: Scope, { services, http }: RouteContext): void {
  scope.post(
    '/indexes/:name/search',
    {
      config: { imagesField: 'images' },
      schema: {
        summary: 'Items like a film, a study, a text, a vector or an item',
        description: 'An index without items answers an empty list.',
        tags: ['indexes'],
        params: IndexParamsSchema,
        body: SearchBodySchema,
        response: { 200: HitsSchema },
      },
      preValidation: normaliseBody(SearchBodySchema, 'images'),
    },
    async (request, reply) => {
      const { body, params } = request
      const answer = await services.indexes.search(params.name, {
        like: readQuestion(body, http),
        k: body.k ?? DEFAULT_K,
        filter: body.filter ?? {},
        ...(body.min_score !== undefined && { minScore: body.min_score }),
        mode: body.mode ?? 'auto',
        demand: demandOf(request, { ...services, ...http }, body.deterministic),
      })
      if (answer.digest !== undefined) void reply.header('x-model-digest', answer.digest)
      if (answer.model !== undefined) noteModel(request, answer.model)
      void reply.header('server-timing', `${serverTiming(answer.timings)}, search;dur=${answer.searchMs.toFixed(1)}`)
      return hitsReply(answer)
    },
  )
}
