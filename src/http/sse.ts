/** Server-sent events (WHATWG HTML, section 9.2) as the answer of a route. */
import { Readable } from 'node:stream'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { abortReason, AppError } from '../errors.js'
import { problemCauseOf } from './plugins/error-handler.js'
import { createProblem, type ErrorShape } from './problem.js'

export const EVENT_STREAM = 'text/event-stream'

export interface ServerEvent {
  readonly event: string
  /** What a client that comes back sends as `last-event-id`. */
  readonly id?: string
  /** Written as JSON. */
  readonly data: unknown
}

export interface EventSink {
  /** Resolves when there is room for more; rejects with the reason once the client has left. */
  send(event: ServerEvent): Promise<void>
  /** Sends only to a client that has taken all before: for news that the next news replaces. */
  offer(event: ServerEvent): void
}

export interface EventStreamOptions {
  /** Silence after which a comment is sent, so that no proxy takes the connection for dead. */
  readonly heartbeatMs: number
  /** How errors are written. */
  readonly shape: ErrorShape
  /** How long a client waits before it comes back by itself; left out, never said. */
  readonly retryMs?: number
}

/**
 * Answers with the events that `produce` sends, until it resolves. The answer begins with the first event or heartbeat: what
 * fails before is thrown and becomes an ordinary problem with its status, what fails later becomes an event `error` with
 * the problem document. When the client leaves, the request's signal aborts; `produce` is left to end by it.
 */
export async function streamEvents(
  request: FastifyRequest,
  reply: FastifyReply,
  options: EventStreamOptions,
  produce: (sink: EventSink) => Promise<void>,
): Promise<void> {
  const channel = createChannel(request.exchange.signal, options.heartbeatMs)
  if (options.retryMs !== undefined) channel.prepend(`retry: ${options.retryMs}\n\n`)
  const work = produce(channel.sink)
  void work.then(
    () => channel.close(),
    (error: unknown) => {
      // What nobody has begun to read is thrown below instead.
      if (channel.hasBegun) channel.close(failureOf(error, request, options.shape))
      else channel.close()
    },
  )
  await Promise.race([channel.begun, work])
  void reply
    .type(`${EVENT_STREAM}; charset=utf-8`)
    // `no-transform` and nginx's header: a proxy that gathers or packs the events would hold them back.
    .header('cache-control', 'no-cache, no-transform')
    .header('x-accel-buffering', 'no')
  // Resolves when the last byte is out or the client is gone.
  await reply.send(channel.source)
}

/** The event of a failure; none for a client that is gone. */
function failureOf(error: unknown, request: FastifyRequest, shape: ErrorShape): ServerEvent | undefined {
  if (request.exchange.signal.aborted) return undefined
  const cause = problemCauseOf(error as AppError | FastifyError)
  const problem = createProblem(cause, request.id)
  request.exchange.errorCode = problem.code
  if (problem.status >= 500) request.log.error({ err: error, code: cause.code }, 'a request failed')
  return { event: 'error', data: shape.body(problem) }
}

interface Channel {
  readonly source: Readable
  readonly sink: EventSink
  readonly begun: Promise<void>
  readonly hasBegun: boolean
  /** Goes out with the first event, and does not begin the answer. */
  prepend(text: string): void
  close(last?: ServerEvent): void
}

function createChannel(signal: AbortSignal, heartbeatMs: number): Channel {
  const waiting = new Set<() => void>()
  const wake = (): void => {
    for (const resume of waiting) resume()
    waiting.clear()
  }
  let hasBegun = false
  let isClosed = false
  let head = ''
  let begin: () => void = () => undefined
  const begun = new Promise<void>((resolve) => (begin = resolve))
  // Fastify destroys it when the client leaves.
  const source = new Readable({ read: wake })
  signal.addEventListener('abort', wake, { once: true })
  const write = (text: string): boolean => {
    if (isClosed || source.destroyed) return true
    heartbeat.refresh()
    hasBegun = true
    begin()
    const hasRoom = source.push(head + text)
    head = ''
    return hasRoom
  }
  const heartbeat = setInterval(() => {
    // Comments must not pile up before a client that reads nothing.
    if (source.readableLength === 0) write(': heartbeat\n\n')
  }, heartbeatMs)
  const throwIfLeft = (): void => {
    if (signal.aborted) throw abortReason(signal)
  }
  const send = async (event: ServerEvent): Promise<void> => {
    throwIfLeft()
    if (!write(eventText(event))) await new Promise<void>((resolve) => waiting.add(resolve))
    throwIfLeft()
  }
  return {
    source,
    begun,
    sink: {
      send,
      offer: (event) => {
        if (!signal.aborted && source.readableLength === 0) write(eventText(event))
      },
    },
    get hasBegun() {
      return hasBegun
    },
    prepend: (text) => (head += text),
    close(last) {
      clearInterval(heartbeat)
      signal.removeEventListener('abort', wake)
      if (last !== undefined) write(eventText(last))
      isClosed = true
      if (!source.destroyed) source.push(null)
    },
  }
}

function eventText({ event, id, data }: ServerEvent): string {
  const lines = [...(id === undefined ? [] : [`id: ${id}`]), `event: ${event}`, `data: ${JSON.stringify(data)}`]
  // A line break in a name would begin a field of its own; JSON has none.
  if (lines.some((line) => /[\r\n]/.test(line))) {
    throw new AppError('internal', 'An event has a line break in its name or id. This is a bug.')
  }
  return `${lines.join('\n')}\n\n`
}
