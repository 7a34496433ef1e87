import type { FastifyInstance } from 'fastify'
import { AppError } from '../../errors.js'
import type { Clock } from '../../ports.js'
import { createCallerLimits } from '../caller-limits.js'
import { innerRequest } from '../inner-request.js'
import { limitName, type HttpOptions } from '../options.js'

export interface CallerLimitOptions extends Pick<
  HttpOptions,
  'maxCallerRequestsInFlight' | 'maxCallerRequestsPerMinute'
> {
  readonly clock: Clock
}

const NAMES = {
  inFlight: limitName('maxCallerRequestsInFlight'),
  perMinute: limitName('maxCallerRequestsPerMinute'),
} as const

/**
 * Bounds what each known caller asks for, and tells it with the fields of draft-ietf-httpapi-ratelimit-headers-10. Callers
 * without a name cannot be told apart, so none of them is bounded here.
 */
export function addCallerLimits(app: FastifyInstance, options: CallerLimitOptions): void {
  const { maxCallerRequestsInFlight: inFlight, maxCallerRequestsPerMinute: perMinute, clock } = options
  const limits = createCallerLimits({ inFlight, perMinute }, () => clock.nowMs())
  const policy = `"minute";q=${perMinute};w=60`
  app.addHook('onRequest', (request, reply, done) => {
    const { id, kind } = request.caller
    if (kind === 'anonymous' || innerRequest() !== undefined) {
      done()
      return
    }
    const { isGranted, limit, remaining, fullInMs, retryAfterMs } = limits.enter(id)
    void reply.header('ratelimit-policy', policy)
    void reply.header('ratelimit', `"minute";r=${remaining};t=${Math.ceil(fullInMs / 1000)}`)
    if (isGranted) {
      reply.raw.once('close', () => limits.leave(id))
      done()
      return
    }
    const details = { limit: NAMES[limit ?? 'perMinute'], retryAfterMs }
    const what = limit === 'inFlight' ? 'has too many requests open' : 'has sent too many requests in a minute'
    done(new AppError('caller_limited', `The caller ${what}.`, { details }))
  })
}
