import { Type } from 'typebox'
import type { IndexAsked } from '../../flows/indexes.js'
import { indexReply } from '../index-reply.js'
import { visibleOwner } from '../plugins/own-indexes.js'
import { demandOf } from '../plugins/request-context.js'
import { IndexBodySchema, IndexListSchema, IndexParamsSchema, IndexSchema, type IndexBody } from '../schemas/indexes.js'
import type { RouteContext, Scope } from './route.js'

export function addIndexes(scope: Scope, { services, http }: RouteContext): void {
  const { indexes } = services
  const one = { tags: ['indexes'], params: IndexParamsSchema }

  scope.put(
    '/indexes/:name',
    {
      schema: {
        ...one,
        summary: 'Make an index, or move it to another model',
        description:
          '201 when it is made, 200 when it is there already, 202 when another model takes over in the background. ' +
          '409 when it is there and defined otherwise.',
        body: IndexBodySchema,
        response: { 200: IndexSchema, 201: IndexSchema, 202: IndexSchema },
      },
    },
    async (request, reply) => {
      const demand = demandOf(request, { ...services, ...http })
      const { index, outcome } = await indexes.put(
        request.params.name,
        askedIndex(request.body, request.caller.id),
        demand,
      )
      const status = { created: 201, unchanged: 200, rebuilding: 202 } as const
      return reply.code(status[outcome]).send(indexReply(index))
    },
  )
  scope.get(
    '/indexes',
    { schema: { summary: 'Indexes', tags: ['indexes'], response: { 200: IndexListSchema } } },
    async (request) => {
      const owner = http.sharesIndexes ? undefined : visibleOwner(request)
      const found = await indexes.list()
      const seen = found.filter((index) => owner === undefined || index.owner === owner)
      return { object: 'list' as const, data: seen.map(indexReply) }
    },
  )
  scope.get(
    '/indexes/:name',
    { schema: { ...one, summary: 'One index, and how far it is', response: { 200: IndexSchema } } },
    async ({ params }) => indexReply(await indexes.get(params.name)),
  )
  scope.delete(
    '/indexes/:name',
    {
      schema: {
        ...one,
        summary: 'Remove an index with all its items',
        response: { 204: Type.Null({ description: 'It is gone.' }) },
      },
    },
    async ({ params }, reply) => {
      await indexes.remove(params.name)
      return reply.code(204).send(null)
    },
  )
}

function askedIndex(body: IndexBody, owner: string): IndexAsked {
  const { metric, model, dimensions, model_digest: modelDigest, metadata, store_sources: storesSources, graph } = body
  const { m, ef_construction: efConstruction, ef_search: efSearch, from_items: fromItems } = graph ?? {}
  return {
    owner,
    ...(metric !== undefined && { metric }),
    ...(model !== undefined && { model }),
    ...(dimensions !== undefined && { dimensions }),
    ...(modelDigest !== undefined && { modelDigest }),
    ...(metadata !== undefined && { fields: Object.entries(metadata).map(([name, type]) => ({ name, type })) }),
    ...(storesSources !== undefined && { storesSources }),
    graph: {
      ...(m !== undefined && { m }),
      ...(efConstruction !== undefined && { efConstruction }),
      ...(efSearch !== undefined && { efSearch }),
      ...(fromItems !== undefined && { fromItems }),
    },
  }
}
