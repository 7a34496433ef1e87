/** Writes `openapi/openapi.json` from the routes: the same bytes each time, with no model, lane or store behind it. */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import Fastify from 'fastify'
import { fillHttpOptions } from '../src/http/options.js'
import { registerHttp } from '../src/http/register.js'
import type { HttpServices } from '../src/http/services.js'

export const OPENAPI_FILE = fileURLToPath(new URL('./openapi.json', import.meta.url))

/** Of the API, not of the service: the document changes when the contract does, not with every release. */
const API_VERSION = '1'

/** The document as text. Routes are registered and none is called. */
export async function openApiText(): Promise<string> {
  const app = Fastify({ logger: false })
  await registerHttp(app, neverCalled, fillHttpOptions())
  await app.ready()
  const text = `${JSON.stringify(app.swagger(), null, 2)}\n`
  await app.close()
  return text
}

const neverCalled = new Proxy({} as HttpServices, {
  get: (_target, name) => {
    if (name === 'version') return API_VERSION
    return {}
  },
  has: () => true,
})

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(OPENAPI_FILE, await openApiText())
