/** What the two endpoints for images share: from a request that was read to the answer in the form that was asked for. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../errors.js'
import type { Answer } from '../flows/answer.js'
import type { GenerationProgress, GenerationsResult } from '../flows/generate.js'
import type { PictureFormat } from '../imaging/mark/marked-picture.js'
import type { SyntheticSource } from '../imaging/mark/source.js'
import { negotiate } from './accept.js'
import { syntheticObject } from '../hospital/dicom/secondary-capture.js'
import { algorithmOf, DICOM, pixelsOf, sendObject } from './dicom-reply.js'
import { encodePictures, encodePreview, pictureStyle, type PictureStyle } from './generation-pictures.js'
import { imagesReply, type Made } from './generation-reply.js'
import { openAiEvents, progressEvents, type GenerationEvents } from './generation-stream.js'
import { openAiShape } from './problem.js'
import { progressSink } from './progress.js'
import { addAnswerHeaders, noteModel } from './replies.js'
import type { RouteContext } from './routes/route.js'
import type { GenerationsBody } from './schemas/images.js'
import type { ImagesReply } from './schemas/images-reply.js'
import { EVENT_STREAM, streamEvents, type EventSink } from './sse.js'

export interface ImagesErrand {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly body: GenerationsBody
  readonly name: 'image_generation' | 'image_edit'
  readonly source: SyntheticSource
  /** Asks the flow. */
  readonly make: (progress: ProgressOptions) => Promise<Answer<GenerationsResult>>
}

const JOB_PROGRESS_MS = 100

export interface ProgressOptions {
  readonly previewEvery?: number
  readonly onProgress?: (progress: GenerationProgress) => void
  readonly progressEveryMs?: number
}

/** JSON, a stream of events or the picture itself, as `stream` and `accept` say. */
export function answerImages(context: RouteContext, errand: ImagesErrand): Promise<ImagesReply | Buffer | undefined> {
  const { request, body } = errand
  const form = formOf(request, body)
  const style = pictureStyle(body, form.format, errand.source)
  switch (form.kind) {
    case 'json':
      return answerJson(context, errand, style)
    case 'picture':
      return answerPicture(context, errand, style)
    case 'object':
      return answerObject(context, errand, style)
    case 'openai_events':
    case 'events':
      return answerEvents(context, errand, { style, isOpenAi: form.kind === 'openai_events' })
  }
}

type Form = {
  readonly kind: 'json' | 'picture' | 'object' | 'events' | 'openai_events'
  readonly format: PictureFormat
}

/** Throws `not_acceptable` where `accept` and the output format exclude each other. */
function formOf({ headers }: FastifyRequest, { stream, n, output_format: format }: GenerationsBody): Form {
  const pictures =
    format === undefined ? (['image/png', 'image/jpeg', 'image/webp'] as const) : ([`image/${format}`] as const)
  if (stream === true) {
    negotiate(headers.accept, [EVENT_STREAM, 'application/json'])
    return { kind: 'openai_events', format: format ?? 'png' }
  }
  const wanted = negotiate(headers.accept, ['application/json', ...pictures, EVENT_STREAM, DICOM])
  if (wanted === 'application/json') return { kind: 'json', format: format ?? 'png' }
  if (wanted === EVENT_STREAM) return { kind: 'events', format: format ?? 'png' }
  if (n !== undefined && n > 1) throw new AppError('invalid_option', 'A picture is answered for n = 1 only.')
  if (wanted === DICOM) return { kind: 'object', format: 'png' }
  return { kind: 'picture', format: wanted.slice('image/'.length) as PictureFormat }
}

async function answerJson(context: RouteContext, errand: ImagesErrand, style: PictureStyle): Promise<ImagesReply> {
  const made = await make(context, errand, { style, ...toldProgress() })
  addAnswerHeaders(errand.reply, made.answer)
  return imagesReply(made)
}

async function answerPicture(context: RouteContext, errand: ImagesErrand, style: PictureStyle): Promise<Buffer> {
  const made = await make(context, errand, { style, ...toldProgress() })
  const [image] = made.answer.result.images
  const [file] = made.files
  if (image === undefined || file === undefined)
    throw new AppError('internal', 'A picture was asked for and none came. This is a bug.')
  addAnswerHeaders(errand.reply, made.answer)
  void errand.reply.type(`image/${style.format}`).header('x-seed', String(image.seed))
  return Buffer.from(file.bytes.buffer, file.bytes.byteOffset, file.bytes.byteLength)
}

/** A Secondary Capture of nobody; the picture's own marks are in its pixels only where a banner was asked for. */
async function answerObject(context: RouteContext, errand: ImagesErrand, style: PictureStyle): Promise<Buffer> {
  const { answer, files } = await make(context, errand, { style, ...toldProgress() })
  const [image] = answer.result.images
  const [file] = files
  if (image === undefined || file === undefined)
    throw new AppError('internal', 'A picture was asked for and none came. This is a bug.')
  const object = syntheticObject({
    algorithm: algorithmOf(answer, context.services),
    pixels: await pixelsOf(file.bytes),
    parameters: { seed: String(image.seed), pixels_sha256: image.pixelsSha256, source: errand.source },
    hasBanner: style.banner !== undefined,
  })
  void errand.reply.header('x-seed', String(image.seed))
  return sendObject(errand.reply, answer, object)
}

async function answerEvents(
  context: RouteContext,
  errand: ImagesErrand,
  { style, isOpenAi }: { readonly style: PictureStyle; readonly isOpenAi: boolean },
): Promise<undefined> {
  const { request, reply } = errand
  const options = { heartbeatMs: context.http.eventHeartbeatMs, shape: openAiShape }
  await streamEvents(request, reply, options, async (sink) => {
    const events = isOpenAi ? openAi(context, errand, { style, sink }) : ours(context, errand, { style, sink })
    const tellJob = toldProgress().onProgress
    const made = await make(context, errand, {
      style,
      ...(events.previewEvery !== undefined && { previewEvery: events.previewEvery }),
      onProgress: (progress) => {
        tellJob?.(progress)
        events.onProgress(progress)
      },
    })
    noteModel(request, made.answer.model)
    await events.flush()
    await events.finish(imagesReply(made))
  })
}

interface Stage {
  readonly style: PictureStyle
  readonly sink: EventSink
}

function ours({ services }: RouteContext, { request, body }: ImagesErrand, { style, sink }: Stage): GenerationEvents {
  const encoding = {
    images: services.images,
    style: { ...style, format: 'png' as const },
    signal: request.exchange.signal,
  }
  return progressEvents({
    sink,
    encode: (preview) => encodePreview(preview, encoding),
    ...(body.preview_every !== undefined && { previewEvery: body.preview_every }),
  })
}

function openAi({ services }: RouteContext, errand: ImagesErrand, { style, sink }: Stage): GenerationEvents {
  const { request, body, name } = errand
  const encoding = { images: services.images, style, signal: request.exchange.signal }
  return openAiEvents({
    ...{ sink, name, outputFormat: style.format, partialImages: body.partial_images ?? 0 },
    encode: (preview) => encodePreview(preview, encoding),
  })
}

async function make(
  { services }: RouteContext,
  errand: ImagesErrand,
  { style, ...progress }: ProgressOptions & { readonly style: PictureStyle },
): Promise<Made> {
  const answer = await errand.make(progress)
  const startMs = services.clock.nowMs()
  const { signal } = errand.request.exchange
  const files = await encodePictures(answer, { images: services.images, style, signal })
  return { answer, files, style, encodeMs: services.clock.nowMs() - startMs }
}

/** For whoever waits for the request as a job: only the last step that is done can be looked at. */
function toldProgress(): ProgressOptions {
  const sink = progressSink()
  if (sink === undefined) return {}
  return { onProgress: ({ step, of, etaMs }) => sink({ step, of, etaMs }), progressEveryMs: JOB_PROGRESS_MS }
}
