/** Masks of one film as a DICOM object. */
import { createHash } from 'node:crypto'
import { AppError } from '../errors.js'
import type { Segmentation } from '../flows/segment.js'
import { readFilmGray } from '../hospital/dicom/film-gray.js'
import { presentationState, type OutlinedSegment } from '../hospital/dicom/presentation-state.js'
import { segmentationObject, type ObjectSegment } from '../hospital/dicom/segmentation-object.js'
import { readSourceFilm } from '../hospital/dicom/source-film.js'
import { algorithmOf, onlyDicomFilm, overlayFile, sendObject } from './dicom-reply.js'
import type { RouteContext } from './routes/route.js'
import type { SegmentationsExchange } from './routes/segmentations.js'
import type { SegmentationsBody } from './schemas/segmentations.js'
import type { HttpServices } from './services.js'

export async function answerSegmentationObject(
  { services }: RouteContext,
  { task, body, reply }: SegmentationsExchange,
): Promise<Buffer> {
  if (body.dicom_object === 'secondary_capture') return answerOverlay(services, { task, body, reply })
  if (body.dicom_object === 'presentation_state') return answerOutlines(services, { task, body, reply })
  return answerSegments(services, { task, body, reply })
}

async function answerOverlay(services: HttpServices, { task, reply }: SegmentationsExchange): Promise<Buffer> {
  const film = readSourceFilm(onlyDicomFilm(task.images))
  if (task.texts.length > 1) throw new AppError('invalid_option', 'An overlay is answered for one text only.')
  const answer = await services.predict.segmentations({ ...task, parts: ['overlay'] })
  const png = answer.result.items[0]?.overlay
  if (png === undefined) throw new AppError('internal', 'An overlay was asked for and none came. This is a bug.')
  return sendObject(reply, answer, await overlayFile(answer, services, { film, png, description: 'Overlay' }))
}

async function answerSegments(services: HttpServices, { task, body, reply }: SegmentationsExchange): Promise<Buffer> {
  const film = readSourceFilm(onlyDicomFilm(task.images))
  const isBinary = body.dicom_object !== 'fractional_segmentation'
  const part = isBinary ? 'mask_bits' : 'probability_8bit'
  const answer = await services.predict.segmentations({ ...task, parts: [part] })
  const { items } = answer.result
  const segments = items.map((item): ObjectSegment => ({
    ...namesOf(item, task.texts[item.text]!, body),
    ...(item.coding && { coding: item.coding }),
    threshold: item.threshold,
    frame: frameOf(item),
  }))
  const file = segmentationObject({
    ...{ film, segments, size: items[0]!.size },
    algorithm: algorithmOf(answer, services),
    kind: isBinary ? 'BINARY' : 'FRACTIONAL',
  })
  return sendObject(reply, answer, file)
}

async function answerOutlines(services: HttpServices, { task, body, reply }: SegmentationsExchange): Promise<Buffer> {
  const file = onlyDicomFilm(task.images)
  const [film, gray] = [readSourceFilm(file), readFilmGray(file)]
  const answer = await services.predict.segmentations({ ...task, parts: ['contours'] })
  const { items } = answer.result
  const segments = items.map((item): OutlinedSegment => ({
    label: namesOf(item, task.texts[item.text]!, body).label,
    description: body.embed_text === true ? printable(task.texts[item.text]!) : digestOf(task.texts[item.text]!),
    outlines: item.regions.flatMap(({ contours }) =>
      contours === undefined ? [] : [contours.outer, ...contours.holes],
    ),
  }))
  const state = presentationState({
    ...{ film, gray, segments, size: items[0]!.size },
    algorithm: algorithmOf(answer, services),
  })
  return sendObject(reply, answer, state)
}

/** What a segment is called, and what is told of its text, which may name somebody. A short text (ST) has 1024 characters. */
function namesOf(
  { text: at, coding }: Segmentation,
  text: string,
  { embed_text: isEmbedded = false }: SegmentationsBody,
): Pick<ObjectSegment, 'label' | 'description'> {
  if (isEmbedded) return { label: printable(text).slice(0, 64), description: printable(text).slice(0, 1024) }
  return {
    label: `${coding?.label ?? 'Segment'} ${at + 1}`,
    description: `sha256 of the text: ${digestOf(text)}`,
  }
}

/** Without what would end a value or begin another one. */
function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\\]/gu, ' ')
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function frameOf({ maskBits, probability8Bit }: Segmentation): Uint8Array {
  const frame = maskBits ?? probability8Bit
  if (frame === undefined) throw new AppError('internal', 'A frame was asked for and none came. This is a bug.')
  return frame
}
