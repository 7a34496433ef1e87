import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { AppError, errorToEnvelope } from '../../errors.js'
import { readRelatedParts, relatedTypeOf } from '../../hospital/dicomweb/related-parts.js'
import { readFilmUids } from '../../imaging/dicom/film-uids.js'
import { requireIntake } from '../intake-reply.js'
import { RELATED_BODY } from '../plugins/bodies.js'
import { StowParamsSchema } from '../schemas/intake.js'
import { binary } from '../schemas/shared.js'
import { stowReply, stowStatus, type StoredFilm } from '../stow-reply.js'
import type { RouteContext, Scope } from './route.js'

const DICOM_JSON = 'application/dicom+json'
const MAX_PARTS = 1_000
/** They are taken one after the other, so this bounds time and not memory. */
const MAX_RELATED_BYTES = 4 * 2 ** 30
const RETRY_AFTER_S = 30

export function addDicomweb(scope: Scope, context: RouteContext): void {
  const answers = {
    description: 'Which objects are here and which are not, and why.',
    content: { [DICOM_JSON]: { schema: Type.Unknown() } },
  }
  const schema = {
    summary: 'Films come in (STOW-RS)',
    description:
      'multipart/related with parts of application/dicom, or one film as the body. 200: all are here; 202: some, 409: none. ' +
      'A film that was here before is accepted, and nothing new comes of it; 503: there is no room now.',
    tags: ['studies'],
    response: { 200: answers, 202: answers, 409: answers, 503: answers },
  }
  const films = { documentedBody: binary('One or more DICOM films.') }
  scope.post('/studies', { config: films, schema }, (request, reply) => answerStow(request, reply, { context }))
  scope.post('/studies/:study', { config: films, schema: { ...schema, params: StowParamsSchema } }, (request, reply) =>
    answerStow(request, reply, { context, study: request.params.study }),
  )
}

interface Stow {
  readonly context: RouteContext
  /** All films must be of. */
  readonly study?: string
}

async function answerStow(request: FastifyRequest, reply: FastifyReply, stow: Stow): Promise<FastifyReply> {
  requireIntake(stow.context.services)
  const stored: StoredFilm[] = []
  for await (const bytes of filmsOf(request, stow.context)) stored.push(await takeFilm(request, bytes, stow))
  const status = stowStatus(stored)
  if (status === 503) void reply.header('retry-after', RETRY_AFTER_S)
  return reply.code(status).type(DICOM_JSON).serializer(JSON.stringify).send(stowReply(stored))
}

async function* filmsOf(request: FastifyRequest, { http }: RouteContext): AsyncGenerator<Buffer, void, undefined> {
  const body: unknown = request.body
  if (Buffer.isBuffer(body)) {
    yield body
    return
  }
  const contentType = request.headers['content-type'] ?? ''
  if (body !== RELATED_BODY || (relatedTypeOf(contentType).type ?? 'application/dicom') !== 'application/dicom')
    throw otherType()
  const limits = { maxParts: MAX_PARTS, maxPartBytes: http.maxImageBytes, maxBytes: MAX_RELATED_BYTES }
  for await (const { headers, body: part } of readRelatedParts(request.raw, contentType, limits)) {
    if (!/^application\/dicom\s*(;|$)/i.test(headers.get('content-type') ?? 'application/dicom')) throw otherType()
    const chunks: Buffer[] = []
    for await (const chunk of part) chunks.push(chunk)
    yield Buffer.concat(chunks)
  }
}

/** What is wrong with one film is told of it, and the others go on. */
async function takeFilm(request: FastifyRequest, bytes: Buffer, { context, study }: Stow): Promise<StoredFilm> {
  const peer = request.ip === '' ? {} : { peer: request.ip }
  try {
    const { uids } = await requireIntake(context.services).receive({
      ...{ bytes, source: 'stow', sender: { caller: request.caller.id, ...peer } },
      ...(study !== undefined && { claimed: { study } }),
    })
    return { uids }
  } catch (error) {
    const { code } = errorToEnvelope(error)
    if (!(error instanceof AppError)) request.log.error({ err: error }, 'a film could not be taken')
    return { uids: readFilmUids(bytes) ?? {}, error: code }
  }
}

function otherType(): AppError {
  return new AppError('unsupported_media_type', 'Films are taken as application/dicom.')
}
