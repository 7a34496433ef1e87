import type { JobState, ProblemDocument } from './contract.js'
import { readEvents } from './events.js'
import { ConnectionError, ProblemError } from './problem.js'
import { pause, startTimeLimit } from './time-limit.js'
import { readJson, type CallOptions, type Transport } from './transport.js'

/** One thing that happened to a job. `id`, from 1 without gaps, is absent for a place in the queue. */
export type JobEvent = { readonly id?: string } & (
  | { readonly event: 'queued'; readonly data: { readonly queue_position?: number } }
  | { readonly event: 'running'; readonly data: object }
  | {
      readonly event: 'progress'
      readonly data: { readonly step: number; readonly of: number; readonly eta_ms?: number }
    }
  | { readonly event: 'completed' | 'failed' | 'cancelled'; readonly data: object }
)

export interface JobEventsOptions extends CallOptions {
  /** Events up to this id are left out. */
  readonly after?: string
}

export interface JobWaitOptions extends CallOptions {
  readonly onEvent?: (event: JobEvent) => void
}

/** A request that is answered later. */
export interface Job<Reply> {
  readonly id: string
  state(options?: CallOptions): Promise<JobState>
  /**
   * What happened and what happens, until the job ends. Goes on behind the last event when the connection breaks or the
   * service begins anew; throws `ConnectionError` when nobody answers for a while.
   */
  events(options?: JobEventsOptions): AsyncGenerator<JobEvent>
  /**
   * The answer in JSON. Throws the `ProblemError` of a job that failed, or of code `cancelled`. `timeoutMs` is that of the
   * whole wait; left out, there is none. Giving up does not cancel the job.
   */
  wait(options?: JobWaitOptions): Promise<Reply>
  /** As `wait`, for an answer that is a file. */
  file(options?: JobWaitOptions): Promise<Blob>
  /** One that waits is cancelled at once, one that runs stops at its next step. */
  cancel(options?: CallOptions): Promise<JobState>
}

/** Times that a stream may break one after the other without an event between them. */
const MAX_BREAKS = 8
const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 5_000

const ENDINGS: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled'])

export function openJob<Reply>(transport: Transport, id: string): Job<Reply> {
  const path = `/v1/jobs/${encodeURIComponent(id)}`
  const state = (method: string, options: CallOptions = {}) =>
    transport.call({ method, path, accept: 'application/json', isRepeatable: true }, options, readJson<JobState>)
  const result = async <T>(
    { onEvent, timeoutMs = 0, ...options }: JobWaitOptions,
    read: (reply: Response) => Promise<T>,
  ): Promise<T> => {
    const limit = startTimeLimit(timeoutMs, options.signal)
    const within = { ...options, signal: limit.signal }
    try {
      for await (const event of events(transport, path, within)) onEvent?.(event)
      throwUnlessCompleted(await state('GET', within))
      const call = { method: 'GET', path: `${path}/result`, accept: '*/*', isRepeatable: true }
      return await transport.call(call, within, read)
    } finally {
      limit.end()
    }
  }
  return {
    id,
    state: (options) => state('GET', options),
    events: (options = {}) => events(transport, path, options),
    wait: (options = {}) => result(options, readJson<Reply>),
    file: (options = {}) => result(options, (reply) => reply.blob()),
    cancel: (options) => state('DELETE', options),
  }
}

function throwUnlessCompleted({ state, error, request }: JobState): void {
  if (state === 'completed') return
  const cancelled: Partial<ProblemDocument> = {
    code: 'cancelled',
    detail: 'The job was cancelled.',
    request_id: request.id,
  }
  throw new ProblemError(error?.status ?? 499, error ?? cancelled)
}

async function* events(
  transport: Transport,
  path: string,
  { after, ...options }: JobEventsOptions,
): AsyncGenerator<JobEvent> {
  const call = { method: 'GET', path: `${path}/events`, accept: 'text/event-stream', isRepeatable: true }
  let last = after
  for (let breaks = 0; breaks < MAX_BREAKS; breaks++) {
    const headers = last === undefined ? {} : { 'last-event-id': last }
    try {
      for await (const event of readEvents(transport, { ...call, headers }, options)) {
        breaks = 0
        last = event.id ?? last
        // The names are those of docs/jobs.md, which the service's own tests hold it to.
        yield event as JobEvent
        if (ENDINGS.has(event.event)) return
      }
    } catch (error) {
      if (!isBreak(error) || options.signal?.aborted === true) throw error
    }
    await breathe(breaks, options.signal)
  }
  throw new ConnectionError('stream_cut', 'The events of the job broke off again and again.')
}

/** A process that shuts down answers 503; another one, or the next, goes on. */
function isBreak(error: unknown): boolean {
  if (error instanceof ProblemError) return error.status === 503
  return error instanceof ConnectionError && error.code !== 'unreadable'
}

async function breathe(breaks: number, signal = new AbortController().signal): Promise<void> {
  await pause(Math.min(FIRST_PAUSE_MS * 2 ** breaks, LONGEST_PAUSE_MS), signal)
}
