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
  app.addHook('preClose', (done) => {
    closing.abort()
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

/** Connections that are kept alive may still bring requests while the server closes. */
export function refuseWhileDraining(scope: FastifyInstance, lifecycle: Lifecycle): void {
  scope.addHook('onRequest', (_request, _reply, done) => {
    if (lifecycle.isDraining) done(new AppError('draining', 'The service is shutting down.'))
    else done()
  })
}
