import { deliveryReply, requireId, requireIntake } from '../intake-reply.js'
import { DeliveryListSchema, DeliveryQuerySchema, DeliverySchema, IdParamsSchema } from '../schemas/intake.js'
import type { RouteContext, Scope } from './route.js'

const DEFAULT_LIMIT = 20

export function addDeliveries(scope: Scope, { services }: RouteContext): void {
  const tags = ['studies']
  const one = { tags, params: IdParamsSchema }
  scope.get(
    '/deliveries',
    {
      schema: {
        summary: 'Results on their way; with state=dead, those that nobody took',
        tags,
        querystring: DeliveryQuerySchema,
        response: { 200: DeliveryListSchema },
      },
    },
    async (request) => {
      const { state, after, limit = DEFAULT_LIMIT } = request.query
      const page = { limit: limit + 1, ...(state !== undefined && { state }), ...(after !== undefined && { after }) }
      const found = await requireIntake(services).deliveries(page)
      return { object: 'list' as const, data: found.slice(0, limit).map(deliveryReply), has_more: found.length > limit }
    },
  )
  scope.get(
    '/deliveries/:id',
    { schema: { ...one, summary: 'How far a result has come', response: { 200: DeliverySchema } } },
    async (request) => {
      const id = requireId(request.params.id, 'delivery_not_found')
      return deliveryReply(await requireIntake(services).delivery(id))
    },
  )
  scope.post(
    '/deliveries/:id/replay',
    { schema: { ...one, summary: 'Send a dead letter again', response: { 202: DeliverySchema } } },
    async (request, reply) => {
      const id = requireId(request.params.id, 'delivery_not_found')
      return reply.code(202).send(deliveryReply(await requireIntake(services).replay(id)))
    },
  )
  scope.delete(
    '/deliveries/:id',
    { schema: { ...one, summary: 'Give a delivery up for good', response: { 200: DeliverySchema } } },
    async (request) => {
      const id = requireId(request.params.id, 'delivery_not_found')
      return deliveryReply(await requireIntake(services).drop(id))
    },
  )
}
