import type { FastifyInstance } from 'fastify'
import type { BodyBudget } from '../body-budget.js'
import type { NamedImages } from '../named-images.js'

/** Before a job is made of the request: whoever may not name images, or names a server that is not there, is told at once. */
export function checkNamedImages(app: FastifyInstance, images: NamedImages): void {
  app.addHook('preHandler', (request, _reply, done) => {
    try {
      images.check(request, request.body)
      done()
    } catch (error) {
      done(error as Error)
    }
  })
}

/** What is fetched counts as what was sent. */
export function fetchNamedImages(app: FastifyInstance, images: NamedImages, budget: BodyBudget): void {
  app.addHook('preHandler', async (request) => {
    const reserve = (bytes: number): void => {
      budget.take(bytes)
      request.exchange.bodyBytes += bytes
    }
    await images.fetch(request, request.body, reserve)
  })
}
