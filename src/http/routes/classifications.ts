import type { FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../../errors.js'
import type { Answer } from '../../flows/answer.js'
import type { LabelLimits } from '../../flows/label-limits.js'
import type { ClassificationsRequest } from '../../flows/predict.js'
import type { ClassificationsResult, LabelMap, LabelScore } from '../../families/dual-encoder/classifications.js'
import { negotiate } from '../accept.js'
import { readSourceFilm } from '../../hospital/dicom/source-film.js'
import { DICOM, onlyDicomFilm, overlayFile, sendObject } from '../dicom-reply.js'
import { classificationsBundle, FHIR_JSON } from '../fhir-reply.js'
import { drawMap, toBase64Png } from '../maps.js'
import type { HttpOptions } from '../options.js'
import { normaliseBody } from '../plugins/bodies.js'
import { demandOf } from '../plugins/request-context.js'
import { placeImages, placeStudy, readImages, withPlaces, type PlacedImage } from '../read-images.js'
import { checkTexts, placeTexts, type PlacedText } from '../read-texts.js'
import { addAnswerHeaders, identityReply, usageReply, viewSharesReply } from '../replies.js'
import { readStudyFilms, sendScores } from '../report-object.js'
import {
  ClassificationsBodySchema,
  ClassificationsReplySchema,
  type ClassificationsBody,
  type ClassificationsReply,
  type LabelReply,
} from '../schemas/classifications.js'
import { binary, pictureOr } from '../schemas/shared.js'
import { fhirBundleContent } from '../schemas/fhir.js'
import type { RouteContext, Scope } from './route.js'

type MapReply = NonNullable<LabelReply['map']>

export function addClassifications(scope: Scope, context: RouteContext): void {
  const answers = pictureOr(ClassificationsReplySchema)
  const object = binary('A Comprehensive 3D SR of template 1500.')
  scope.post(
    '/classifications',
    {
      config: { imagesField: 'images', task: 'classifications' },
      schema: {
        summary: 'Zero-shot scores of labels',
        description:
          'At most one of label_set, labels and prompts; images, or the films of one study for one answer. With accept: ' +
          'image/png, a request for one image answers the map of one label over that image; with accept: ' +
          `${FHIR_JSON}, a FHIR R4 Bundle.`,
        tags: ['inference'],
        body: ClassificationsBodySchema,
        response: {
          200: { ...answers, content: { ...answers.content, [FHIR_JSON]: fhirBundleContent, [DICOM]: object } },
        },
      },
      preValidation: normaliseBody(ClassificationsBodySchema, 'images'),
    },
    (request, reply) => {
      const wanted = negotiate(request.headers.accept, ['application/json', 'image/png', FHIR_JSON, DICOM])
      const { body } = request
      const study = placeStudy(body)
      const places = study ?? placeImages(body)
      const task = readTask(context, request, { body, places, isStudy: study !== undefined })
      const exchange = { task, body, reply }
      return withPlaces(places, (): Promise<Buffer | ClassificationsReply> => {
        if (wanted === DICOM) return answerObject(context, exchange)
        if (wanted === FHIR_JSON) return answerFhir(context, exchange)
        return wanted === 'image/png' ? answerPicture(context, exchange) : answerList(context, exchange)
      })
    },
  )
}

interface Exchange {
  readonly task: ClassificationsRequest
  readonly body: ClassificationsBody
  readonly reply: FastifyReply
}

/** A body and the images that it is about. */
interface Placed {
  readonly body: ClassificationsBody
  readonly places: readonly PlacedImage[]
  readonly isStudy: boolean
}

function readTask(
  { services, http }: RouteContext,
  request: FastifyRequest,
  { body, places, isStudy }: Placed,
): ClassificationsRequest {
  checkTexts(readLabels(body), http)
  const { model, label_set, labels, prompts, prompt_aggregation, activation, view_weights } = body
  return {
    demand: demandOf(request, { ...services, ...http }, body.deterministic),
    images: readImages(places, http),
    isStudy,
    maps: body.maps ?? false,
    limits: labelLimits(http, body),
    ...(model !== undefined && { model }),
    ...(label_set !== undefined && { labelSet: label_set }),
    ...(labels !== undefined && { labels }),
    ...(prompts !== undefined && { prompts }),
    ...(prompt_aggregation !== undefined && { promptAggregation: prompt_aggregation }),
    ...(activation !== undefined && { activation }),
    ...(view_weights !== undefined && { viewWeights: view_weights }),
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
  const answer = await context.services.predict.classifications(task)
  const { items, scoreKind, labelSet, note, usage } = answer.result
  const mapReply = async (map: LabelMap, image: number): Promise<MapReply> => {
    const { map_format: format = 'grid' } = body
    const png = format === 'grid' ? undefined : await drawLabel(context, { task, body, answer, map, image })
    return labelMapReply(map, format !== 'png', png)
  }
  const data = items.map(async ({ image, labels, shares, warnings }) => ({
    object: 'classification' as const,
    index: image,
    labels: await Promise.all(labels.map((label) => labelReply(label, image, mapReply))),
    ...(shares && viewSharesReply(shares)),
    ...(warnings && { warnings: [...warnings] }),
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

/** One image, or one study: a structured report has one subject. */
async function answerObject(context: RouteContext, exchange: Exchange): Promise<Buffer> {
  const { services } = context
  const { task, body, reply } = exchange
  if (body.dicom_object === 'secondary_capture') {
    const film = readSourceFilm(onlyDicomFilm(task.images))
    const { answer, png } = await drawBest(context, exchange)
    const description = body.map_style === 'heat_map' ? 'Heat map' : 'Overlay'
    return sendObject(reply, answer, await overlayFile(answer, services, { film, png, description }))
  }
  if (task.isStudy !== true) onlyDicomFilm(task.images)
  const films = readStudyFilms(task.images)
  const answer = await services.predict.classifications({ ...task, maps: false })
  return sendScores(answer, { services, reply, films })
}

async function answerPicture(context: RouteContext, exchange: Exchange): Promise<Buffer> {
  const { answer, png } = await drawBest(context, exchange)
  addAnswerHeaders(exchange.reply, answer)
  void exchange.reply.type('image/png')
  return Buffer.from(png)
}

async function answerFhir({ services }: RouteContext, { task, reply }: Exchange): Promise<Buffer> {
  const answer = await services.predict.classifications({ ...task, maps: false })
  const errand = { reply, answer, images: task.images, serviceVersion: services.version }
  return classificationsBundle(errand, task.isStudy === true)
}

/** The map of the label that is asked for, or of the best one. */
async function drawBest(context: RouteContext, { task, body }: Exchange) {
  if (task.images.length > 1) throw new AppError('invalid_option', 'A picture is answered for one image only.')
  const answer = await context.services.predict.classifications({ ...task, maps: true })
  const labels = answer.result.items[0]?.labels ?? []
  const label = body.map_for === undefined ? labels[0] : labels.find((found) => found.label === body.map_for)
  if (label === undefined) throw new AppError('invalid_option', 'map_for is none of the labels.')
  const map = label.map ?? label.maps?.[0]
  if (map === undefined) throw new AppError('internal', 'A map was asked for and none came. This is a bug.')
  return { answer, png: await drawLabel(context, { task, body, answer, map, image: 0 }) }
}

interface Drawing {
  readonly task: ClassificationsRequest
  readonly body: ClassificationsBody
  readonly answer: Answer<ClassificationsResult>
  readonly map: LabelMap
  readonly image: number
}

function drawLabel({ services }: RouteContext, drawing: Drawing): Promise<Uint8Array> {
  const { task, body, answer, map, image } = drawing
  return drawMap(services.images, map, {
    film: { bytes: task.images[image]!, geometry: answer.geometries[image]! },
    style: body.map_style ?? 'overlay',
    signal: task.demand.signal,
  })
}

/** `mapReply` writes the map of one film; a study has one for each. */
async function labelReply(
  { label, score, logit, prompts, map, maps }: LabelScore,
  image: number,
  mapReply: (map: LabelMap, image: number) => Promise<MapReply>,
): Promise<LabelReply> {
  return {
    label,
    score,
    logit,
    ...(prompts && { prompts: prompts.map(({ isNegative, ...prompt }) => ({ ...prompt, negative: isNegative })) }),
    ...(map && { map: await mapReply(map, image) }),
    ...(maps && { maps: await Promise.all(maps.map(mapReply)) }),
  }
}

function labelMapReply({ grid, kind, text, values }: LabelMap, hasValues: boolean, png?: Uint8Array): MapReply {
  return {
    rows: grid[0],
    columns: grid[1],
    kind,
    text,
    ...(hasValues && { values: Array.from(values) }),
    ...(png !== undefined && { png: toBase64Png(png) }),
  }
}
