import type { ProblemCode, ProblemDocument } from './contract.js'

/** What the service refused, or could not do, in its own words: RFC 9457. docs/errors.md lists the codes. */
export class ProblemError extends Error {
  readonly status: number
  /** A code of the catalogue; `unknown` where something else than the service answered, such as a proxy. */
  readonly code: ProblemCode | 'unknown'
  /** Names the request in the service's log. */
  readonly requestId: string | undefined
  /** Milliseconds after which it may go better, where the service says so. */
  readonly retryAfterMs: number | undefined
  /** The whole document. */
  readonly problem: Partial<ProblemDocument>

  constructor(status: number, problem: Partial<ProblemDocument>, retryAfterMs?: number) {
    const fields = (problem.errors ?? []).map(({ pointer, detail }) => `${pointer} ${detail}.`)
    super([problem.detail ?? `The service answered ${status}.`, ...fields].join(' '))
    this.name = 'ProblemError'
    this.status = status
    this.code = problem.code ?? 'unknown'
    this.requestId = problem.request_id
    this.retryAfterMs = retryAfterMs
    this.problem = problem
  }
}

/**
 * `unreachable`: nobody answers. `timeout`: not within the time that the caller gave. `stream_cut`: events ended before the
 * last one. `unreadable`: the answer is not what the contract says.
 */
export type ConnectionFault = 'unreachable' | 'timeout' | 'stream_cut' | 'unreadable'

/** No answer, or not the whole of one. */
export class ConnectionError extends Error {
  readonly code: ConnectionFault

  constructor(code: ConnectionFault, message: string, options: ErrorOptions = {}) {
    super(message, options)
    this.name = 'ConnectionError'
    this.code = code
  }
}

/** The error that an answer with a status of failure stands for. */
export async function problemOf(reply: Response): Promise<ProblemError> {
  const text = await reply.text().catch(() => '')
  return new ProblemError(reply.status, documentOf(text), retryAfterMs(reply.headers.get('retry-after')))
}

function documentOf(text: string): Partial<ProblemDocument> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return {}
    // Below /v2 an error is one string.
    const { error } = value as { error?: unknown }
    return typeof error === 'string' ? { detail: error } : value
  } catch {
    return {}
  }
}

/** RFC 9110 section 10.2.3: seconds, or a date. */
export function retryAfterMs(header: string | null): number | undefined {
  if (header === null) return undefined
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - Date.now()
  return Number.isNaN(ms) ? undefined : Math.max(0, ms)
}
