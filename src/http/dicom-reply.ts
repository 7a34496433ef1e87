/** What the routes share that answer with a DICOM object about the film that they were asked about. */
import type { FastifyReply } from 'fastify'
import { AppError } from '../errors.js'
import type { Answer } from '../flows/answer.js'
import type { Algorithm } from '../hospital/dicom/derived-object.js'
import { requireDicomFilm } from '../hospital/dicom/source-film.js'
import { overlayObject } from '../hospital/dicom/secondary-capture.js'
import type { SourceFilm } from '../hospital/dicom/source-film.js'
import { decodeRaster, type Raster } from '../imaging/raster.js'
import { addAnswerHeaders } from './replies.js'
import type { HttpServices } from './services.js'

export const DICOM = 'application/dicom'

/** The one film of the request. Throws `invalid_option` for several, `not_acceptable` for one that is not DICOM. */
export function onlyDicomFilm(films: readonly Uint8Array[]): Uint8Array {
  const [film] = films
  if (film === undefined || films.length > 1)
    throw new AppError('invalid_option', 'A DICOM object is answered for one image only.')
  requireDicomFilm(film)
  return film
}

/** What answered, and which pixels. `answer.films` are left out where an object must not point back to a film. */
export function algorithmOf(
  { model, files = [], films = [] }: Pick<Answer<unknown>, 'model' | 'files' | 'films'>,
  services: HttpServices,
): Algorithm {
  const { name, version, digest } = model
  const pixelSha256 = films.flatMap((film) => film.pixelSha256 ?? [])
  return { name, version, digest, serviceVersion: services.version, files, pixelSha256 }
}

export function sendObject(reply: FastifyReply, answer: Omit<Answer<unknown>, 'result'>, file: Buffer): Buffer {
  addAnswerHeaders(reply, answer)
  void reply.type(DICOM)
  return file
}

/** Of a picture of our own, whose film has passed the real limits. */
const ROOMY = { imageBytes: 2 ** 32, imagePixels: 2 ** 30 }

/** The pixels of a picture that this service has made, off this thread. */
export async function pixelsOf(png: Uint8Array): Promise<Raster> {
  return (await decodeRaster(png, ROOMY)).raster
}

export interface Overlay {
  readonly film: SourceFilm
  readonly png: Uint8Array
  readonly description: 'Overlay' | 'Heat map'
}

/** A picture about a film as a Secondary Capture in the film's study. */
export async function overlayFile(
  answer: Answer<unknown>,
  services: HttpServices,
  { film, png, description }: Overlay,
): Promise<Buffer> {
  return overlayObject({ film, description, algorithm: algorithmOf(answer, services), pixels: await pixelsOf(png) })
}
