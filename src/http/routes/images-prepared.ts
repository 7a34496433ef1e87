import type { FastifyReply } from 'fastify'
import { AppError } from '../../errors.js'
import type { Answer } from '../../flows/answer.js'
import type { PreparedResult } from '../../flows/prepared.js'
import { negotiate } from '../accept.js'
import { toBase64Png } from '../maps.js'
import { normaliseBody } from '../plugins/bodies.js'
import { demandOf } from '../plugins/request-context.js'
import { placeImages, readImages, withPlaces } from '../read-images.js'
import { addAnswerHeaders, identityReply } from '../replies.js'
import { PreparedBodySchema, PreparedReplySchema, type PreparedReply } from '../schemas/images-prepared.js'
import { pictureOr } from '../schemas/shared.js'
import type { RouteContext, Scope } from './route.js'

export function addImagesPrepared(scope: Scope, { services, http }: RouteContext): void {
  scope.post(
    '/images/prepared',
    {
      config: { imagesField: 'images' },
      schema: {
        summary: 'Films exactly as a model sees them',
        description:
          'The pixels after the pack’s own preprocessing, and how they lie on the film. Nothing is run. With accept: ' +
          'image/png, a request for one film answers the picture.',
        tags: ['inference'],
        body: PreparedBodySchema,
        response: { 200: pictureOr(PreparedReplySchema, 'The prepared film.') },
      },
      preValidation: normaliseBody(PreparedBodySchema, 'images'),
    },
    async (request, reply): Promise<Buffer | PreparedReply> => {
      const wanted = negotiate(request.headers.accept, ['application/json', 'image/png'])
      const { model, task } = request.body
      const places = placeImages(request.body)
      if (wanted === 'image/png' && places.length > 1)
        throw new AppError('invalid_option', 'A picture is answered for one image only.')
      const work = {
        demand: demandOf(request, { ...services, ...http }),
        images: readImages(places, http),
        ...(model !== undefined && { model }),
        ...(task !== undefined && { task }),
      }
      const answer = await withPlaces(places, () => services.predict.prepared(work))
      addAnswerHeaders(reply, answer)
      return wanted === 'image/png' ? picture(answer, reply) : preparedReply(answer)
    },
  )
}

function picture({ result }: Answer<PreparedResult>, reply: FastifyReply): Buffer {
  const { png } = result.items[0]!
  void reply.type('image/png')
  return Buffer.from(png.buffer, png.byteOffset, png.byteLength)
}

function preparedReply({ model, result }: Answer<PreparedResult>): PreparedReply {
  return {
    object: 'list',
    data: result.items.map(({ png, channels, dims, geometry }, index) => ({
      object: 'prepared_image',
      index,
      ...geometry.prepared,
      channels,
      png: toBase64Png(png),
      dims: [...dims],
      geometry,
    })),
    value_steps: [...result.valueSteps],
    model: identityReply(model),
  }
}
