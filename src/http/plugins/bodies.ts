import type { FastifyInstance, FastifyRequest, preValidationHookHandler } from 'fastify'
import type { TObject } from 'typebox'
import { AppError } from '../../errors.js'
import { parseJsonBody, readBody, refuseEncoded, type BodyLimits } from '../body.js'
import { bodyFromParts, bodyFromQuery, type ImagesField } from '../form.js'
import { parseMultipart } from '../multipart.js'
import { NDJSON } from '../ndjson.js'
import type { HttpOptions } from '../options.js'
import { Upload } from '../upload.js'

/** Files that a raw body may be. What it is in truth is said by its first bytes. */
export const IMAGE_MEDIA_TYPES = ['image/png', 'image/jpeg', 'image/webp', 'image/tiff', 'application/dicom'] as const

/** Other fields of a form beside its images and texts: more than any schema has. */
const MAX_OTHER_PARTS = 64

/** A form or a raw image as it was received: not yet the body that the route's schema describes. */
class Received {
  readonly takesQuery: boolean
  readonly toBody: (schema: TObject, imagesField: ImagesField) => unknown

  constructor(takesQuery: boolean, toBody: Received['toBody']) {
    this.takesQuery = takesQuery
    this.toBody = toBody
  }
}

/** A body of lines that its handler reads from the socket as they come. */
export const LINE_BODY = Symbol('a body of lines')

/** Parts that its handler reads from the socket as they come. */
export const RELATED_BODY = Symbol('a body of related parts')

/** As much of the budget as a whole body may take is held for the lines of a stream, however long that is. */
export function addLineBodies(scope: FastifyInstance, { maxBodyBytes, budget }: BodyLimits): void {
  scope.addContentTypeParser(NDJSON, (request, _payload, done) => {
    try {
      refuseEncoded(request)
      budget.take(maxBodyBytes)
      request.exchange.bodyBytes += maxBodyBytes
      done(null, LINE_BODY)
    } catch (error) {
      done(error as AppError)
    }
  })
}

/** Parts that their handler reads from the socket as they come, one in memory at a time; a single object is a body as any other. */
export function addRelatedBodies(scope: FastifyInstance, limits: BodyLimits & HttpOptions): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('multipart/related', (request, _payload, done) => {
    try {
      refuseEncoded(request)
      limits.budget.take(limits.maxImageBytes)
      request.exchange.bodyBytes += limits.maxImageBytes
      done(null, RELATED_BODY)
    } catch (error) {
      done(error as AppError)
    }
  })
  scope.addContentTypeParser('application/dicom', async (request: FastifyRequest) => readBody(request, limits))
}

export function addJsonBodies(scope: FastifyInstance, limits: BodyLimits): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('application/json', async (request: FastifyRequest) =>
    parseJsonBody(await readBody(request, limits)),
  )
}

/** Bodies as bytes, whatever their type: clients of the inference protocol say JSON, octet-stream or nothing at all. */
export function addByteBodies(scope: FastifyInstance, limits: BodyLimits): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', (request: FastifyRequest) => readBody(request, limits))
}

export function addImageBodies(scope: FastifyInstance, limits: BodyLimits & HttpOptions): void {
  const maxParts = limits.maxImages + limits.maxTexts + MAX_OTHER_PARTS
  scope.addContentTypeParser('multipart/form-data', async (request: FastifyRequest) => {
    const body = await readBody(request, limits)
    const parts = parseMultipart(body, request.headers['content-type'] ?? '', maxParts)
    return new Received(false, (schema, imagesField) => bodyFromParts(parts, schema, imagesField))
  })
  scope.addContentTypeParser([...IMAGE_MEDIA_TYPES], async (request: FastifyRequest) => {
    const image = new Upload(await readBody(request, limits))
    const { query } = request
    return new Received(true, (schema, imagesField) => bodyFromQuery(query as object, image, schema, imagesField))
  })
}

/** Makes one body of the three forms, before the route's schema checks it. */
export function normaliseBody(schema: TObject, imagesField: ImagesField): preValidationHookHandler {
  return (request, _reply, done) => {
    const { body } = request
    const received = body instanceof Received ? body : undefined
    if (received?.takesQuery !== true && Object.keys(request.query as object).length > 0) {
      done(new AppError('malformed_body', 'Only a raw image has its options in the query; put them into the body.'))
      return
    }
    if (received !== undefined) request.body = received.toBody(schema, imagesField)
    done()
  }
}
