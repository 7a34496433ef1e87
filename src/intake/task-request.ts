import { createHash, randomUUID } from 'node:crypto'
import type { Submission } from '../jobs/job.js'
import type { TaskSettings } from './settings.js'

/** Who the tasks of studies are asked by: stands in jobs and in the audit log. */
export const INTAKE_OWNER = 'intake'

export interface OpenTask {
  readonly id: string
  /** From 1; a task that is tried again is another job. */
  readonly attempt: number
  readonly settings: TaskSettings
  /** Digests of its films. */
  readonly blobs: readonly string[]
}

/**
 * The request that a task is: the options as JSON, and the films by their digests. The same for the same task and attempt but for
 * its `x-request-id`, and under the same key: submitted twice it is one job.
 */
export function taskSubmission({ id, attempt, settings, blobs }: OpenTask): Submission {
  const { route, model, options, accept, priority, of } = settings
  const requestId = randomUUID()
  const key = `intake:${id}:${attempt}`
  const fields = { ...options, ...(model !== undefined && { model }) }
  return {
    request: {
      method: 'POST',
      url: route,
      headers: { 'content-type': 'application/json', accept, 'x-priority': priority, 'x-request-id': requestId },
      body: Buffer.from(JSON.stringify(fields)),
      films: { field: of === 'study' ? 'study' : 'images', digests: blobs },
    },
    path: route,
    requestId,
    owner: INTAKE_OWNER,
    priority,
    idempotencyKey: key,
    fingerprint: createHash('sha256').update(key).digest('hex'),
  }
}
