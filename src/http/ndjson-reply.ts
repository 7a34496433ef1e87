import { Readable } from 'node:stream'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { abortReason, type AppError } from '../errors.js'
import { NDJSON } from './ndjson.js'
import { problemCauseOf } from './plugins/error-handler.js'
import { createProblem, openAiShape } from './problem.js'

/**
 * Lines that a client has not read yet. Enough for some ten thousand of them, so that one that sends all before it reads
 * does not stop itself.
 */
const UNREAD_BYTES = 4 << 20
/** What a refused client still sends is dropped for so long, or a reset could take the last line from it. */
const DROP_MS = 1_000

/** Sends one line; resolves when there is room for more, rejects with the reason once the client has left. */
export type SendLine = (line: object) => Promise<void>

/**
 * Answers with the lines that `produce` sends, while the request may still be arriving. The answer begins with the first
 * line: what fails before is thrown and becomes an ordinary problem, what fails later becomes a last line with the problem
 * document as `error`.
 */
export async function streamLines(
  request: FastifyRequest,
  reply: FastifyReply,
  produce: (send: SendLine) => Promise<void>,
): Promise<void> {
  const { signal } = request.exchange
  let resume: () => void = () => undefined
  let begin: () => void = () => undefined
  let hasBegun = false
  const begun = new Promise<void>((resolve) => (begin = resolve))
  const source = new Readable({ read: () => resume(), highWaterMark: UNREAD_BYTES })
  const onAbort = (): void => resume()
  signal.addEventListener('abort', onAbort, { once: true })
  const push = (line: object): boolean => {
    hasBegun = true
    begin()
    return source.destroyed || source.push(`${JSON.stringify(line)}\n`)
  }
  const throwIfLeft = (): void => {
    if (signal.aborted) throw abortReason(signal)
  }
  const send: SendLine = async (line) => {
    throwIfLeft()
    if (!push(line)) await new Promise<void>((resolve) => (resume = resolve))
    throwIfLeft()
  }
  const work = produce(send)
  const ended = work.then(
    () => undefined,
    (error: unknown) => {
      if (hasBegun && !signal.aborted)
        push({ object: 'error', error: problemOf(request, error as AppError | FastifyError) })
    },
  )
  void ended.then(() => {
    signal.removeEventListener('abort', onAbort)
    if (!source.destroyed) source.push(null)
  })
  await Promise.race([begun, work])
  void reply.type(NDJSON).header('cache-control', 'no-cache, no-transform').header('x-accel-buffering', 'no')
  dropRest(request, reply)
  await reply.send(source)
}

function problemOf(request: FastifyRequest, error: AppError | FastifyError): object {
  const cause = problemCauseOf(error)
  const problem = createProblem(cause, request.id)
  request.exchange.errorCode = problem.code
  if (problem.status >= 500) request.log.error({ err: error, code: cause.code }, 'a request failed')
  return openAiShape.body(problem)
}

/** A client that is told before it has sent all. */
function dropRest({ raw }: FastifyRequest, reply: FastifyReply): void {
  reply.raw.once('finish', () => {
    if (raw.complete) return
    raw.on('error', () => undefined).resume()
    const limit = setTimeout(() => raw.socket.destroy(), DROP_MS)
    raw.once('close', () => clearTimeout(limit))
  })
}
