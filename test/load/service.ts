import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { startServer, type ServerProcess } from './server-process.js'

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url))

export interface ServiceOptions {
  readonly store: string
  /** `name@version` of the packs that are loaded at start. */
  readonly models: readonly string[]
  readonly logFile: string
  readonly environment?: Readonly<Record<string, string>>
  readonly readyWithinMs?: number
}

/** The service as it is shipped: built, with its own defaults. */
export function startService({
  store,
  models,
  logFile,
  environment,
  readyWithinMs,
}: ServiceOptions): Promise<ServerProcess> {
  if (!existsSync(MAIN)) throw new Error('There is no dist/main.js; run `npm run build` first.')
  return startServer({
    name: 'service',
    args: [MAIN],
    environment: { MODEL_STORE: store, DEFAULT_MODELS: models.join(','), ...environment },
    readyPath: '/health/ready',
    logFile,
    ...(readyWithinMs !== undefined && { readyWithinMs }),
  })
}
