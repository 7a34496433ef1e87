import type { FastifyInstance } from 'fastify'
import type { HttpOptions } from '../options.js'
import { NDJSON } from '../ndjson.js'

/**
 * Ends a client that sends a byte a second: a body has so long to arrive. Node's own limit for that knows no exceptions, and
 * a stream of lines may take as long as the work that it brings; it ends by the silence of its socket. Head lines stay with
 * Node.
 */
export function addUploadTimeout(app: FastifyInstance, { uploadTimeoutMs }: Pick<HttpOptions, 'uploadTimeoutMs'>): void {
  app.addHook('onRequest', ({ raw, routeOptions, headers }, _reply, done) => {
    const takesLines = routeOptions.config.documentedLines !== undefined
    if (!raw.complete && !(takesLines && headers['content-type']?.startsWith(NDJSON) === true)) {
      const timer = setTimeout(() => {
        // A body that was not read is complete all the same.
        if (raw.complete || raw.socket.destroyed) return
        const error = Object.assign(new Error('The body did not arrive in time.'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' })
        app.server.emit('clientError', error, raw.socket)
      }, uploadTimeoutMs)
      raw.once('close', () => clearTimeout(timer))
    }
    done()
  })
}
