import type { FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../../errors.js'
import type { Answer } from '../../flows/answer.js'
import type { LabelLimits } from '../../flows/label-limits.js'
import type { ClassificationsRequest } from '../../flows/predict.js'
import type { ClassificationsResult, LabelScore } from '../../families/dual-encoder/classifications.js'
import { negotiate } from '../accept.js'
import { drawMap, toBase64Png } from '../maps.js'
import type { HttpOptions } from '../options.js'
import { normaliseBody } from '../plugins/bodies.js'
import { demandOf } from '../plugins/request-context.js'
import { placeImages, readImages } from '../read-images.js'
import { checkTexts, placeTexts, type PlacedText } from '../read-texts.js'
import { addAnswerHeaders, identityReply, usageReply } from '../replies.js'
import {
  ClassificationsBodySchema,
  ClassificationsReplySchema,
  type ClassificationsBody,
  type ClassificationsReply,
  type LabelReply,
} from '../schemas/classifications.js'
import { pictureOr } from '../schemas/shared.js'
import type { RouteContext, Scope } from './route.js'

export function addClassifications(scope: Scope, context: RouteContext): void {
  scope.post(
    '/classifications',
    {
      config: { imagesField: 'images', task: 'classifications' },
      schema: {
        summary: 'Zero-shot scores of labels',
        description:
          'At most one of label_set, labels and prompts. With accept: image/png, a request for one image answers the ' +
          'map of one label over that image.',
        tags: ['inference'],
        body: ClassificationsBodySchema,
        response: { 200: pictureOr(ClassificationsReplySchema) },
      },
      preValidation: normaliseBody(ClassificationsBodySchema, 'images'),
    },
    (request, reply) => {
      const wanted = negotiate(request.headers.accept, ['application/json', 'image/png'])
      const task = readTask(context, request, request.body)
      return wanted === 'image/png'
        ? answerPicture(context, { task, body: request.body, reply })
        : answerList(context, { task, body: request.body, reply })
    },
  )
}

interface Exchange {
  readonly task: ClassificationsRequest
  readonly body: ClassificationsBody
  readonly reply: FastifyReply
}

function readTask(
  { services, http }: RouteContext,
  request: FastifyRequest,
  body: ClassificationsBody,
): ClassificationsRequest {
  checkTexts(readLabels(body), http)
  const { model, label_set, labels, prompts, prompt_aggregation, activation } = body
  return {
    demand: demandOf(request, { ...services, ...http }, body.deterministic),
    images: readImages(placeImages(body), http),
    maps: body.maps ?? false,
    limits: labelLimits(http, body),
    ...(model !== undefined && { model }),
    ...(label_set !== undefined && { labelSet: label_set }),
    ...(labels !== undefined && { labels }),
    ...(prompts !== undefined && { prompts }),
    ...(prompt_aggregation !== undefined && { promptAggregation: prompt_aggregation }),
    ...(activation !== undefined && { activation }),
  }
}

function labelLimits(http: HttpOptions, { map_format: format = 'grid' }: ClassificationsBody): LabelLimits {
  const key = format === 'grid' ? 'maxMaps' : 'maxMapPictures'
  return { maxTexts: http.maxTexts, maxMaps: http[key], mapsLimit: format === 'grid' ? 'MAX_MAPS' : 'MAX_MAP_PICTURES' }
}

/** The caller's own texts; throws `malformed_body` when the labels come in more than one way. */
function readLabels(body: ClassificationsBody): PlacedText[] {
  const [, second] = (['label_set', 'labels', 'prompts'] as const).filter((key) => body[key] !== undefined)
  if (second !== undefined) {
    const fields = [{ pointer: `/${second}`, detail: 'excludes the other ways to name labels' }]
    throw new AppError('malformed_body', 'Give one of label_set, labels and prompts.', { details: { fields } })
  }
  const prompts = Object.entries(body.prompts ?? {}).flatMap(([label, texts]) => placeTexts(`prompts/${label}`, texts))
  return [...placeTexts('labels', body.labels ?? []), ...prompts]
}

async function answerList(context: RouteContext, { task, body, reply }: Exchange): Promise<ClassificationsReply> {
  const format = body.map_format ?? 'grid'
  const answer = await context.services.predict.classifications(task)
  const { items, scoreKind, labelSet, note, usage } = answer.result
  const replyOf = async (label: LabelScore, image: number): Promise<LabelReply> => {
    const png = format === 'grid' ? undefined : await drawLabel(context, { task, body, answer, label, image })
    return labelReply(label, format !== 'png', png)
  }
  const data = items.map(async ({ image, labels }) => ({
    object: 'classification' as const,
    index: image,
    labels: await Promise.all(labels.map((label) => replyOf(label, image))),
  }))
  addAnswerHeaders(reply, answer)
  return {
    object: 'list',
    data: await Promise.all(data),
    model: identityReply(answer.model),
    score_kind: scoreKind,
    ...(labelSet !== undefined && { label_set: labelSet }),
    ...(note !== undefined && { note }),
    usage: usageReply(usage),
  }
}

async function answerPicture(context: RouteContext, { task, body, reply }: Exchange): Promise<Buffer> {
  if (task.images.length > 1) throw new AppError('invalid_option', 'A picture is answered for one image only.')
  const answer = await context.services.predict.classifications({ ...task, maps: true })
  const labels = answer.result.items[0]?.labels ?? []
  const label = body.map_for === undefined ? labels[0] : labels.find((found) => found.label === body.map_for)
  if (label === undefined) throw new AppError('invalid_option', 'map_for is none of the labels.')
  const png = await drawLabel(context, { task, body, answer, label, image: 0 })
  if (png === undefined) throw new AppError('internal', 'A map was asked for and none came. This is a bug.')
  addAnswerHeaders(reply, answer)
  void reply.type('image/png')
  return Buffer.from(png)
}

interface Drawing {
  readonly task: ClassificationsRequest
  readonly body: ClassificationsBody
  readonly answer: Answer<ClassificationsResult>
  readonly label: LabelScore
  readonly image: number
}

function drawLabel({ services }: RouteContext, drawing: Drawing): Promise<Uint8Array> | undefined {
  const { task, body, answer, label, image } = drawing
  if (label.map === undefined) return undefined
  return drawMap(services.images, label.map, {
    film: { bytes: task.images[image]!, geometry: answer.geometries[image]! },
    style: body.map_style ?? 'overlay',
    signal: task.demand.signal,
  })
}

function labelReply(item: LabelScore, hasValues: boolean, png: Uint8Array | undefined): LabelReply {
  const { label, score, logit, prompts, map } = item
  return {
    label,
    score,
    logit,
    ...(prompts && { prompts: prompts.map(({ isNegative, ...prompt }) => ({ ...prompt, negative: isNegative })) }),
    ...(map && {
      map: {
        rows: map.grid[0],
        columns: map.grid[1],
        kind: map.kind,
        text: map.text,
        ...(hasValues && { values: Array.from(map.values) }),
        ...(png !== undefined && { png: toBase64Png(png) }),
      },
    }),
  }
}
