import { bodyText } from './films.js'
import { ConnectionError, problemOf, ProblemError } from './problem.js'
import { pause, startTimeLimit, type TimeLimit } from './time-limit.js'

export interface TransportOptions {
  /** Where the service is, without a path; left out, `http://127.0.0.1:8080`. Empty in a page that the service itself served. */
  readonly baseUrl?: string
  /** A key of `radserve keys`, or a token: sent as `authorization: Bearer`. */
  readonly apiKey?: string
  /** Sent with each request. */
  readonly headers?: Readonly<Record<string, string>>
  /** Time of a call with its retries, until its answer is whole; 0: no limit. Left out, two minutes. */
  readonly timeoutMs?: number
  /** Times that a call is made again; left out, 2. */
  readonly maxRetries?: number
  /** Longest `retry-after` that is waited for; with a longer one the call fails at once. Left out, one minute. */
  readonly maxRetryAfterMs?: number
  readonly fetch?: typeof fetch
}

export interface CallOptions {
  /** The service stops the work at its next step when it aborts; the call rejects with its reason. */
  readonly signal?: AbortSignal
  readonly timeoutMs?: number
  readonly maxRetries?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Is shown the answer's status and headers, such as `x-model-digest` and `server-timing`; not for its body. */
  readonly onResponse?: (response: Response) => void
}

export interface Call {
  readonly method: string
  readonly path: string
  readonly accept: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Whether the same call made twice is as one. Others are never repeated. */
  readonly isRepeatable: boolean
}

export interface Transport {
  /** The answer and what `read` makes of it. Throws `ProblemError`, `ConnectionError` or the signal's reason. */
  call<T>(call: Call, options: CallOptions, read: (reply: Response) => Promise<T>): Promise<T>
  /** An answer that comes bit by bit: the time limit is that of the silence in it. Whoever calls ends the limit. */
  open(call: Call, options: CallOptions): Promise<{ readonly reply: Response; readonly limit: TimeLimit }>
}

const TIMEOUT_MS = 120_000
/** The service breaks a silence every 15 seconds unless it is told otherwise. */
const SILENCE_MS = 60_000
const MAX_RETRIES = 2
const MAX_RETRY_AFTER_MS = 60_000
const FIRST_PAUSE_MS = 250

export function createTransport(options: TransportOptions): Transport {
  const base = (options.baseUrl ?? 'http://127.0.0.1:8080').replace(/\/+$/, '')
  const ask = options.fetch ?? ((...args: Parameters<typeof fetch>) => fetch(...args))
  const own = { ...options.headers, ...(options.apiKey && { authorization: `Bearer ${options.apiKey}` }) }
  const maxWaitMs = options.maxRetryAfterMs ?? MAX_RETRY_AFTER_MS

  async function once(call: Call, init: RequestInit, { signal, onResponse }: CallOptions): Promise<Response> {
    const reply = await ask(`${base}${call.path}`, init).catch((cause: unknown) => {
      throw init.signal?.aborted === true ? init.signal.reason : faultOf(cause, base, signal)
    })
    onResponse?.(reply)
    if (reply.ok) return reply
    throw await problemOf(reply)
  }

  async function persist(call: Call, called: CallOptions, limit: AbortSignal): Promise<Response> {
    const { method, accept } = call
    const body = call.body === undefined ? {} : { body: await bodyText(call.body) }
    const json = call.body === undefined ? {} : { 'content-type': 'application/json' }
    const headers = { accept, ...json, ...own, ...call.headers, ...called.headers }
    const tries = call.isRepeatable ? (called.maxRetries ?? options.maxRetries ?? MAX_RETRIES) : 0
    for (let attempt = 0; ; attempt++) {
      try {
        return await once(call, { method, headers, ...body, signal: limit }, called)
      } catch (error) {
        const waitMs = attempt < tries ? pauseMs(error, attempt) : undefined
        if (waitMs === undefined || waitMs > maxWaitMs) throw error
        await pause(waitMs, limit)
      }
    }
  }

  return {
    async call(call, called, read) {
      const limit = startTimeLimit(called.timeoutMs ?? options.timeoutMs ?? TIMEOUT_MS, called.signal)
      try {
        return await read(await persist(call, called, limit.signal)).catch((cause: unknown) => {
          throw limit.signal.aborted ? limit.signal.reason : cause
        })
      } finally {
        limit.end()
      }
    },
    async open(call, called) {
      const limit = startTimeLimit(called.timeoutMs ?? SILENCE_MS, called.signal)
      try {
        return { reply: await persist(call, called, limit.signal), limit }
      } catch (error) {
        limit.end()
        throw error
      }
    },
  }
}

/** How long to wait before the next attempt; nothing where another cannot go better. */
function pauseMs(error: unknown, attempt: number): number | undefined {
  if (error instanceof ProblemError)
    return error.status === 429 || error.status === 503 ? error.retryAfterMs : undefined
  return error instanceof ConnectionError && error.code === 'unreachable' ? FIRST_PAUSE_MS * 2 ** attempt : undefined
}

function faultOf(cause: unknown, base: string, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted === true) return signal.reason
  const where = base === '' ? 'this address' : base
  return new ConnectionError('unreachable', `No service answers at ${where}.`, { cause })
}

/** Throws `unreadable` when it is no JSON, `unreachable` when it ends too early. */
export async function readJson<T>(reply: Response): Promise<T> {
  const text = await reply.text().catch((cause: unknown) => {
    throw new ConnectionError('unreachable', 'The connection broke before the answer was whole.', { cause })
  })
  try {
    return JSON.parse(text) as T
  } catch (cause) {
    throw new ConnectionError('unreadable', 'The answer is not JSON.', { cause })
  }
}
