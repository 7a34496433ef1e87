import { reportAway } from './connection.js'
import { askKey, currentKey } from './key.js'
import { ProblemError, readProblem, UnreachableError } from './problem.js'
import { readTimings, readUnfit, type Timing } from './headers.js'

export interface Ask {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Becomes JSON, unless it is a form. */
  readonly body?: unknown
  readonly accept?: string
  readonly signal?: AbortSignal
}

/** A body and what its headers say of it. */
export interface Answer<Body> {
  readonly body: Body
  readonly requestId: string
  /** sha256 of the model that answered. */
  readonly modelDigest: string | undefined
  /** Where the time went inside the service. */
  readonly timings: readonly Timing[]
  /** Why the films may not be ones that the model should be asked about, in the order of the films. */
  readonly unfit: readonly string[]
  /** From here to here, the network included. */
  readonly totalMs: number
}

/** The answer as JSON. Throws `ProblemError`, `UnreachableError`, or an `AbortError` when `signal` fires. */
export async function askJson<Body>(path: string, ask: Ask = {}): Promise<Answer<Body>> {
  return read(path, { accept: 'application/json', ...ask }, (response) => response.json() as Promise<Body>)
}

/** The answer as bytes; errors as `askJson`. */
export function askBytes(path: string, ask: Ask = {}): Promise<Answer<Blob>> {
  return read(path, ask, (response) => response.blob())
}

/** The answer as text; errors as `askJson`. */
export function askText(path: string, ask: Ask = {}): Promise<Answer<string>> {
  return read(path, ask, (response) => response.text())
}

async function read<Body>(path: string, ask: Ask, parse: (response: Response) => Promise<Body>): Promise<Answer<Body>> {
  const startMs = performance.now()
  const response = await askResponse(path, ask)
  const body = await parse(response).catch((error: unknown) => {
    throw unreachableOr(error, ask.signal)
  })
  const { headers } = response
  return {
    body,
    requestId: headers.get('x-request-id') ?? 'none',
    modelDigest: headers.get('x-model-digest') ?? undefined,
    timings: readTimings(headers.get('server-timing') ?? ''),
    unfit: readUnfit(headers.get('x-unfit') ?? ''),
    totalMs: performance.now() - startMs,
  }
}

/** The answer with its body still to be read, for streams; a key is asked for where one is needed. */
export async function askResponse(path: string, ask: Ask = {}): Promise<Response> {
  for (;;) {
    const key = currentKey()
    const response = await send(path, ask, key)
    if (response.ok) return response
    const error = await readProblem(response)
    // Another request may have been given a key meanwhile.
    const isSettled = response.status === 401 && (currentKey() !== key || (await askKey(key !== undefined)))
    if (!isSettled) throw error
  }
}

async function send(path: string, { method, body, accept, signal }: Ask, key: string | undefined): Promise<Response> {
  const headers = new Headers()
  if (accept !== undefined) headers.set('accept', accept)
  if (key !== undefined) headers.set('x-api-key', key)
  const isForm = body instanceof FormData
  if (body !== undefined && !isForm) headers.set('content-type', 'application/json')
  try {
    return await fetch(path, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers,
      cache: 'no-store',
      ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
      ...(signal !== undefined && { signal }),
    })
  } catch (error) {
    throw unreachableOr(error, signal)
  }
}

function unreachableOr(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted === true || error instanceof ProblemError) return error
  reportAway()
  return new UnreachableError()
}
