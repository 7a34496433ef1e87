/** Masks of one film as a DICOM object. */
import { createHash } from 'node:crypto'
import { AppError } from '../errors.js'
import type { Segmentation } from '../flows/segment.js'
import { segmentationObject, type ObjectSegment } from '../hospital/dicom/segmentation-object.js'
import { readSourceFilm } from '../hospital/dicom/source-film.js'
import { algorithmOf, onlyDicomFilm, overlayFile, sendObject } from './dicom-reply.js'
import type { RouteContext } from './routes/route.js'
import type { SegmentationsExchange } from './routes/segmentations.js'
import type { HttpServices } from './services.js'

export async function answerSegmentationObject(
  { services }: RouteContext,
  { task, body, reply }: SegmentationsExchange,
): Promise<Buffer> {
  return body.dicom_object === 'secondary_capture'
    ? answerOverlay(services, { task, body, reply })
    : answerSegments(services, { task, body, reply })
}

async function answerOverlay(services: HttpServices, { task, reply }: SegmentationsExchange): Promise<Buffer> {
  const film = readSourceFilm(onlyDicomFilm(task.images))
  if (task.texts.length > 1) throw new AppError('invalid_option', 'An overlay is answered for one text only.')
  const answer = await services.predict.segmentations({ ...task, parts: ['overlay'] })
  const png = answer.result.items[0]?.overlay
  if (png === undefined) throw new AppError('internal', 'An overlay was asked for and none came. This is a bug.')
  return sendObject(reply, answer, await overlayFile(answer.model, services, { film, png, description: 'Overlay' }))
}

async function answerSegments(services: HttpServices, { task, body, reply }: SegmentationsExchange): Promise<Buffer> {
  const film = readSourceFilm(onlyDicomFilm(task.images))
  const isBinary = body.dicom_object !== 'fractional_segmentation'
  const part = isBinary ? 'mask_bits' : 'probability_8bit'
  const answer = await services.predict.segmentations({ ...task, parts: [part] })
  const { items } = answer.result
  const segments = items.map((item): ObjectSegment => ({
    description: describe(task.texts[item.text]!, body.embed_text ?? false),
    threshold: item.threshold,
    frame: frameOf(item),
  }))
  const file = segmentationObject({
    ...{ film, segments, size: items[0]!.size },
    algorithm: algorithmOf(answer.model, services),
    kind: isBinary ? 'BINARY' : 'FRACTIONAL',
  })
  return sendObject(reply, answer, file)
}

/** A short text (ST) has 1024 characters. */
function describe(text: string, isEmbedded: boolean): string {
  return isEmbedded ? text.slice(0, 1024) : `sha256 of the text: ${createHash('sha256').update(text).digest('hex')}`
}

function frameOf({ maskBits, probability8Bit }: Segmentation): Uint8Array {
  const frame = maskBits ?? probability8Bit
  if (frame === undefined) throw new AppError('internal', 'A frame was asked for and none came. This is a bug.')
  return frame
}
