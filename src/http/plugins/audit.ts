import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { AuditRecord, AuditTrail, Clock } from '../../ports.js'
import { innerRequest } from '../inner-request.js'
import type { Access } from '../scope-table.js'

/** What is told to Prometheus and to readers of the documents is no access to anything. */
const UNRECORDED: ReadonlySet<Access> = new Set(['open', 'known', 'metrics'])
const CLIENT_GONE_STATUS = 499
const DENIED: ReadonlySet<string> = new Set(['unauthenticated', 'forbidden', 'caller_limited'])

/**
 * Writes down every request when it is over, and every answer that a model gave. While that cannot be done, requests are
 * refused, where the service is configured so. Must be added after the authentication and before what may refuse a request.
 */
export function addAudit(app: FastifyInstance, { audit, clock }: { audit: AuditTrail; clock: Clock }): void {
  if (!audit.isOn) return
  app.addHook('onRequest', (request, reply, done) => {
    const { access = 'open' } = request.routeOptions.config
    if (request.is404 || access === 'open') {
      done()
      return
    }
    // Asked now: an event of a socket knows nothing of the request around it.
    const job = innerRequest()?.job.id
    let status = CLIENT_GONE_STATUS
    reply.raw.once('finish', () => (status = reply.statusCode))
    reply.raw.once('close', () => {
      const fields = { ...fieldsOf(request, clock.nowMs()), status, ...(job === undefined && peerOf(request)) }
      const isDenied = DENIED.has(fields.code ?? '')
      if (isDenied) audit.record({ event: 'denied', ...fields })
      if (isDenied || UNRECORDED.has(access)) return
      const { result } = request.exchange
      if (job === undefined) audit.record({ event: 'access', ...fields })
      if (job !== undefined || result.model !== undefined)
        audit.record({ event: 'result', ...fields, ...result, ...(job !== undefined && { job }) })
    })
    done()
  })
}

/** Refuses what could not be recorded; what is refused for want of a name was heard of before. */
export function refuseUnrecorded(app: FastifyInstance, audit: AuditTrail): void {
  if (!audit.isOn) return
  app.addHook('onRequest', (request, _reply, done) => {
    try {
      if (!request.is404 && !UNRECORDED.has(request.routeOptions.config.access ?? 'open')) audit.admit()
      done()
    } catch (error) {
      done(error as Error)
    }
  })
}

function peerOf({ ip }: FastifyRequest): Pick<AuditRecord, 'peer'> {
  return ip === '' ? {} : { peer: ip }
}

function fieldsOf(request: FastifyRequest, nowMs: number): Omit<AuditRecord, 'event'> {
  const { caller, exchange } = request
  const { errorCode: code } = exchange
  return {
    caller: caller.id,
    ...(caller.credential !== undefined && { credential: caller.credential }),
    method: request.method,
    // The pattern: a path may name somebody.
    route: request.routeOptions.url ?? 'none',
    ...(code !== undefined && { code }),
    request_id: request.id,
    ms: Math.round(nowMs - exchange.arrivedAtMs),
    ...(exchange.jobId !== undefined && { job: exchange.jobId }),
  }
}
