import type { FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../../errors.js'
import type { SegmentationsRequest } from '../../flows/segment.js'
import type { SegmentPart } from '../../imaging/mask/segment.js'
import { negotiate } from '../accept.js'
import { DICOM } from '../dicom-reply.js'
import { FHIR_JSON, segmentationsBundle } from '../fhir-reply.js'
import { checkMapCount } from '../maps.js'
import { normaliseBody } from '../plugins/bodies.js'
import { demandOf } from '../plugins/request-context.js'
import { placeImages, readImages, withPlaces, type PlacedImage } from '../read-images.js'
import { checkTexts, placeTexts, type PlacedText } from '../read-texts.js'
import { addAnswerHeaders, identityReply, usageReply } from '../replies.js'
import {
  SegmentationsBodySchema,
  SegmentationsReplySchema,
  type SegmentationsBody,
  type SegmentationsReply,
} from '../schemas/segmentations.js'
import { fhirBundleContent } from '../schemas/fhir.js'
import { binary, pictureOr } from '../schemas/shared.js'
import { answerSegmentationObject } from '../segmentation-object.js'
import { segmentationReply } from '../segmentation-reply.js'
import type { RouteContext, Scope } from './route.js'

/** Not registered with IANA; what clients of NumPy's files send and take. */
export const NPY_MEDIA_TYPE = 'application/x-npy'

export function addSegmentations(scope: Scope, context: RouteContext): void {
  const answers = pictureOr(SegmentationsReplySchema)
  const npy = binary('float32[height, width] of probabilities.')
  const object = binary(
    'A Segmentation object, a presentation state of outlines, or a Secondary Capture of the overlay.',
  )
  scope.post(
    '/segmentations',
    {
      config: { imagesField: 'images', task: 'segmentations' },
      schema: {
        summary: 'Masks of what texts name, in the pixels of the film',
        description:
          'A request for one image and one text can be answered as image/png (overlay, mask or probabilities) or as ' +
          `${NPY_MEDIA_TYPE} (probabilities); one for one DICOM film as ${DICOM}. With accept: ${FHIR_JSON}, a FHIR R4 Bundle of areas.`,
        tags: ['inference'],
        body: SegmentationsBodySchema,
        response: {
          200: {
            ...answers,
            content: { ...answers.content, [NPY_MEDIA_TYPE]: npy, [FHIR_JSON]: fhirBundleContent, [DICOM]: object },
          },
        },
      },
      preValidation: normaliseBody(SegmentationsBodySchema, 'images'),
    },
    (request, reply) => {
      const wanted = negotiate(request.headers.accept, [
        'application/json',
        'image/png',
        NPY_MEDIA_TYPE,
        FHIR_JSON,
        DICOM,
      ])
      const { body } = request
      const task = readTask(context, request, body)
      return withPlaces(placeImages(body), (): Promise<Buffer | SegmentationsReply> => {
        if (wanted === 'application/json') return answerList(context, { task, body, reply })
        if (wanted === DICOM) return answerSegmentationObject(context, { task, body, reply })
        if (wanted === FHIR_JSON) return answerFhir(context, { task, body, reply })
        return answerFile(context, { task, body, reply }, wanted)
      })
    },
  )
}

export interface SegmentationsExchange {
  readonly task: Omit<SegmentationsRequest, 'parts'>
  readonly body: SegmentationsBody
  readonly reply: FastifyReply
}

function readTask({ services, http }: RouteContext, request: FastifyRequest, body: SegmentationsBody) {
  const texts = readTexts(body)
  checkTexts(texts, http)
  const films = placeImages(body)
  const truths = readTruths(body, films.length * texts.length)
  checkMapCount(films.length * texts.length, 'png', http)
  const files = readImages([...films, ...truths], http)
  const { model, threshold, fill_holes, min_area_px, largest, pixel_spacing, patient_left } = body
  return {
    demand: demandOf(request, { ...services, ...http }, body.deterministic),
    images: files.slice(0, films.length),
    texts: texts.map(({ text }) => text),
    ...(truths.length > 0 && { truths: files.slice(films.length) }),
    ...(model !== undefined && { model }),
    ...(threshold !== undefined && { threshold }),
    ...(fill_holes !== undefined && { fillHoles: fill_holes }),
    ...(min_area_px !== undefined && { minAreaPx: min_area_px }),
    ...(largest !== undefined && { largest }),
    ...(pixel_spacing !== undefined && { spacingMm: [pixel_spacing[0]!, pixel_spacing[1]!] as const }),
    ...(patient_left !== undefined && { patientLeft: patient_left }),
  }
}

function readTexts({ text, texts }: SegmentationsBody): PlacedText[] {
  const single = text === undefined ? [] : [{ pointer: '/text', text }]
  const all = [...single, ...placeTexts('texts', texts ?? [])]
  if (all.length > 0) return all
  const fields = [{ pointer: '/text', detail: 'is required' }]
  throw new AppError('malformed_body', 'The request says nothing that should be outlined.', { details: { fields } })
}

function readTruths({ ground_truth: single, ground_truths: listed = [] }: SegmentationsBody, answers: number) {
  const truths: PlacedImage[] = [
    ...(single === undefined ? [] : [{ pointer: '/ground_truth', input: single }]),
    ...listed.map((input, index) => ({ pointer: `/ground_truths/${index}`, input })),
  ]
  if (truths.length === 0 || truths.length === answers) return truths
  const detail = `must be as many as there are answers: ${answers}, every text of every image`
  throw new AppError('malformed_body', 'The ground truths do not fit the images and texts.', {
    details: { fields: [{ pointer: truths[0]!.pointer, detail }] },
  })
}

async function answerList(
  context: RouteContext,
  { task, body, reply }: SegmentationsExchange,
): Promise<SegmentationsReply> {
  const answer = await context.services.predict.segmentations({
    ...task,
    parts: partsOf(body),
    // In JSON they are one text, made in one turn of the event loop; a file by itself is not.
    maxMapPixels: context.http.maxMapPixels,
  })
  addAnswerHeaders(reply, answer)
  return {
    object: 'list',
    data: answer.result.items.map((item, index) => segmentationReply(item, index)),
    connectivity: 8,
    model: identityReply(answer.model),
    usage: usageReply(answer.result.usage),
  }
}

async function answerFhir({ services }: RouteContext, { task, reply }: SegmentationsExchange): Promise<Buffer> {
  const answer = await services.predict.segmentations({ ...task, parts: [] })
  return segmentationsBundle({ reply, answer, images: task.images, serviceVersion: services.version })
}

function partsOf({ output, mask_format: mask = 'both', probability_format: map = 'png' }: SegmentationsBody) {
  const wanted = output ?? ['mask', 'contours']
  const parts: (readonly [holds: boolean, part: SegmentPart])[] = [
    [wanted.includes('mask') && mask !== 'png', 'rle'],
    [wanted.includes('mask') && mask !== 'rle', 'mask_png'],
    [wanted.includes('contours'), 'contours'],
    [wanted.includes('probabilities'), map === 'png' ? 'probability_png' : 'probability_npy'],
  ]
  return parts.flatMap(([holds, part]) => (holds ? [part] : []))
}

const PICTURES = { overlay: 'overlay', mask: 'mask_png', probabilities: 'probability_png' } as const

async function answerFile(
  context: RouteContext,
  { task, body, reply }: SegmentationsExchange,
  mediaType: 'image/png' | typeof NPY_MEDIA_TYPE,
): Promise<Buffer> {
  if (task.images.length > 1 || task.texts.length > 1)
    throw new AppError('invalid_option', 'A picture is answered for one image and one text only.')
  const part = mediaType === NPY_MEDIA_TYPE ? 'probability_npy' : PICTURES[body.picture ?? 'overlay']
  const answer = await context.services.predict.segmentations({ ...task, parts: [part] })
  const [item] = answer.result.items
  const file = item?.overlay ?? item?.maskPng ?? item?.probabilityPng ?? item?.probabilityNpy
  if (file === undefined) throw new AppError('internal', 'A picture was asked for and none came. This is a bug.')
  addAnswerHeaders(reply, answer)
  const codes = item?.warnings.map(({ code }) => code) ?? []
  if (codes.length > 0) void reply.header('x-warnings', codes.join(', '))
  void reply.type(mediaType)
  return Buffer.from(file.buffer, file.byteOffset, file.byteLength)
}
