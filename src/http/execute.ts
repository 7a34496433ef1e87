import type { OutgoingHttpHeaders } from 'node:http'
import type { FastifyInstance } from 'fastify'
import type { Execute, JobError } from '../jobs/job.js'
import { withInnerRequest } from './inner-request.js'
import type { Problem } from './problem.js'
import { withProgress } from './progress.js'

/** Of the answer's headers: those about one connection or one moment, which say nothing of the stored answer. */
const NOT_KEPT = new Set(['connection', 'content-length', 'date', 'keep-alive', 'transfer-encoding', 'x-request-id'])

/** Asks the routes of the service themselves, in this process and without a socket. */
export function createExecute(app: FastifyInstance): Execute {
  return async ({ method, url, headers, body, films: named }, { signal, timeoutMs, onProgress, job, films: files }) => {
    let error: JobError | undefined
    const onProblem = ({ code, message, details }: Problem): void => void (error = { code, message, details })
    const payload = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
    const films = named && { field: named.field, files }
    const asked = { method: method as 'POST', url, headers: { ...headers }, payload }
    // Awaited inside: the request begins when somebody waits for it, and then has what surrounds it.
    const reply = await withProgress(onProgress, () =>
      withInnerRequest(
        { signal, timeoutMs, job, onProblem, ...(films && { films }) },
        async () => await app.inject(asked),
      ),
    )
    return {
      status: reply.statusCode,
      headers: keptHeaders(reply.headers),
      body: reply.rawPayload,
      ...(error !== undefined && { error }),
    }
  }
}

function keptHeaders(headers: OutgoingHttpHeaders): Record<string, string> {
  const kept = Object.entries(headers).filter(([name, value]) => value !== undefined && !NOT_KEPT.has(name))
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]))
}
