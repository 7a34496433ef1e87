/**
 * How often V8 collects the whole heap of a service under load, and how much of the main thread's time that takes.
 *
 * `npm run build && npx tsx test/load/collections.ts [--dist FOLDER] [--clients 16]`; another `--dist` measures another build.
 */
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { addPack } from './bench-store.js'
import { smallFilms } from './bodies.js'
import { figure } from './report.js'
import { embeddingRequest } from './requests.js'
import { startServer } from './server-process.js'
import { throughput } from './summary.js'
import { embeddedPack, inWorkplace } from './workplace.js'

const MEASURED_MS = 30_000

const { values: options } = parseArgs({
  options: {
    dist: { type: 'string', default: resolve(import.meta.dirname, '../../dist') },
    clients: { type: 'string', default: '16' },
  },
})

await inWorkplace('collections', async ({ store, generator, logFile }) => {
  const [version, name] = addPack(store, embeddedPack()).split('/').reverse() as [string, string]
  const model = `${name}@${version}`
  const service = await startServer({
    name: 'service',
    args: [join(options.dist, 'main.js')],
    environment: { MODEL_STORE: store, DEFAULT_MODELS: model },
    readyPath: '/health/ready',
    logFile,
  })
  try {
    const plan = {
      host: '127.0.0.1',
      port: service.port,
      requests: smallFilms().map((film) => embeddingRequest(model, film)),
      seed: 7,
      arrivals: { kind: 'closed', clients: Number(options.clients) },
    } as const
    await generator.run({ ...plan, extent: { kind: 'time', warmUpMs: 0, measureMs: 8000 } })
    await service.loopDelay()
    const result = await generator.run({ ...plan, extent: { kind: 'time', warmUpMs: 0, measureMs: MEASURED_MS } })
    const { p99, collected } = await service.loopDelay()
    const share = (100 * collected.ms) / MEASURED_MS
    console.log(
      `${figure(throughput(result))} films a second; ${collected.full} full collections in ${MEASURED_MS / 1000} s, all collections took ` +
        `${figure(share)} % of the main thread's time; event loop p99 ${figure(p99)} ms.`,
    )
  } finally {
    console.log(`The service ended with ${await service.stop()}.`)
  }
  return []
})
