import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '../../errors.js'
import { PRIORITIES, type Clock, type Demand, type Meter, type Priority } from '../../ports.js'
import type { BodyBudget } from '../body-budget.js'
import { innerRequest } from '../inner-request.js'
import { createLeaving } from '../leaving.js'
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
  /** What a model did, so far as it is known. */
  result: ExchangeResult
  /** The job that the request was made. */
  jobId: string | undefined
}

export interface ExchangeResult {
  /** `name@version` */
  model?: string
  model_digest?: string
  inputs?: string[]
}

declare module 'fastify' {
  interface FastifyRequest {
    exchange: Exchange
  }
}

/**
 * UUID, ULID, or the 16 or 32 hexadecimal digits of a trace or span. Anything else could be somebody's name or number, and
 * would stand in logs and audit entries.
 */
const REQUEST_ID =
  /^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=\d*[a-f])([0-9a-f]{16}|[0-9a-f]{32})|[0-7][0-9A-HJKMNP-TV-Z]{25})$/i
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
    const inner = innerRequest()
    const leaving = createLeaving(inner?.signal)
    request.exchange = {
      arrivedAtMs: options.clock.nowMs(),
      get signal() {
        return leaving.signal
      },
      timeoutMs: inner?.timeoutMs,
      bodyBytes: 0,
      isDeferred: false,
      keptBody: undefined,
      errorCode: undefined,
      result: {},
      jobId: undefined,
    }
    void reply.header('x-request-id', request.id)
    let isAnswered = false
    reply.raw.once('finish', () => (isAnswered = true))
    // Not the request's own close event: that one comes as soon as its body has been read.
    reply.raw.once('close', () => {
      if (!isAnswered) leaving.leave()
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
    onInput: (pixelSha256) => noteInput(request.exchange.result, pixelSha256),
  }
}

/** A film that is read for two things is one film. */
function noteInput(result: ExchangeResult, pixelSha256: string): void {
  const inputs = (result.inputs ??= [])
  if (!inputs.includes(pixelSha256)) inputs.push(pixelSha256)
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
