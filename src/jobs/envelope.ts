import type { JobRequest } from './job.js'

/** A request as it is stored: a line of JSON, then the body as it came. */
export function packRequest({ body, ...head }: JobRequest): [head: Uint8Array, body: Uint8Array] {
  return [Buffer.from(`${JSON.stringify(head)}\n`), body]
}

export function unpackRequest(stored: Buffer): JobRequest {
  const end = stored.indexOf('\n')
  const head = JSON.parse(stored.subarray(0, end).toString()) as Omit<JobRequest, 'body'>
  return { ...head, body: stored.subarray(end + 1) }
}
