/** Ten times the load that the service can carry: what it accepts stays quick, the rest is told at once to come back. */
import { parseArgs } from 'node:util'
import { addPack, addResnet50 } from './bench-store.js'
import { smallFilms } from './bodies.js'
import type { LoadPlan, LoadResult } from './load-plan.js'
import { watchMemory } from './memory-watch.js'
import { figure } from './report.js'
import { embeddingRequest } from './requests.js'
import type { ServerProcess } from './server-process.js'
import { startService } from './service.js'
import { latenciesOf, percentiles, summarize, throughput } from './summary.js'
import { atLeast, atMost, type Verdict } from './targets.js'
import { embeddedPack, inWorkplace, type Workplace } from './workplace.js'

const TIMES = 10
const SAMPLE_EVERY_MS = 250

const { values: options } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    /** Takes the graph of real size instead of the embedded pack. */
    resnet50: { type: 'boolean', default: false },
    'in-flight': { type: 'string', default: '64' },
  },
})
const limit = Number(options['in-flight'])
const warmUpMs = options.short ? 1000 : 3000
const measureMs = options.short ? 4000 : 20_000

await inWorkplace('overload', async ({ store, generator, logFile }) => {
  const folder = options.resnet50 ? addResnet50(store) : addPack(store, embeddedPack())
  const [version, name] = folder.split('/').reverse() as [string, string]
  const model = `${name}@${version}`
  const environment = { MAX_REQUESTS_IN_FLIGHT: String(limit) }
  const service = await startService({ store, models: [model], logFile, environment })
  try {
    const plan: Omit<LoadPlan, 'arrivals' | 'extent'> = {
      host: '127.0.0.1',
      port: service.port,
      requests: smallFilms().map((film) => embeddingRequest(model, film)),
      seed: 7,
    }
    const extent = { kind: 'time', warmUpMs, measureMs } as const
    const clients = Math.min(32, limit)
    const peak = throughput(await generator.run({ ...plan, arrivals: { kind: 'closed', clients }, extent }))
    console.log(`${model}: carries ${figure(peak)} requests a second; now ${figure(TIMES * peak)} arrive.`)
    const arrivals = { kind: 'open', ratePerSecond: TIMES * peak, maxConnections: 4096 } as const
    const overload: LoadPlan = { ...plan, arrivals, extent }
    const { result, growth } = await watched(service, generator, overload)
    return judge(result, overload, { peak, growth })
  } finally {
    console.log(`The service ended with ${await service.stop()}.`)
  }
})

async function watched(
  service: ServerProcess,
  generator: Workplace['generator'],
  plan: LoadPlan,
): Promise<{ result: LoadResult; growth: number }> {
  const memory = watchMemory(service.pid)
  const timer = setInterval(() => memory.sample(), SAMPLE_EVERY_MS)
  const result = await generator.run(plan)
  clearInterval(timer)
  return { result, growth: memory.growth() }
}

function judge(result: LoadResult, plan: LoadPlan, { peak, growth }: { peak: number; growth: number }): Verdict[] {
  const summary = summarize(result, plan)
  const { replies } = result
  console.log(
    `Answers: ${JSON.stringify(summary.statuses)}; the load generator took ${figure(summary.generatorCores)} cores.`,
  )
  const refusals = percentiles(latenciesOf(replies, (status) => status === 429))
  const told = replies.status.filter((status, at) => status === 429 && replies.hasRetryAfter[at] === 1).length
  const others = replies.status.filter((status) => status !== 200 && status !== 429).length
  const refused = replies.status.filter((status) => status === 429).length
  console.log(`Refusals: p50 ${figure(refusals.p50)} ms, max ${figure(refusals.max)} ms.`)
  // The last in the queue waits for all before it; a quarter more for what it takes to get in and out.
  const boundMs = (1250 * limit) / summary.perSecond + 100
  return [
    atLeast('goodput / peak', summary.perSecond / peak, 0.9),
    atMost(`p99 of the accepted (ms), ${limit} in flight`, summary.latencyMs.p99, Math.round(boundMs)),
    atMost('p99 of a refusal (ms)', refusals.p99, 50),
    atLeast('share of refusals with retry-after', told / refused, 1),
    atMost('answers that are neither 200 nor 429', others, 0),
    atMost('memory at the end / after the first tenth', growth, 1.1),
  ]
}
