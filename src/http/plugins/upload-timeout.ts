import { Socket } from 'node:net'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { NDJSON } from '../ndjson.js'
import type { HttpOptions } from '../options.js'

/**
 * Ends a client that sends a byte a second: a body has so long to arrive. Node's own limit for that knows no exceptions, and
 * a stream of lines may take as long as the work that it brings; it ends by the silence of its socket. What comes before
 * the body stays with Node.
 */
export function addUploadTimeout(
  app: FastifyInstance,
  { uploadTimeoutMs }: Pick<HttpOptions, 'uploadTimeoutMs'>,
): void {
  app.addHook('onRequest', (request, reply, done) => {
    done()
    const { raw } = request
    if (raw.complete || isUnbounded(request)) return
    const timer = setTimeout(() => {
      if (raw.complete || raw.socket.destroyed) return
      const error = Object.assign(new Error('The body did not arrive in time.'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' })
      app.server.emit('clientError', error, raw.socket)
    }, uploadTimeoutMs)
    timer.unref()
    const stop = (): void => clearTimeout(timer)
    raw.once('end', stop).once('close', stop)
    reply.raw.once('close', () => {
      // What a refused client still sends keeps its limit.
      if (raw.complete) stop()
    })
  })
}

/** A stream of lines where one is taken, and a request that the service makes to itself. */
function isUnbounded({ raw, headers, routeOptions }: FastifyRequest): boolean {
  const isLines = headers['content-type']?.startsWith(NDJSON) === true
  return !(raw.socket instanceof Socket) || (isLines && routeOptions.config.documentedLines !== undefined)
}
