import type { Socket } from 'node:net'
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import { NDJSON } from './ndjson.js'
import type { HttpOptions } from './options.js'
import { problemCauseOf, writeProblem } from './plugins/error-handler.js'
import { requestIdOf } from './plugins/request-context.js'
import { createProblem, problemBytes, problemShape, type ProblemCode } from './problem.js'

export interface ServerOptions {
  readonly http: HttpOptions
  readonly logger: FastifyBaseLogger
  readonly tls?: ServerTls
}

/** Certificates and keys as PEM. */
export interface ServerTls {
  readonly cert: string
  readonly key: string
  /** Authorities of clients' certificates; without it no client is asked for one. */
  readonly clientCa?: string
  /** A client without a certificate is not spoken to; otherwise it may show a key or a token. */
  readonly isClientCertificateRequired: boolean
}

/** A bare server with limits and timeouts; `registerHttp` gives it routes. */
export function createServer({ http, logger, tls }: ServerOptions): FastifyInstance {
  const limits = {
    connectionsCheckingInterval: http.timeoutCheckMs,
    headersTimeout: http.uploadTimeoutMs,
  }
  const app = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request_id' }),
    genReqId: requestIdOf,
    requestIdHeader: false,
    trustProxy: false,
    bodyLimit: http.maxBodyBytes,
    // `addUploadTimeout` sees to bodies, Node to what comes before them.
    requestTimeout: 0,
    // Silence on the socket is normal while a model runs, and for as long as the answer may take.
    connectionTimeout: http.uploadTimeoutMs + http.requestTimeoutMs,
    keepAliveTimeout: http.keepAliveTimeoutMs,
    forceCloseConnections: 'idle',
    // The request context refuses work while the server closes, in the words of our catalogue.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 256 },
    ...transportOf(limits, tls),
    // Long lists of numbers go to JSON.stringify, which is three times as fast from some ten thousand on.
    serializerOpts: { largeArrayMechanism: 'json-stringify' },
    clientErrorHandler: answerBrokenSocket,
    frameworkErrors: (error, request, reply) => {
      writeProblem(reply, createProblem(problemCauseOf(error), request.id), problemShape)
    },
  })
  app.server.on('checkContinue', (request, response) => {
    // A client that asks before it sends is told at once that its body is too large.
    const isLines = request.headers['content-type']?.startsWith(NDJSON) === true
    if (isLines || !(Number(request.headers['content-length']) > http.maxBodyBytes)) response.writeContinue()
    app.server.emit('request', request, response)
  })
  return app
}

/** Typed as plain HTTP both ways: to routes it makes no difference, and sockets of TLS are sockets. */
function transportOf(limits: object, tls: ServerTls | undefined): { http: object } {
  if (tls === undefined) return { http: limits }
  const { cert, key, clientCa: ca, isClientCertificateRequired: isRequired } = tls
  // Where it is optional, one that is wrong is refused by the authentication, in words.
  const clients = ca === undefined ? {} : { ca, requestCert: true, rejectUnauthorized: isRequired }
  const https = { ...limits, cert, key, minVersion: 'TLSv1.2', ...clients }
  return { https } as unknown as { http: object }
}

const SOCKET_PROBLEMS: Readonly<Record<string, { code: ProblemCode; message: string }>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { code: 'upload_timeout', message: 'The request did not arrive in time.' },
  HPE_HEADER_OVERFLOW: { code: 'malformed_request', message: 'The headers are too large.' },
}

/** What never became a request, or never became a whole one: answered on the bare socket, which is then closed. */
function answerBrokenSocket(error: { code: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const cause = SOCKET_PROBLEMS[error.code] ?? { code: 'malformed_request', message: 'This is not HTTP.' }
  socket.end(problemBytes(createProblem(cause, 'none')), () => socket.destroy())
}
