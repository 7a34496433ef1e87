import { Type } from 'typebox'
import type { RouteContext, Scope } from './route.js'

const LiveSchema = Type.Object({ live: Type.Literal(true) }, { description: 'The event loop turns.' })

const ReadySchema = Type.Object({
  ready: Type.Boolean(),
  reasons: Type.Array(Type.String(), { description: 'Why not; empty when ready.' }),
})

const MetricsSchema = {
  description: 'The text exposition format.',
  content: { 'text/plain': { schema: Type.String() } },
}

export function addHealth(scope: Scope, { services, lifecycle }: RouteContext): void {
  const tags = ['operations']
  scope.get(
    '/health/live',
    { schema: { summary: 'Is the process alive', tags, response: { 200: LiveSchema } } },
    () => ({ live: true as const }),
  )
  scope.get(
    '/health/ready',
    { schema: { summary: 'Can it answer', tags, response: { 200: ReadySchema, 503: ReadySchema } } },
    async (_request, reply) => {
      const reasons = lifecycle.isDraining ? ['The service is shutting down.'] : services.catalogue.unreadiness()
      const isReady = reasons.length === 0
      return reply.code(isReady ? 200 : 503).send({ ready: isReady, reasons: [...reasons] })
    },
  )
  scope.get(
    '/metrics',
    { schema: { summary: 'Prometheus metrics', tags, response: { 200: MetricsSchema } } },
    async (_request, reply) => {
      const text = await services.metrics.text()
      return reply.type(services.metrics.contentType).send(text)
    },
  )
}
