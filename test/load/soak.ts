/** Loads and unloads, and requests, by the thousand: memory must stay where it was after the first tenth. */
import { parseArgs } from 'node:util'
import { addPack, TINY_PACK } from './bench-store.js'
import { smallFilms } from './bodies.js'
import { requestBytes } from './connection.js'
import type { Generator } from './generator.js'
import type { LoadPlan } from './load-plan.js'
import { watchMemory, type MemoryWatch } from './memory-watch.js'
import { figure } from './report.js'
import { embeddingRequest } from './requests.js'
import type { ServerProcess } from './server-process.js'
import { startService } from './service.js'
import { atMost } from './targets.js'
import { inWorkplace } from './workplace.js'

const STEPS = 40
const CROWD = 16
const STAYS = { name: 'stays', version: '1.0.0' }
const COMES_AND_GOES = { name: 'comes-and-goes', version: '1.0.0' }

const { values: options } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    loads: { type: 'string' },
    requests: { type: 'string' },
    pack: { type: 'string', default: TINY_PACK },
  },
})
const loads = Number(options.loads ?? (options.short ? 80 : 2000))
const requests = Number(options.requests ?? (options.short ? 2000 : 50_000))

await inWorkplace('soak', async ({ store, generator, logFile }) => {
  addPack(store, TINY_PACK, STAYS)
  addPack(store, options.pack, COMES_AND_GOES)
  const service = await startService({ store, models: [STAYS.name], logFile })
  try {
    // Narrow lanes open once many ask: a step that would otherwise come somewhere in the middle.
    await generator.run(planOf(service, [embeddingRequest(STAYS.name, smallFilms()[0]!)], CROWD, CROWD * 20))
    const byLoads = await manyLoads(service, generator)
    const byRequests = await manyRequests(service, generator)
    return [
      atMost(`memory over ${loads} loads and unloads: end / after the first tenth`, byLoads.growth(), 1.1),
      atMost(`memory over ${requests} requests: end / after the first tenth`, byRequests.growth(), 1.1),
    ]
  } finally {
    console.log(`The service ended with ${await service.stop()}.`)
  }
})

/** Each load is followed by a request, so that there is something to forget. */
function manyLoads(service: ServerProcess, generator: Generator): Promise<MemoryWatch> {
  const { name } = COMES_AND_GOES
  const cycle = [
    requestBytes('POST', `/v1/models/${name}/load`),
    embeddingRequest(name, smallFilms()[0]!),
    requestBytes('POST', `/v1/models/${name}/unload`),
  ]
  return inSteps('loads and unloads', service, (step) => generator.run(planOf(service, cycle, 1, 3 * step)), loads)
}

function manyRequests(service: ServerProcess, generator: Generator): Promise<MemoryWatch> {
  const films = smallFilms().map((film) => embeddingRequest(STAYS.name, film))
  return inSteps('requests', service, (step) => generator.run(planOf(service, films, 16, step)), requests)
}

function planOf(service: ServerProcess, all: readonly Uint8Array[], clients: number, count: number): LoadPlan {
  return {
    host: '127.0.0.1',
    port: service.port,
    requests: all,
    arrivals: { kind: 'closed', clients },
    extent: { kind: 'count', requests: count },
    seed: 3,
  }
}

async function inSteps(
  what: string,
  service: ServerProcess,
  run: (step: number) => ReturnType<Generator['run']>,
  total: number,
): Promise<MemoryWatch> {
  const memory = watchMemory(service.pid)
  const startMs = performance.now()
  const step = Math.ceil(total / STEPS)
  for (let done = 0; done < total; done += step) {
    const { replies } = await run(Math.min(step, total - done))
    const failed = replies.status.filter((status) => status !== 200)
    if (failed.length > 0) throw new Error(`${failed.length} of the ${what} failed, the first with ${failed[0]}.`)
    memory.sample()
  }
  const seconds = (performance.now() - startMs) / 1000
  const course = memory.samples
    .filter((_, at) => at % 4 === 3)
    .map(({ serverMib, lanesMib }) => `${serverMib.toFixed(0)}+${lanesMib.toFixed(0)}`)
  console.log(`${total} ${what} in ${figure(seconds)} s; server + lanes in MiB: ${course.join(' ')}`)
  return memory
}
