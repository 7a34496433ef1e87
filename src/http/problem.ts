import { STATUS_CODES } from 'node:http'
import { ERROR_TITLES, type ErrorCode, type ErrorDetails, type FieldError } from '../errors.js'

/** Failures that only a speaker of HTTP can have; no other room throws them. */
const HTTP_TITLES = {
  method_not_allowed: 'The endpoint does not take this method',
  upload_timeout: 'The request took too long to arrive',
  malformed_request: 'The bytes are not an HTTP request',
} as const

export type ProblemCode = ErrorCode | keyof typeof HTTP_TITLES

export const PROBLEM_TITLES: Readonly<Record<ProblemCode, string>> = { ...ERROR_TITLES, ...HTTP_TITLES }

/**
 * The status of every code. What the caller can mend stays below 500, because from 500 up no detail goes out: so a pack
 * that does not verify is a conflict with the state of the store, and its reason can be told.
 */
export const PROBLEM_STATUS: Readonly<Record<ProblemCode, number>> = {
  malformed_body: 400,
  malformed_request: 400,
  invalid_option: 400,
  invalid_tensor: 400,
  task_not_supported: 400,
  unauthenticated: 401,
  forbidden: 403,
  model_not_found: 404,
  card_not_found: 404,
  job_not_found: 404,
  index_not_found: 404,
  item_not_found: 404,
  study_not_found: 404,
  delivery_not_found: 404,
  intake_off: 404,
  dicom_not_found: 404,
  route_not_found: 404,
  method_not_allowed: 405,
  not_acceptable: 406,
  upload_timeout: 408,
  model_not_loaded: 409,
  model_invalid: 409,
  model_in_use: 409,
  job_not_ended: 409,
  job_ended: 409,
  model_exists: 409,
  over_budget: 409,
  index_conflict: 409,
  index_model_mismatch: 409,
  instance_conflict: 409,
  intake_conflict: 409,
  job_expired: 410,
  result_not_kept: 410,
  too_large: 413,
  unsupported_media_type: 415,
  malformed_image: 422,
  image_unfit: 422,
  invalid_text: 422,
  invalid_vector: 422,
  idempotency_key_reused: 422,
  prompt_refused: 422,
  queue_full: 429,
  caller_limited: 429,
  // nginx's status for a client that closed the request: nobody reads it, but the log line needs one.
  cancelled: 499,
  configuration: 500,
  internal: 500,
  job_lost: 500,
  model_output_invalid: 500,
  index_unsupported: 501,
  upstream_failed: 502,
  model_quarantined: 503,
  lane_failed: 503,
  device_unavailable: 503,
  not_ready: 503,
  draining: 503,
  job_elsewhere: 503,
  index_elsewhere: 503,
  state_unavailable: 503,
  identity_unavailable: 503,
  audit_unavailable: 503,
  deadline_exceeded: 504,
  storage_full: 507,
}

/** Problems that pass by themselves; the others are not answered with `retry-after`. */
const PASSING: ReadonlySet<ProblemCode> = new Set([
  'queue_full',
  'caller_limited',
  'identity_unavailable',
  'audit_unavailable',
  'lane_failed',
  'upstream_failed',
  'not_ready',
  'draining',
  'state_unavailable',
])
const DEFAULT_RETRY_MS = 1000

/** The problem as it is told to the caller, before it takes the shape of an API. */
export interface Problem {
  readonly code: ProblemCode
  readonly status: number
  /** What the caller is told. */
  readonly detail: string
  /** The cause's own words, which from 500 up stay in the house. */
  readonly message: string
  readonly requestId: string
  readonly details: ErrorDetails
}

export interface ProblemCause {
  readonly code: ProblemCode
  readonly message: string
  readonly details?: ErrorDetails
}

export function createProblem(cause: ProblemCause, requestId: string): Problem {
  const { code, details = {} } = cause
  const status = PROBLEM_STATUS[code]
  const isInner = status >= 500
  return {
    code,
    status,
    requestId,
    message: cause.message,
    detail: isInner ? `${PROBLEM_TITLES[code]}. The log names the cause by this request id.` : cause.message,
    details: isInner ? pick(details, 'retryAfterMs') : withPublicPointers(details),
  }
}

/** Names of fields as this API has them, or as a slip of the pen makes them, and places in lists. */
const PUBLIC_TOKEN = /^((?!.*\d{3})[a-z][a-z0-9_]{0,39}|\d{1,6}|)$/

/** A name in the body that the caller made up, of a label or of a field that is not known, may be a patient's: it is told as `*`. */
function withPublicPointers(details: ErrorDetails): ErrorDetails {
  if (details.fields === undefined) return details
  const publicPointer = (pointer: string): string =>
    pointer
      .split('/')
      .map((token) => (PUBLIC_TOKEN.test(token) ? token : '*'))
      .join('/')
  return {
    ...details,
    fields: details.fields.map(({ pointer, detail }) => ({ pointer: publicPointer(pointer), detail })),
  }
}

/** Milliseconds after which the caller may try again, where that makes sense. */
export function retryAfterMs({ code, details }: Problem): number | undefined {
  return PASSING.has(code) ? (details.retryAfterMs ?? DEFAULT_RETRY_MS) : undefined
}

/** How one API of the service writes its errors. */
export interface ErrorShape {
  readonly contentType: string
  body(problem: Problem): object
}

/** RFC 9457. `code`, `request_id`, `errors`, `limit`, `reason` and `scope` are extension members (section 3.2). */
export const problemShape: ErrorShape = {
  contentType: 'application/problem+json',
  body: ({ code, status, detail, requestId, details }) => ({
    type: `urn:radserve:problem:${code}`,
    title: PROBLEM_TITLES[code],
    status,
    detail,
    code,
    request_id: requestId,
    ...(details.fields !== undefined && { errors: details.fields }),
    ...(details.limit !== undefined && { limit: details.limit }),
    ...(details.reason !== undefined && { reason: details.reason }),
    ...(details.scope !== undefined && { scope: details.scope }),
  }),
}

/** The same document with the member that OpenAI's clients read. */
export const openAiShape: ErrorShape = {
  contentType: problemShape.contentType,
  body: (problem) => ({ ...problemShape.body(problem), error: openAiError(problem) }),
}

/** Open Inference Protocol: one string, so what the fields say is put into it. */
export const oipShape: ErrorShape = {
  contentType: 'application/json',
  body: ({ detail, details }) => ({ error: [detail, ...(details.fields ?? []).map(fieldText)].join(' ') }),
}

function openAiError({ code, status, detail, details }: Problem): object {
  const [field] = details.fields ?? []
  return {
    message: [detail, ...(details.fields ?? []).map(fieldText)].join(' '),
    type: status === 429 ? 'rate_limit_error' : status >= 500 ? 'server_error' : 'invalid_request_error',
    param: field === undefined ? null : field.pointer.slice(1).replaceAll('/', '.'),
    code,
  }
}

function fieldText({ pointer, detail }: FieldError): string {
  return `${pointer} ${detail}.`
}

/** A whole HTTP/1.1 answer, for a socket that never got as far as a request. */
export function problemBytes(problem: Problem): string {
  const body = JSON.stringify(problemShape.body(problem))
  return [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
    `content-type: ${problemShape.contentType}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    '',
    body,
  ].join('\r\n')
}

function pick(details: ErrorDetails, key: 'retryAfterMs'): ErrorDetails {
  return details[key] === undefined ? {} : { [key]: details[key] }
}
