import type { ErrorDetails } from '../errors.js'
import type { Priority } from '../ports.js'

export const JOB_STATES = ['queued', 'running', 'completed', 'failed', 'cancelled'] as const
export type JobState = (typeof JOB_STATES)[number]

/** An HTTP request that is answered later. */
export interface JobRequest {
  readonly method: string
  /** With its query. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  /** Beside a body of JSON; whoever submits the job keeps them until it has ended. */
  readonly films?: JobFilms
}

export interface JobFilms {
  /** Of the body. */
  readonly field: 'images' | 'study'
  /** By which they stand in `State.intake`. */
  readonly digests: readonly string[]
}

/** What went wrong with a job, by a code of the catalogue or one that only a speaker of HTTP has. */
export interface JobError {
  readonly code: string
  readonly message: string
  readonly details: ErrorDetails
}

/** What the service said when the request was carried out. */
export interface JobAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  /** Present where the status is one of failure. */
  readonly error?: JobError
}

export interface JobProgress {
  readonly step: number
  readonly of: number
  readonly etaMs?: number
}

export interface ExecuteOptions {
  readonly signal: AbortSignal
  /** Longest time that the answer may take, in place of the limit of requests that somebody waits for. */
  readonly timeoutMs: number
  /** Which job it is, and whose. */
  readonly job: { readonly id: string; readonly owner: string }
  /** Those that the request names, in order. */
  readonly films: readonly Uint8Array[]
  onProgress(progress: JobProgress): void
}

/** Asks the service itself; whoever speaks HTTP provides it. An aborted request rejects or is answered all the same. */
export type Execute = (request: JobRequest, options: ExecuteOptions) => Promise<JobAnswer>

export interface Submission {
  readonly request: JobRequest
  /** `request.url` without its query. */
  readonly path: string
  readonly requestId: string
  /** Who asks; its keys for idempotency are its own. */
  readonly owner: string
  readonly priority: Priority
  /** Asked for by the caller; the service's own limit holds too. */
  readonly timeoutMs?: number
  /** Chosen by the caller, so that a request that is sent again makes no second job. */
  readonly idempotencyKey?: string
  /** sha256 of what is asked: equal for a request that is sent again. Comes with the key. */
  readonly fingerprint?: string
  readonly webhookUrl?: string
}

export interface Job {
  readonly id: string
  readonly owner: string
  readonly state: JobState
  readonly method: string
  readonly path: string
  readonly requestId: string
  readonly priority: Priority
  /** From 1; only while it is queued. */
  readonly queuePosition?: number
  readonly progress?: JobProgress
  readonly createdAt: Date
  readonly startedAt?: Date
  readonly endedAt?: Date
  /** When its answer is forgotten. */
  readonly expiresAt?: Date
  readonly isExpired: boolean
  readonly attempts: number
  readonly isCancelRequested: boolean
  readonly error?: JobError
  readonly answer?: { readonly status: number; readonly mediaType?: string; readonly bytes: number }
  readonly webhook?: { readonly state: WebhookState; readonly attempts: number }
}

export type WebhookState = 'waiting' | 'delivered' | 'failed'

/** One thing that happened to a job. */
export interface JobEvent {
  /** From 1 for each job, without gaps. Absent for a place in the queue, which is not kept. */
  readonly number?: number
  readonly event: JobState | 'progress'
  readonly data: object
}
