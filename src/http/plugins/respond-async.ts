import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '../../errors.js'
import type { JobRequest } from '../../jobs/job.js'
import type { Jobs } from '../../jobs/jobs.js'
import { requestFingerprint } from '../fingerprint.js'
import { jobReply } from '../job-reply.js'
import { isInference } from './route-config.js'
import { readPriority, readTimeoutMs } from './request-context.js'

/** RFC 7240: a preference without a value, among others. */
const RESPOND_ASYNC = /(^|,)\s*respond-async\s*(;|,|$)/i
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/

/** What of a request's headers its answer depends on. */
const KEPT_HEADERS = ['content-type', 'accept', 'x-priority', 'inference-header-content-length'] as const

/**
 * Makes a job of an inference request whose caller prefers not to wait: checked as any other request up to the point where
 * it would be carried out, then stored and answered with 202. Routes know nothing of it.
 */
export function addRespondAsync(app: FastifyInstance, jobs: Jobs): void {
  app.addHook('onRequest', (request, reply, done) => {
    const prefer = [request.headers['prefer'] ?? ''].flat().join(',')
    if (RESPOND_ASYNC.test(prefer) && isInference(request.routeOptions)) {
      request.exchange.isDeferred = true
      void reply.header('preference-applied', 'respond-async')
    }
    done()
  })
  app.addHook('preHandler', async (request, reply) => {
    const { isDeferred, keptBody } = request.exchange
    if (!isDeferred) return
    const id = await jobs.submit(await readSubmission(request, keptBody ?? Buffer.alloc(0)))
    request.exchange.jobId = id
    await reply
      .code(202)
      .header('location', `/v1/jobs/${id}`)
      .send(jobReply(await jobs.get(id)))
  })
}

async function readSubmission(request: FastifyRequest, body: Uint8Array) {
  const timeoutMs = readTimeoutMs(request)
  const idempotencyKey = readKey(request)
  const webhookUrl = request.headers['x-webhook-url']
  const { method, url } = request
  const asked: JobRequest = { method, url, body, headers: keptHeaders(request) }
  return {
    request: asked,
    path: url.split('?')[0] ?? '',
    requestId: request.id,
    owner: request.caller.id,
    priority: readPriority(request),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(idempotencyKey !== undefined && { idempotencyKey, fingerprint: await requestFingerprint(asked) }),
    ...(webhookUrl !== undefined && { webhookUrl: String(webhookUrl) }),
  }
}

function keptHeaders(request: FastifyRequest): Record<string, string> {
  const kept = KEPT_HEADERS.flatMap((name) => {
    const value = request.headers[name]
    // Whoever does not wait cannot read a stream; a job has its own.
    const isStream = name === 'accept' && String(value).includes('text/event-stream')
    return value === undefined || isStream ? [] : [[name, String(value)] as const]
  })
  return { ...Object.fromEntries(kept), 'x-request-id': request.id }
}

function readKey(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key']
  if (key === undefined) return undefined
  if (typeof key === 'string' && IDEMPOTENCY_KEY.test(key)) return key
  throw new AppError('invalid_option', 'The header idempotency-key must be 1 to 255 printable characters.')
}
