import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '../../errors.js'
import { PRIORITIES, type Clock, type Demand, type Meter, type Priority } from '../../ports.js'
import type { BodyBudget } from '../body-budget.js'
import { innerRequest } from '../inner-request.js'
import type { ProblemCode } from '../problem.js'

/** One request and its reply, from the request line until the last byte of the answer or the client's leaving. */
export interface Exchange {
  readonly arrivedAtMs: number
  /** Aborts when the client goes away before it has its answer. */
  readonly signal: AbortSignal
  /** Longest time that it may take, where that is not the service's limit for requests. */
  readonly timeoutMs: number | undefined
  /** What its body took from the budget of bytes. */
  bodyBytes: number
  /** Its caller does not wait for the answer. */
  isDeferred: boolean
  /** The body as it came, kept only for a deferred request. */
  keptBody: Buffer | undefined
  errorCode: ProblemCode | undefined
}

declare module 'fastify' {
  interface FastifyRequest {
    exchange: Exchange
  }
}

/** Printable ASCII without spaces; anything else is not repeated in logs and headers. */
const REQUEST_ID = /^[\x21-\x7e]{1,128}$/
const CLIENT_GONE_STATUS = 499

export function requestIdOf(raw: Pick<IncomingMessage, 'headers'>): string {
  const given = raw.headers['x-request-id']
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID()
}

export interface RequestContextOptions {
  readonly clock: Clock
  readonly meter: Meter
  readonly budget: BodyBudget
}

export function addRequestContext(app: FastifyInstance, options: RequestContextOptions): void {
  // Set in the first hook of every request, so nobody sees it empty; a decorator must not be an object.
  app.decorateRequest('exchange', null as unknown as Exchange)
  app.addHook('onRequest', (request, reply, done) => {
    const leaving = new AbortController()
    const inner = innerRequest()
    request.exchange = {
      arrivedAtMs: options.clock.nowMs(),
      signal: inner === undefined ? leaving.signal : AbortSignal.any([leaving.signal, inner.signal]),
      timeoutMs: inner?.timeoutMs,
      bodyBytes: 0,
      isDeferred: false,
      keptBody: undefined,
      errorCode: undefined,
    }
    void reply.header('x-request-id', request.id)
    let isAnswered = false
    reply.raw.once('finish', () => (isAnswered = true))
    // Not the request's own close event: that one comes as soon as its body has been read.
    reply.raw.once('close', () => {
      if (!isAnswered) leaving.abort(new AppError('cancelled', 'The client left.'))
      options.budget.give(request.exchange.bodyBytes)
      recordExchange(request, isAnswered ? reply.statusCode : CLIENT_GONE_STATUS, options)
    })
    done()
  })
}

/** The one line of a request: no query, header, file name, body or address, any of which could name a patient. */
function recordExchange(request: FastifyRequest, status: number, { clock, meter }: RequestContextOptions): void {
  const { arrivedAtMs, errorCode } = request.exchange
  const ms = clock.nowMs() - arrivedAtMs
  const route = request.routeOptions.url ?? 'none'
  const { method } = request
  meter.count('radserve_http_requests_total', { method, route, status: String(status) })
  meter.observe('radserve_http_request_ms', ms, { method, route })
  const fields = { method, route, status, ms: Math.round(ms * 10) / 10, ...(errorCode && { code: errorCode }) }
  request.log.info(fields, 'request')
}

export interface DemandOptions {
  readonly clock: Clock
  readonly requestTimeoutMs: number
}

/** What the request's headers ask of the scheduler. Throws `invalid_option` for a header that cannot be read. */
export function demandOf(request: FastifyRequest, options: DemandOptions, isDeterministic = false): Demand {
  const { arrivedAtMs, signal, timeoutMs } = request.exchange
  const asked = readTimeoutMs(request)
  return {
    priority: readPriority(request),
    deadlineMs: arrivedAtMs + Math.min(asked ?? Infinity, timeoutMs ?? options.requestTimeoutMs),
    signal,
    isDeterministic,
  }
}

export function readPriority(request: FastifyRequest): Priority {
  const text = request.headers['x-priority']
  if (text === undefined) return 'routine'
  const priority = PRIORITIES.find((name) => name === text)
  if (priority === undefined)
    throw new AppError('invalid_option', `The header x-priority must be one of ${PRIORITIES.join(', ')}.`)
  return priority
}

/** The time that the caller allows. */
export function readTimeoutMs(request: FastifyRequest): number | undefined {
  const text = request.headers['x-timeout-ms']
  if (text === undefined) return undefined
  if (typeof text !== 'string' || !/^[1-9]\d{0,9}$/.test(text))
    throw new AppError('invalid_option', 'The header x-timeout-ms must be a whole number of milliseconds above 0.')
  return Number(text)
}
