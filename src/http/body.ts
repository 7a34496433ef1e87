import { isUtf8 } from 'node:buffer'
import type { FastifyRequest } from 'fastify'
import type { IncomingMessage } from 'node:http'
import { AppError } from '../errors.js'
import type { BodyBudget } from './body-budget.js'
import { limitName } from './options.js'

export interface BodyLimits {
  readonly maxBodyBytes: number
  readonly budget: BodyBudget
}

/**
 * Reads a body into one piece of memory. The limit and the budget are asked before memory is taken, at once for a
 * declared length and chunk by chunk for a body that does not say how long it is. What was taken from the budget is
 * given back when the exchange is over.
 */
export async function readBody(request: FastifyRequest, limits: BodyLimits): Promise<Buffer> {
  refuseEncoded(request)
  const take = (bytes: number): void => {
    limits.budget.take(bytes)
    request.exchange.bodyBytes += bytes
  }
  const body = await readBytes(request, limits.maxBodyBytes, take)
  if (request.exchange.isDeferred) request.exchange.keptBody = body
  return body
}

function readBytes({ headers, raw }: FastifyRequest, maxBytes: number, take: (bytes: number) => void): Promise<Buffer> {
  const declaredBytes = Number(headers['content-length'] ?? NaN)
  if (Number.isNaN(declaredBytes)) return readChunked(raw, maxBytes, take)
  if (declaredBytes > maxBytes) throw bodyTooLarge(maxBytes)
  take(declaredBytes)
  return readDeclared(raw, declaredBytes)
}

/** Throws `malformed_body` without quoting the body: V8's own message would. */
export function parseJsonBody(body: Buffer): unknown {
  if (body.length === 0) throw new AppError('malformed_body', 'The body is empty; a JSON object is needed.')
  if (!isUtf8(body)) throw new AppError('malformed_body', 'The body is not UTF-8.')
  try {
    return JSON.parse(body.toString('utf8')) as unknown
  } catch (cause) {
    const at = /position (\d+)/.exec(cause instanceof Error ? cause.message : '')?.[1]
    throw new AppError('malformed_body', `The body is not JSON${at === undefined ? '' : ` (at character ${at})`}.`)
  }
}

/** A compressed body can be a bomb, and images are compressed already. */
export function refuseEncoded(request: FastifyRequest): void {
  const encoding = request.headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') {
    throw new AppError('unsupported_media_type', 'Bodies are taken as they are, without a content-encoding.')
  }
}

async function readDeclared(raw: IncomingMessage, declaredBytes: number): Promise<Buffer> {
  // Not from the pool, so that an image that is cut out of it does not keep a stranger's bytes alive.
  const body = Buffer.allocUnsafeSlow(declaredBytes)
  let at = 0
  await eachChunk(raw, (chunk) => {
    chunk.copy(body, at)
    at += chunk.length
  })
  if (at !== declaredBytes) throw bodyCut()
  return body
}

async function readChunked(raw: IncomingMessage, maxBytes: number, take: (bytes: number) => void): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  await eachChunk(raw, (chunk) => {
    bytes += chunk.length
    if (bytes > maxBytes) throw bodyTooLarge(maxBytes)
    take(chunk.length)
    chunks.push(chunk)
  })
  return Buffer.concat(chunks, bytes)
}

/** Listeners and not `for await`, which destroys the socket when a chunk is refused, before the refusal can be told. */
function eachChunk(raw: IncomingMessage, onChunk: (chunk: Buffer) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const onData = (chunk: Buffer): void => {
      try {
        onChunk(chunk)
      } catch (error) {
        settle(() => reject(error instanceof Error ? error : new Error(String(error))))
      }
    }
    const onEnd = (): void => settle(resolve)
    const onCut = (): void => settle(() => reject(bodyCut()))
    const settle = (then: () => void): void => {
      raw.off('data', onData).off('end', onEnd).off('error', onCut).off('close', onCut)
      // What still arrives is read and dropped, or the client could not finish sending and read its answer.
      raw.on('error', () => undefined).resume()
      then()
    }
    raw.on('data', onData).on('end', onEnd).on('error', onCut).on('close', onCut)
  })
}

function bodyCut(): AppError {
  return new AppError('malformed_body', 'The body ended before the length that it declared.')
}

export function bodyTooLarge(maxBytes: number): AppError {
  const details = { limit: limitName('maxBodyBytes') }
  return new AppError('too_large', `The body is larger than ${maxBytes} bytes.`, { details })
}
