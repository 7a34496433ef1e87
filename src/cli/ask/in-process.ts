import { createApp, createService, openStore } from '../../app.js'
import { loadProcessConfig, type Config } from '../../config.js'
import { AppError } from '../../errors.js'
import { createLogger } from '../../observability/logger.js'

export interface OwnService {
  readonly url: string
  close(): Promise<void>
}

export interface OwnServiceOptions {
  readonly model?: string
  /** What is going to be asked, in the words of manifests: only the default models of these are loaded. */
  readonly tasks: readonly string[]
  /** The log goes to stderr. */
  readonly isVerbose: boolean
}

/** Whoever started this process is who asks: no identity, and no trail of what a person does at a terminal. */
const PRIVATE = {
  HOST: '127.0.0.1',
  AUDIT: 'off',
  API_KEYS_FILE: '',
  JWT_ISSUER: '',
  JWT_AUDIENCE: '',
  JWT_JWKS_URL: '',
  TLS_CERT_FILE: '',
  TLS_KEY_FILE: '',
  TLS_CLIENT_CA_FILE: '',
  CLIENT_CERTIFICATES_FILE: '',
} as const

/** The whole service in this process, on a free port of the loopback address, for as long as the command runs. */
export async function startOwnService({ model, tasks, isVerbose }: OwnServiceOptions): Promise<OwnService> {
  const config = { ...loadProcessConfig(), ...PRIVATE }
  const defaults = model ?? (await defaultsFor(config, tasks))
  const log = createLogger(isVerbose ? 'info' : 'silent', process.stderr)
  const service = await createService({ ...config, DEFAULT_MODELS: defaults }, log)
  try {
    const app = await createApp(service, log)
    const url = await app.listen({ host: config.HOST, port: 0 })
    await service.models.start()
    return {
      url,
      async close() {
        app.server.closeAllConnections()
        await app.close()
        await service.close(0)
      },
    }
  } catch (error) {
    await service.close(0)
    throw error
  }
}

/** Of the configured models the first for each task. Throws `task_not_supported` where there is none. */
async function defaultsFor(config: Config, tasks: readonly string[]): Promise<string> {
  const { store } = openStore(config)
  const found = new Map<string, string>()
  for (const name of config.DEFAULT_MODELS.split(',').filter(Boolean)) {
    const { manifest } = await store.open(await store.resolve(name.trim()))
    for (const task of manifest.tasks) if (!found.has(task)) found.set(task, name.trim())
  }
  const [first] = tasks
  if (first !== undefined && !found.has(first))
    throw new AppError('task_not_supported', `No model of DEFAULT_MODELS does ${first}; name one with --model.`)
  return [...new Set(tasks.flatMap((task) => found.get(task) ?? []))].join(',')
}
