import { AppError } from '../../errors.js'
import { syntheticSourceOf } from '../../imaging/mark/source.js'
import { answerImages } from '../answer-images.js'
import { normaliseBody } from '../plugins/bodies.js'
import { demandOf } from '../plugins/request-context.js'
import { readGeneration } from '../read-generation.js'
import { placeImages, readImages } from '../read-images.js'
import { EditsBodySchema, type EditsBody } from '../schemas/images.js'
import { imageAnswers } from '../schemas/images-reply.js'
import { dropNulls } from './images-generations.js'
import type { RouteContext, Scope } from './route.js'

export function addImagesEdits(scope: Scope, context: RouteContext): void {
  const { services, http } = context
  scope.post(
    '/images/edits',
    {
      config: { imagesField: 'images' },
      schema: {
        summary: 'A film changed by words: all of it, or where a mask says',
        description:
          "OpenAI's fields and more. A mask with transparent pixels is changed where it is transparent, any other where it " +
          'is white; outside it the pixels stay as they are. Every image is marked as synthetic in its bytes.',
        tags: ['inference'],
        body: EditsBodySchema,
        response: { 200: imageAnswers },
      },
      preValidation: [normaliseBody(EditsBodySchema, 'images'), dropNulls],
    },
    (request, reply) => {
      const { body } = request
      const { film, mask } = readFilm(context, body)
      const task = {
        ...{ ...readGeneration(body, http), film },
        demand: demandOf(request, { ...services, ...http }, body.deterministic),
        ...(mask && { mask }),
        ...(body.mask_invert !== undefined && { isMaskInverted: body.mask_invert }),
        ...(body.strength !== undefined && { strength: body.strength }),
      }
      return answerImages(context, {
        ...{ request, reply, body, name: 'image_edit' },
        // What was made of a film that is all synthetic is all synthetic too.
        source: syntheticSourceOf(film) ?? 'compositeWithTrainedAlgorithmicMedia',
        make: (progress) => services.predict.edits({ ...task, ...progress }),
      })
    },
  )
}

function readFilm({ http }: RouteContext, body: EditsBody) {
  const films = placeImages(body)
  if (films[1] !== undefined) {
    const fields = [{ pointer: films[1].pointer, detail: 'is a second image; an edit is of one' }]
    throw new AppError('malformed_body', 'An edit is of one image.', { details: { fields } })
  }
  const masks = body.mask === undefined ? [] : [{ pointer: '/mask', input: body.mask }]
  const [film, mask] = readImages([...films, ...masks], http)
  if (film === undefined) throw new AppError('internal', 'An image was lost on the way. This is a bug.')
  return { film, mask }
}
