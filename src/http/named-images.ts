/** Images that a body names by their UIDs on a DICOMweb server, fetched before the route sees the body. */
import type { FastifyRequest } from 'fastify'
import { Compile } from 'typebox/compile'
import { AppError, type FieldError } from '../errors.js'
import type { DicomwebClient } from '../hospital/dicomweb/dicomweb.js'
import { readPart10Head } from '../hospital/part-10.js'
import { isAllowed, type Identity } from '../identity/identity.js'
import type { Clock } from '../ports.js'
import { innerRequest } from './inner-request.js'
import { limitName, type HttpOptions } from './options.js'
import { readTimeoutMs } from './plugins/request-context.js'
import { NamedImageSchema, type NamedImage } from './schemas/image.js'
import { Upload } from './upload.js'

/** Fields below which a body has images; nowhere else is one looked for. Items of an index are fetched one by one. */
const HOLDERS: ReadonlySet<string> = new Set([
  'image',
  'images',
  'study',
  'mask',
  'ground_truth',
  'ground_truths',
  'input',
])
/** `/input/0/study/0` is the deepest place. */
const MAX_DEPTH = 4
const SCOPE = 'studies:read'

export interface NamedImagesOptions {
  /** By name; the first is asked where an image names none. */
  readonly servers: ReadonlyMap<string, DicomwebClient>
  readonly identity: Identity
  readonly http: HttpOptions
  readonly clock: Clock
}

export interface NamedImages {
  /** Throws `forbidden`, `invalid_option` and `too_large` for what would not be fetched. */
  check(request: FastifyRequest, body: unknown): void
  /**
   * Puts the files in the place of their names and tells how many bytes they have; `reserve` is asked before each for as many as it
   * may have, and told of the rest. Throws what `check` throws, `dicom_not_found`, `upstream_failed`, `deadline_exceeded` and
   * `too_large`, each with its place.
   */
  fetch(request: FastifyRequest, body: unknown, reserve?: (bytes: number) => void): Promise<number>
}

export function createNamedImages(options: NamedImagesOptions): NamedImages {
  const { http, servers } = options

  const check = (request: FastifyRequest, references: readonly Reference[]): void => {
    if (references.length === 0) return
    // A job's caller was asked when it was submitted.
    if (!options.identity.isOpen && innerRequest() === undefined && !isAllowed(request.caller, SCOPE))
      throw new AppError('forbidden', `An image on a server needs the scope ${SCOPE}.`, { details: { scope: SCOPE } })
    if (references.length > http.maxImages)
      throw tooLarge(`A request names at most ${http.maxImages} images.`, 'maxImages')
    for (const reference of references) serverOf(servers, reference)
  }
  return {
    check: (request, body) => check(request, referencesIn(body)),
    async fetch(request, body, reserve) {
      const references = referencesIn(body)
      check(request, references)
      if (references.length === 0) return 0
      const { signal, end } = deadlineOf(request, options)
      let bytes = 0
      try {
        for (const reference of references) {
          reserve?.(http.maxImageBytes)
          const file = await fetchOne(serverOf(servers, reference), reference, { signal, maxBytes: http.maxImageBytes })
          reserve?.(file.byteLength - http.maxImageBytes)
          bytes += file.byteLength
          if (bytes > http.maxBodyBytes)
            throw tooLarge(`The images that a request names have at most ${http.maxBodyBytes} bytes.`, 'maxBodyBytes')
          reference.put(new Upload(file))
        }
        return bytes
      } finally {
        end()
      }
    },
  }
}

interface Reference {
  readonly pointer: string
  readonly named: NamedImage['dicomweb']
  put(file: Upload): void
}

const named = Compile(NamedImageSchema)

function referencesIn(value: unknown, pointer = '', depth = 0): Reference[] {
  if (
    depth > MAX_DEPTH ||
    typeof value !== 'object' ||
    value === null ||
    ArrayBuffer.isView(value) ||
    value instanceof Upload
  )
    return []
  return Object.entries(value as Record<string, unknown>).flatMap(([key, inner]): Reference[] => {
    if (!Array.isArray(value) && !HOLDERS.has(key)) return []
    const place = `${pointer}/${key}`
    if (!named.Check(inner)) return referencesIn(inner, place, depth + 1)
    const put = (file: Upload): void => void ((value as Record<string, unknown>)[key] = file)
    return [{ pointer: place, named: inner.dicomweb, put }]
  })
}

function serverOf(servers: NamedImagesOptions['servers'], { named: { server }, pointer }: Reference): DicomwebClient {
  const [first] = servers.values()
  const client = server === undefined ? first : servers.get(server)
  if (client !== undefined) return client
  const detail =
    servers.size === 0 ? 'cannot be fetched: no server is configured' : 'is on a server that is not known here'
  throw placed(new AppError('invalid_option', 'An image is on no server that is known here.'), { pointer, detail })
}

interface FetchLimits {
  readonly signal: AbortSignal
  readonly maxBytes: number
}

async function fetchOne(client: DicomwebClient, reference: Reference, limits: FetchLimits): Promise<Uint8Array> {
  const { study, series, instance } = reference.named
  try {
    const files: Uint8Array[] = []
    const answer = client.retrieve({ study, series, instance }, limits.signal, limits.maxBytes)
    for await (const file of answer) files.push(file)
    const [file] = files
    // Anything else would be another patient's, for all that is known.
    if (file === undefined || files.length > 1 || readPart10Head(file)?.sopInstanceUid !== instance)
      throw new AppError('upstream_failed', 'The DICOMweb server answered something else than the film.')
    return file
  } catch (error) {
    throw error instanceof AppError ? placed(error, detailOf(reference, error, limits)) : error
  }
}

function detailOf({ pointer }: Reference, { code }: AppError, { maxBytes }: FetchLimits): FieldError {
  const details = { dicom_not_found: 'is not on the server', too_large: `is larger than ${maxBytes} bytes` } as const
  return { pointer, detail: code in details ? details[code as keyof typeof details] : 'could not be fetched' }
}

function placed(error: AppError, field: FieldError): AppError {
  const limit = error.code === 'too_large' ? { limit: limitName('maxImageBytes') } : {}
  return new AppError(error.code, error.message, {
    cause: error,
    details: { ...limit, ...error.details, fields: [field] },
  })
}

function tooLarge(message: string, limit: 'maxImages' | 'maxBodyBytes'): AppError {
  return new AppError('too_large', message, { details: { limit: limitName(limit) } })
}

/** What is left of the time of a request. A timer of its own: Node collects an `AbortSignal.timeout` that nothing else holds. */
function deadlineOf(request: FastifyRequest, { http, clock }: NamedImagesOptions) {
  const { arrivedAtMs, timeoutMs, signal } = request.exchange
  const allowedMs = Math.min(readTimeoutMs(request) ?? Infinity, timeoutMs ?? http.requestTimeoutMs)
  const late = new AbortController()
  const end = (): void =>
    late.abort(new AppError('deadline_exceeded', 'The deadline passed while an image was fetched.'))
  const timer = setTimeout(end, Math.max(0, arrivedAtMs + allowedMs - clock.nowMs()))
  return { signal: AbortSignal.any([signal, late.signal]), end: () => clearTimeout(timer) }
}
