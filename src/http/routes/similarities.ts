import type { FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../../errors.js'
import type { Answer } from '../../flows/answer.js'
import type { SimilaritiesRequest } from '../../flows/predict.js'
import type { SimilaritiesResult, Similarity, WordMaps } from '../../families/dual-encoder/similarities.js'
import { negotiate } from '../accept.js'
import { checkMapCount, drawMap, toBase64Png } from '../maps.js'
import { normaliseBody } from '../plugins/bodies.js'
import { demandOf } from '../plugins/request-context.js'
import { placeImages, readImages, withPlaces, type PlacedImage } from '../read-images.js'
import { checkTexts, placeTexts } from '../read-texts.js'
import { addAnswerHeaders, identityReply, toRows, usageReply } from '../replies.js'
import { pictureOr } from '../schemas/shared.js'
import {
  SimilaritiesBodySchema,
  SimilaritiesReplySchema,
  type SimilaritiesBody,
  type SimilaritiesReply,
  type SimilarityReply,
} from '../schemas/similarities.js'
import type { RouteContext, Scope } from './route.js'

export function addSimilarities(scope: Scope, context: RouteContext): void {
  scope.post(
    '/similarities',
    {
      config: { imagesField: 'images', task: 'similarities' },
      schema: {
        summary: 'How well each text fits each image, and where',
        description: 'With accept: image/png, a request for one image answers the map of one text over that image.',
        tags: ['inference'],
        body: SimilaritiesBodySchema,
        response: { 200: pictureOr(SimilaritiesReplySchema) },
      },
      preValidation: normaliseBody(SimilaritiesBodySchema, 'images'),
    },
    (request, reply) => {
      const wanted = negotiate(request.headers.accept, ['application/json', 'image/png'])
      const { body } = request
      const places = placeImages(body)
      const task = readTask(context, request, { body, places })
      return withPlaces(places, (): Promise<Buffer | SimilaritiesReply> =>
        wanted === 'image/png'
          ? answerPicture(context, { task, body, reply })
          : answerList(context, { task, body, reply }),
      )
    },
  )
}

interface Exchange {
  readonly task: SimilaritiesRequest
  readonly body: SimilaritiesBody
  readonly reply: FastifyReply
}

function readTask(
  { services, http }: RouteContext,
  request: FastifyRequest,
  { body, places }: { readonly body: SimilaritiesBody; readonly places: readonly PlacedImage[] },
): SimilaritiesRequest {
  checkTexts(placeTexts('texts', body.texts), http)
  return {
    demand: demandOf(request, { ...services, ...http }, body.deterministic),
    images: readImages(places, http),
    texts: body.texts,
    maps: body.maps ?? false,
    ...(body.model !== undefined && { model: body.model }),
    ...(body.mode !== undefined && { mode: body.mode }),
  }
}

async function answerList(context: RouteContext, { task, body, reply }: Exchange): Promise<SimilaritiesReply> {
  const format = body.map_format ?? 'grid'
  if (task.maps) checkMapCount(task.images.length * task.texts.length, format, context.http)
  const answer = await context.services.predict.similarities(task)
  const replyOf = async (item: Similarity): Promise<SimilarityReply> => {
    const png = format === 'grid' ? undefined : await drawWords(context, { task, body, answer, item })
    return similarityReply(item, format !== 'png', png)
  }
  addAnswerHeaders(reply, answer)
  return {
    object: 'list',
    data: await Promise.all(answer.result.items.map(replyOf)),
    model: identityReply(answer.model),
    usage: usageReply(answer.result.usage),
  }
}

async function answerPicture(context: RouteContext, { task, body, reply }: Exchange): Promise<Buffer> {
  const text = body.map_for ?? task.texts[0]!
  if (task.images.length > 1) throw new AppError('invalid_option', 'A picture is answered for one image only.')
  if (!task.texts.includes(text)) throw new AppError('invalid_option', 'map_for is none of the texts.')
  const answer = await context.services.predict.similarities({ ...task, texts: [text], maps: true })
  const [item] = answer.result.items
  const png = item && (await drawWords(context, { task, body, answer, item }))
  if (png === undefined) throw new AppError('internal', 'A map was asked for and none came. This is a bug.')
  addAnswerHeaders(reply, answer)
  void reply.type('image/png')
  return Buffer.from(png)
}

interface Drawing {
  readonly task: SimilaritiesRequest
  readonly body: SimilaritiesBody
  readonly answer: Answer<SimilaritiesResult>
  readonly item: Similarity
}

function drawWords({ services }: RouteContext, drawing: Drawing): Promise<Uint8Array> | undefined {
  const { task, body, answer, item } = drawing
  const { map, image } = item
  if (map === undefined) return undefined
  return drawMap(
    services.images,
    { ...map, word: body.map_word },
    {
      film: { bytes: task.images[image]!, geometry: answer.geometries[image]! },
      style: body.map_style ?? 'overlay',
      signal: task.demand.signal,
    },
  )
}

function similarityReply(item: Similarity, hasValues: boolean, png: Uint8Array | undefined): SimilarityReply {
  const { image, text, score, global, local, map } = item
  return {
    object: 'similarity',
    image,
    text,
    score,
    ...(global !== undefined && { global }),
    ...(local !== undefined && { local }),
    ...(map !== undefined && { map: wordMapsReply(map, hasValues, png) }),
  }
}

function wordMapsReply(
  map: WordMaps,
  hasValues: boolean,
  png: Uint8Array | undefined,
): NonNullable<SimilarityReply['map']> {
  const [rows, columns] = map.grid
  return {
    rows,
    columns,
    kind: map.kind,
    words: [...map.words],
    ...(hasValues && { values: toRows(map.values, rows * columns) }),
    ...(png !== undefined && { png: toBase64Png(png) }),
  }
}
