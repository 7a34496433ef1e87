/** A client of jobs, over a real socket. */
import assert from 'node:assert/strict'
import { request } from 'node:http'
import type { TestContext } from 'node:test'
import type { JobReply } from '../../src/http/schemas/jobs.js'
import { embeddedFolder } from '../state/kinds.js'
import { freshDatabase, noPostgres } from '../state/postgres.js'
import { until } from './server.js'

/** A database for jobs: a real server's where there is one, because it is there at once. */
export async function jobsEnvironment(t: TestContext): Promise<Record<string, string>> {
  return noPostgres === undefined ? { DATABASE_URL: await freshDatabase(t) } : { DATA_DIR: await embeddedFolder() }
}

export interface ServerSentEvent {
  readonly id?: string
  readonly event: string
  readonly data: Record<string, unknown>
}

export interface JobClient {
  /** Posts with `prefer: respond-async`; asserts that it was accepted. */
  submit(path: string, body: object | Uint8Array, headers?: Record<string, string>): Promise<JobReply>
  post(path: string, body: object | Uint8Array, headers?: Record<string, string>): Promise<Response>
  get(id: string): Promise<JobReply>
  cancel(id: string): Promise<Response>
  result(id: string): Promise<Response>
  /** Waits until it has ended. */
  ended(id: string, withinMs?: number): Promise<JobReply>
  /** Reads events until the stream ends or `enough` says so, then cuts the connection. */
  events(
    id: string,
    options?: { lastEventId?: string; enough?: (all: ServerSentEvent[]) => boolean },
  ): Promise<ServerSentEvent[]>
}

export function jobClient(url: string): JobClient {
  const post: JobClient['post'] = (path, body, headers = {}) => {
    const isBytes = body instanceof Uint8Array
    const type = isBytes ? 'image/jpeg' : 'application/json'
    return fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': type, ...headers },
      body: isBytes ? new Uint8Array(body) : JSON.stringify(body),
    })
  }
  const get: JobClient['get'] = async (id) => (await (await fetch(`${url}/v1/jobs/${id}`)).json()) as JobReply
  return {
    post,
    get,
    async submit(path, body, headers = {}) {
      const reply = await post(path, body, { prefer: 'respond-async', ...headers })
      const job = (await reply.json()) as JobReply
      assert.equal(reply.status, 202, JSON.stringify(job))
      assert.equal(reply.headers.get('location'), `/v1/jobs/${job.id}`)
      assert.equal(reply.headers.get('preference-applied'), 'respond-async')
      return job
    },
    cancel: (id) => fetch(`${url}/v1/jobs/${id}`, { method: 'DELETE' }),
    result: (id) => fetch(`${url}/v1/jobs/${id}/result`),
    async ended(id, withinMs = 30_000) {
      let job = await get(id)
      await until(`the job ends (${job.state})`, withinMs, async () => {
        job = await get(id)
        return job.ended_at !== undefined
      })
      return job
    },
    events: (id, options = {}) => readEvents(`${url}/v1/jobs/${id}/events`, options),
  }
}

function readEvents(
  url: string,
  { lastEventId, enough = () => false }: { lastEventId?: string; enough?: (all: ServerSentEvent[]) => boolean },
): Promise<ServerSentEvent[]> {
  return new Promise((resolve, reject) => {
    const events: ServerSentEvent[] = []
    let text = ''
    const headers = { ...(lastEventId !== undefined && { 'last-event-id': lastEventId }) }
    const call = request(url, { headers, agent: false }, (response) => {
      assert.equal(response.statusCode, 200)
      assert.match(response.headers['content-type'] ?? '', /^text\/event-stream/)
      response.setEncoding('utf8').on('data', (chunk: string) => {
        const blocks = (text + chunk).split('\n\n')
        text = blocks.pop() ?? ''
        events.push(...blocks.flatMap(eventOf))
        if (enough(events)) call.destroy()
      })
      response.on('close', () => resolve(events))
      response.on('error', () => resolve(events))
    })
    call.on('error', (error) => (enough(events) ? resolve(events) : reject(error)))
    call.end()
  })
}

function eventOf(block: string): ServerSentEvent[] {
  const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1]
  const [id, event, data] = [field('id'), field('event'), field('data')]
  if (event === undefined || data === undefined) return []
  return [{ event, data: JSON.parse(data) as Record<string, unknown>, ...(id !== undefined && { id }) }]
}
