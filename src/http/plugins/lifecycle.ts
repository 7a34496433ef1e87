import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { AppError } from '../../errors.js'

export interface Lifecycle {
  /** True from the moment that the server was told to close. */
  readonly isDraining: boolean
  /** Aborts at that moment. */
  readonly closing: AbortSignal
}

/** Must be made on the root instance: it hears of the closing before the sockets do. */
export function createLifecycle(app: FastifyInstance): Lifecycle {
  const closing = new AbortController()
  const endSilent = endSilentConnections(app, closing.signal)
  app.addHook('preClose', (done) => {
    closing.abort()
    endSilent()
    done()
  })
  // A connection that was busy when the server began to close is not idle then, and would be kept alive after its answer.
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (closing.signal.aborted) void reply.header('connection', 'close')
    done(null, payload)
  })
  return {
    get isDraining() {
      return closing.signal.aborted
    },
    closing: closing.signal,
  }
}

/**
 * Connections on which nothing was ever said: spares of clients and load balancers. To Node they are not idle, and once it
 * closes it no longer looks at its limit for headers, so that one of them would hold up the end for the whole grace period.
 */
function endSilentConnections(app: FastifyInstance, closing: AbortSignal): () => void {
  const sockets = new Set<Socket>()
  // Of a server that speaks TLS these are the sockets below, on which the greeting at least was said.
  app.server.on('connection', (socket: Socket) => {
    if (closing.aborted) socket.destroy()
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return () => {
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
  }
}

/** Connections that are kept alive may still bring requests while the server closes. */
export function refuseWhileDraining(scope: FastifyInstance, lifecycle: Lifecycle): void {
  scope.addHook('onRequest', (_request, _reply, done) => {
    if (lifecycle.isDraining) done(new AppError('draining', 'The service is shutting down.'))
    else done()
  })
}
