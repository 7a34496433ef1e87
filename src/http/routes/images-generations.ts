import type { preValidationHookHandler } from 'fastify'
import { answerImages } from '../answer-images.js'
import { normaliseBody } from '../plugins/bodies.js'
import { demandOf } from '../plugins/request-context.js'
import { readGeneration } from '../read-generation.js'
import { GenerationsBodySchema } from '../schemas/images.js'
import { imageAnswers } from '../schemas/images-reply.js'
import type { RouteContext, Scope } from './route.js'

export function addImagesGenerations(scope: Scope, context: RouteContext): void {
  const { services, http } = context
  scope.post(
    '/images/generations',
    {
      schema: {
        summary: 'Synthetic radiographs from words',
        description:
          "OpenAI's fields and more. Every image is marked as synthetic in its bytes. A form of the same fields is taken too.",
        tags: ['inference'],
        body: GenerationsBodySchema,
        response: { 200: imageAnswers },
      },
      preValidation: [normaliseBody(GenerationsBodySchema, 'images'), dropNulls],
    },
    (request, reply) => {
      const { body } = request
      const task = {
        ...readGeneration(body, http),
        demand: demandOf(request, { ...services, ...http }, body.deterministic),
      }
      return answerImages(context, {
        ...{ request, reply, body, name: 'image_generation', source: 'trainedAlgorithmicMedia' },
        make: (progress) => services.predict.generations({ ...task, ...progress }),
      })
    },
  )
}

/** OpenAI's clients may send null for what they leave out. */
export const dropNulls: preValidationHookHandler = (request, _reply, done) => {
  const { body } = request
  if (typeof body === 'object' && body !== null && !Array.isArray(body))
    request.body = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null))
  done()
}
