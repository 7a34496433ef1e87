/**
 * The one catalogue of what can go wrong, in words that know no HTTP. `http/plugins/error-handler.ts` gives each code a
 * status; a code without one does not compile.
 */
export const ERROR_TITLES = {
  unauthenticated: 'The caller is not known',
  forbidden: 'The caller may not do this',
  caller_limited: 'The caller asks for too much at a time',
  identity_unavailable: 'It cannot be told who the caller is',
  audit_unavailable: 'The audit log cannot be written',
  malformed_body: 'The body does not fit what this endpoint takes',
  malformed_image: 'The image cannot be used',
  image_unfit: 'The image is not one that the model may be asked about',
  unsupported_media_type: 'This is not an image format that is read here',
  not_acceptable: 'None of the accepted media types can be produced',
  too_large: 'The input is larger than a limit allows',
  invalid_text: 'The text cannot be used',
  prompt_refused: 'The prompt looks like it is about a real person',
  invalid_option: 'An option cannot be used with this model or input',
  invalid_tensor: 'A tensor does not fit the graph',
  model_not_found: 'There is no such model',
  card_not_found: 'The model has no card',
  task_not_supported: 'The model does not do this task',
  route_not_found: 'There is no such endpoint',
  model_not_loaded: 'The model is not loaded',
  model_invalid: 'The model pack does not verify',
  model_in_use: 'The model is in use',
  model_exists: 'The model version is there already',
  model_quarantined: 'The model pack has crashed its lane and is quarantined',
  model_output_invalid: 'The model gave an answer that cannot be used',
  over_budget: 'The model does not fit the cache budget',
  queue_full: 'The service is busy',
  deadline_exceeded: 'The deadline passed',
  cancelled: 'The request was cancelled',
  lane_failed: 'The process that ran the model failed',
  device_unavailable: 'The device cannot be used',
  not_ready: 'The service is not ready',
  draining: 'The service is shutting down',
  job_not_found: 'There is no such job',
  job_not_ended: 'The job has no answer',
  job_ended: 'The job has ended already',
  job_expired: 'What the job answered is no longer kept',
  job_elsewhere: 'The bytes of the job are kept elsewhere',
  job_lost: 'The job cannot be carried out',
  idempotency_key_reused: 'The idempotency key belongs to another request',
  index_not_found: 'There is no such index',
  item_not_found: 'There is no such item in the index',
  index_conflict: 'The index cannot be changed like this',
  index_model_mismatch: 'The vectors are of another model',
  index_elsewhere: 'What the items were made of is kept elsewhere',
  index_unsupported: 'The database has no pgvector 0.8 or later',
  instance_conflict: 'There is another object of this UID',
  study_not_found: 'There is no such study',
  delivery_not_found: 'There is no such delivery',
  result_not_kept: 'The result is not kept',
  intake_conflict: 'This cannot be done in the present state',
  intake_off: 'The service takes no films in',
  invalid_vector: 'The vector cannot be used',
  state_unavailable: 'The database is not available',
  storage_full: 'There is no room to store this',
  dicom_not_found: 'The DICOMweb server has no such object',
  upstream_failed: 'A server of the hospital did not give what was asked of it',
  configuration: 'The configuration is not valid',
  internal: 'Something went wrong inside the service',
} as const

/** Why an image is not fit for a model, by its file. `docs/dicom.md` says what each means. */
export const UNFIT_REASONS = [
  'multi_frame',
  'photometric',
  'modality',
  'body_part',
  'view',
  'view_unknown',
  'for_processing',
  'pixel_range',
  'lossy_ratio',
  'other_patient',
  'other_study',
  'out_of_distribution',
] as const
export type UnfitReason = (typeof UNFIT_REASONS)[number]

export type ErrorCode = keyof typeof ERROR_TITLES

/** One place in the caller's input that does not fit: an RFC 6901 JSON pointer and what is wrong there. */
export interface FieldError {
  readonly pointer: string
  readonly detail: string
}

export interface ErrorDetails {
  readonly fields?: readonly FieldError[]
  /** How long the caller should wait before it tries again. */
  readonly retryAfterMs?: number
  /** The name of the limit that was passed, as `radserve config` prints it. */
  readonly limit?: string
  /** What the caller would have to be allowed. */
  readonly scope?: string
  /** Which of the images of the request is at fault, in the order in which they were given. */
  readonly image?: number
  /** Of `image_unfit`. */
  readonly reason?: UnfitReason
}

/** Every failure that a caller may be told about. The message must never hold a patient datum, a prompt or a pixel. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly details: ErrorDetails

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; details?: ErrorDetails } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.details = options.details ?? {}
  }
}

/** An error in a form that survives a process or thread border, where class and code are lost. */
export interface ErrorEnvelope {
  readonly code: ErrorCode
  readonly message: string
  readonly details: ErrorDetails
}

export function errorToEnvelope(error: unknown): ErrorEnvelope {
  if (error instanceof AppError) return { code: error.code, message: error.message, details: error.details }
  return { code: 'internal', message: error instanceof Error ? error.message : String(error), details: {} }
}

export function envelopeToError(envelope: ErrorEnvelope): AppError {
  return new AppError(envelope.code, envelope.message, { details: envelope.details })
}

/** The reason of an aborted signal as an `AppError`: what aborted with one keeps it, anything else was a cancellation. */
export function abortReason(signal: AbortSignal): AppError {
  const reason: unknown = signal.reason
  if (reason instanceof AppError) return reason
  return new AppError('cancelled', 'The work was cancelled before it was done.', { cause: reason })
}
