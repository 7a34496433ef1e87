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
}

/**
 * The request that a task is: a form with the options as JSON and the films as they came. The same for the same task and
 * attempt but for its `x-request-id`, and under the same key: submitted twice it is one job.
 */
export function taskSubmission({ id, attempt, settings }: OpenTask, films: readonly Uint8Array[]): Submission {
  const { route, model, options, accept, priority, of } = settings
  const requestId = randomUUID()
  const key = `intake:${id}:${attempt}`
  const fields = { ...options, ...(model !== undefined && { model }) }
  const form = formOf(fields, films, of === 'study' ? 'study' : 'image')
  return {
    request: {
      method: 'POST',
      url: route,
      headers: { 'content-type': form.type, accept, 'x-priority': priority, 'x-request-id': requestId },
      body: form.body,
    },
    path: route,
    requestId,
    owner: INTAKE_OWNER,
    priority,
    idempotencyKey: key,
    fingerprint: createHash('sha256').update(key).digest('hex'),
  }
}

/** RFC 7578. */
function formOf(fields: Readonly<Record<string, unknown>>, films: readonly Uint8Array[], filmName: string) {
  // Drawn anew, so that no film can hold it on purpose.
  const boundary = `radserve-${randomUUID()}`
  const head = (name: string, more: string, type: string): Buffer =>
    Buffer.from(
      `--${boundary}\r\ncontent-disposition: form-data; name="${name}"${more}\r\ncontent-type: ${type}\r\n\r\n`,
    )
  const end = Buffer.from('\r\n')
  const parts = [
    ...Object.entries(fields).flatMap(([name, value]) => [
      head(name, '', 'application/json'),
      Buffer.from(JSON.stringify(value)),
      end,
    ]),
    ...films.flatMap((film, at) => [head(filmName, `; filename="${at}.dcm"`, 'application/dicom'), film, end]),
  ]
  const body = Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)])
  return { body, type: `multipart/form-data; boundary=${boundary}` }
}
