import { AppError } from '../errors.js'
import { limitName, type HttpOptions } from './options.js'
import type { ImageInput } from './schemas/image.js'
import { Upload } from './upload.js'

export type ImageLimits = Pick<HttpOptions, 'maxImages' | 'maxImageBytes'>

/** One image as it was given and where, as an RFC 6901 pointer. */
export interface PlacedImage {
  readonly pointer: string
  readonly input: ImageInput
}

/** The files of all images of a request. Throws `malformed_body`, `malformed_image`, `too_large`, each with its place. */
export function readImages(images: readonly PlacedImage[], limits: ImageLimits): Uint8Array[] {
  if (images.length > limits.maxImages) {
    throw new AppError('too_large', `A request holds at most ${limits.maxImages} images.`, {
      details: { limit: limitName('maxImages') },
    })
  }
  return images.map((image) => readImage(image, limits.maxImageBytes))
}

/** Gives an error that says which image is at fault the place of that image in the body. */
export async function withPlaces<Result>(images: readonly PlacedImage[], work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    const at = error instanceof AppError ? error.details.image : undefined
    const place = at === undefined ? undefined : images[at]
    if (!(error instanceof AppError) || place === undefined) throw error
    const fields = [{ pointer: place.pointer, detail: error.message }]
    throw new AppError(error.code, error.message, { cause: error, details: { ...error.details, fields } })
  }
}

function readImage({ pointer, input }: PlacedImage, maxBytes: number): Uint8Array {
  const bytes = input instanceof Upload ? input.bytes : decodeJsonImage(pointer, input, maxBytes)
  if (bytes.byteLength > maxBytes) throw imageTooLarge(pointer, maxBytes)
  if (bytes.byteLength === 0) {
    const fields = [{ pointer, detail: 'is an image of no bytes' }]
    throw new AppError('malformed_image', 'The image is empty.', { details: { fields } })
  }
  return bytes
}

function decodeJsonImage(pointer: string, input: Exclude<ImageInput, Upload>, maxBytes: number): Uint8Array {
  if ('dicomweb' in input) throw new AppError('internal', 'An image was not fetched. This is a bug.')
  if ('data' in input) return decodeBase64(`${pointer}/data`, input.data, maxBytes)
  const comma = input.url.indexOf(',')
  const head = input.url.slice(0, comma + 1)
  if (/^data:[\w.+/-]*(;[\w.+-]+=[\w.+-]+)*;base64,$/i.test(head))
    return decodeBase64(`${pointer}/url`, input.url.slice(comma + 1), maxBytes)
  const detail = /^https?:/i.test(input.url)
    ? 'is a web address; this service fetches nothing, send the image itself'
    : 'must be a data: URL in base64'
  throw malformed(`${pointer}/url`, detail)
}

/** Node's decoder skips what is not base64, so a text that was not all base64 comes out too short. */
function decodeBase64(pointer: string, text: string, maxBytes: number): Uint8Array {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  const expectedBytes = (text.length / 4) * 3 - padding
  if (expectedBytes > maxBytes) throw imageTooLarge(pointer, maxBytes)
  if (text.length % 4 !== 0) throw malformed(pointer, 'is not base64: its length is no multiple of 4')
  const bytes = Buffer.from(text, 'base64')
  // The URL-safe alphabet is another encoding (RFC 4648 section 5), which Node's decoder takes too.
  if (bytes.length !== expectedBytes || text.includes('-') || text.includes('_'))
    throw malformed(pointer, 'is not base64')
  return bytes
}

function malformed(pointer: string, detail: string): AppError {
  return new AppError('malformed_body', 'An image cannot be read from the body.', {
    details: { fields: [{ pointer, detail }] },
  })
}

function imageTooLarge(pointer: string, maxBytes: number): AppError {
  const fields = [{ pointer, detail: `is larger than ${maxBytes} bytes` }]
  return new AppError('too_large', 'An image is too large.', { details: { limit: limitName('maxImageBytes'), fields } })
}

/**
 * The films of a body's `study` in order; `undefined` where it has none. Throws `malformed_body` when images of their
 * own stand beside it.
 */
export function placeStudy(body: {
  image?: ImageInput
  images?: ImageInput[]
  study?: ImageInput[]
}): PlacedImage[] | undefined {
  if (body.study === undefined) return undefined
  if (body.image !== undefined || body.images !== undefined) {
    throw malformed('/study', 'excludes image and images: it is one answer for all its films')
  }
  return body.study.map((input, index) => ({ pointer: `/study/${index}`, input }))
}

/** `image` and `images` of a body in one list. Throws `malformed_body` when both are missing. */
export function placeImages(body: { image?: ImageInput; images?: ImageInput[] }): PlacedImage[] {
  const single = body.image === undefined ? [] : [{ pointer: '/image', input: body.image }]
  const listed = (body.images ?? []).map((input, index) => ({ pointer: `/images/${index}`, input }))
  if (single.length + listed.length === 0) throw malformed('/images', 'is required')
  return [...single, ...listed]
}
