/** Routes of indexes over a real database and the model that is computed by hand. */
import { request, type ClientRequest } from 'node:http'
import type { TestContext } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { createIndexes, type Indexes } from '../../src/flows/indexes.js'
import type { HttpOptions } from '../../src/http/options.js'
import { silentLog, silentMeter, systemClock } from '../../src/ports.js'
import { createRetrieval, type Retrieval } from '../../src/retrieval/retrieval.js'
import type { State } from '../../src/state/state.js'
import { testIndexes } from '../retrieval/kinds.js'
import { buildHttp } from './build-http.js'
import { createTinyServices, type TinyServices } from './tiny-services.js'

export interface IndexHttp {
  readonly app: FastifyInstance
  readonly indexes: Indexes
  readonly retrieval: Retrieval
  readonly state: State
  /** Whose model embeds: its gate holds embeddings back. */
  readonly tiny: TinyServices
  ask(method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, payload?: object): Promise<Reply>
  listen(): Promise<string>
}

export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  // What it is differs from test to test.
  readonly body: Record<string, unknown>
}

export interface IndexHttpOptions {
  readonly maxItems?: number
  readonly maxIndexes?: number
  readonly http?: Partial<HttpOptions>
}

export function testIndexHttp(
  title: string,
  body: (t: TestContext, http: IndexHttp) => Promise<void>,
  options: IndexHttpOptions = {},
): void {
  testIndexes(title, async (t, _retrieval, state) => body(t, await buildIndexHttp(t, state, options)))
}

export async function buildIndexHttp(
  t: TestContext,
  state: State,
  { maxItems = 1000, maxIndexes = 8, http = {} }: IndexHttpOptions = {},
): Promise<IndexHttp> {
  const tiny = createTinyServices()
  const retrieval = createRetrieval(state, silentLog)
  const indexes = createIndexes({
    ...{ retrieval, predict: tiny.predict, maxIndexes, maxItems, timeoutMs: 60_000, leaseMs: 60_000 },
    ...{ log: silentLog, meter: silentMeter, clock: systemClock },
  })
  const { app, listen } = await buildHttp(t, { http, services: { predict: tiny.predict, indexes } })
  t.after(() => indexes.close())
  return {
    ...{ app, indexes, retrieval, state, tiny, listen },
    async ask(method, path, payload) {
      const reply = await app.inject({ method, url: `/v1/indexes${path}`, ...(payload && { payload }) })
      const isJson = String(reply.headers['content-type']).includes('json')
      return {
        status: reply.statusCode,
        headers: reply.headers,
        body: isJson ? reply.json<Record<string, unknown>>() : {},
      }
    },
  }
}

/** A stream of lines over a real socket, both ways at a time. */
export interface LineStream {
  readonly call: ClientRequest
  /** Lines of the answer so far. */
  readonly lines: AnswerLine[]
  send(line: object | string): boolean
  end(): void
  /** Resolves when so many lines of the answer are there. */
  has(count: number): Promise<void>
  /** Resolves with the status when the answer is over; rejects when it is cut. */
  readonly ended: Promise<number>
}

export interface AnswerLine {
  readonly line?: number
  readonly id?: string
  readonly status?: string
  readonly error?: { readonly code: string; readonly errors?: readonly { readonly pointer: string }[] }
}

export function openLines(url: string, path: string): LineStream {
  const lines: AnswerLine[] = []
  const waiting: (() => void)[] = []
  const wake = (): void => {
    for (const resume of waiting.splice(0)) resume()
  }
  const call = request(`${url}/v1/indexes${path}`, {
    method: 'POST',
    agent: false,
    headers: { 'content-type': 'application/x-ndjson' },
  })
  const ended = new Promise<number>((resolve, reject) => {
    call.on('error', reject)
    call.on('response', (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        const whole = (text + chunk).split('\n')
        text = whole.pop() ?? ''
        lines.push(...whole.map((line) => JSON.parse(line) as AnswerLine))
        wake()
      })
      response.on('error', reject)
      response.on('end', () => {
        if (text !== '') lines.push(JSON.parse(text) as AnswerLine)
        resolve(response.statusCode ?? 0)
        wake()
      })
    })
  })
  ended.catch(wake)
  return {
    ...{ call, lines, ended },
    send: (line) => call.write(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`),
    end: () => void call.end(),
    async has(count) {
      while (lines.length < count) await new Promise<void>((resolve) => waiting.push(resolve))
    },
  }
}
