import { Writable } from 'node:stream'
import type { TestContext } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { createServer } from '../../src/http/server.js'
import { fillHttpOptions, type HttpOptions } from '../../src/http/options.js'
import { registerHttp } from '../../src/http/register.js'
import type { HttpServices } from '../../src/http/services.js'
import { createLogger } from '../../src/observability/logger.js'
import { createTinyServices, type TinyServices } from './tiny-services.js'

export interface BuiltHttp {
  readonly app: FastifyInstance
  readonly services: TinyServices
  /** Every line that was logged since the routes were there, but for the one that says where it listens. */
  readonly lines: Record<string, unknown>[]
  /** Listens on a free port of this machine and gives its address. */
  listen(): Promise<string>
}

export async function buildHttp(
  t: TestContext,
  given: {
    http?: Partial<HttpOptions>
    services?: Partial<HttpServices>
    /** Routes of a test's own. */
    routes?: (app: FastifyInstance) => void
  } = {},
): Promise<BuiltHttp> {
  const http = fillHttpOptions(given.http)
  const services = createTinyServices(given.services)
  const lines: Record<string, unknown>[] = []
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      const line = JSON.parse(chunk.toString()) as Record<string, unknown>
      if (!String(line['msg']).startsWith('Server listening')) lines.push(line)
      done()
    },
  })
  const app = createServer({ http, logger: createLogger('info', sink) })
  await registerHttp(app, services, http)
  given.routes?.(app)
  t.after(() => app.close())
  return { app, services, lines, listen: () => app.listen({ port: 0, host: '127.0.0.1' }) }
}
