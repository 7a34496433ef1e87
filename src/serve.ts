import { checkExposure } from './app/exposure.js'
import { letHeapGrow } from './app/heap.js'
import { createApp, createService } from './app.js'
import type { Config } from './config.js'
import { createLogger } from './observability/logger.js'
import { nextSignal } from './stop-signal.js'

/**
 * The life of the program: listens, loads the default models, and at SIGTERM or SIGINT stops accepting, lets running
 * requests and jobs finish within the grace period and ends lanes and threads. A signal that comes while it starts ends it
 * as soon as it has. Resolves with the exit code; a second signal cuts the grace period short.
 */
export async function serve(config: Config): Promise<number> {
  const signalled = nextSignal()
  letHeapGrow()
  const log = createLogger(config.LOG_LEVEL)
  checkExposure(config, log)
  const service = await createService(config, log)
  const app = await createApp(service, log).catch(async (error: unknown) => {
    await service.close(0)
    throw error
  })
  try {
    await app.listen({ host: config.HOST, port: config.PORT })
  } catch (error) {
    await service.close(0)
    throw error
  }
  const started = service.models.start()
  const name = await signalled
  log.info({ signal: name, grace_ms: config.SHUTDOWN_GRACE_MS }, 'draining')
  const impatient = nextSignal()
  const finished = Promise.all([app.close(), service.jobs.drain()])
  const isDrained = await within(config.SHUTDOWN_GRACE_MS, finished, impatient)
  if (!isDrained) log.warn({}, 'the grace period ended before every request did')
  app.server.closeAllConnections()
  await service.close(isDrained ? config.SHUTDOWN_GRACE_MS : 0)
  await started
  log.info({}, 'closed')
  return 0
}

/** Whether the work was done before the time was over or somebody lost patience. */
async function within(limitMs: number, work: Promise<unknown>, impatient: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => (timer = setTimeout(resolve, limitMs, false)))
  const isDone = await Promise.race([work.then(() => true as const), late, impatient.then(() => false as const)])
  clearTimeout(timer)
  return isDone
}
