/**
 * Packs of real size in one store that do not fit into the budget together: a random mix of requests for all of them runs
 * through without a failure and inside the budget; and how long the load of a verified pack takes beside the bare runtime.
 *
 * `npm run build && npx tsx test/load/systems.ts --store FOLDER [--budget-share 0.6] [--requests 500] [--load NAME]`
 *
 * FOLDER is a model store, such as what `model-store/import/full.py` fills from seeded checkpoints (docs/parity.md).
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { median } from './memory-watch.js'
import { askOf, packsOf, type StoredPack } from './mixed-requests.js'
import { patientPost } from './patient-post.js'
import { footprintOf, type Footprint } from './processes.js'
import { createRandom } from './random.js'
import type { RawLoadTimes } from './raw-load.process.js'
import { figure } from './report.js'
import type { ServerProcess } from './server-process.js'
import { startService } from './service.js'
import { atLeast, atMost, type Verdict } from './targets.js'
import { inWorkplace } from './workplace.js'

const MIB = 1 << 20
const LOAD_ROUNDS = 5
/** A pack of real size is verified and its goldens run. */
const READY_MS = 600_000
/** A session takes some of its own, however small its graph is. */
const LEAST_BUDGET_BYTES = 64 * MIB

const { values: options } = parseArgs({
  options: {
    store: { type: 'string' },
    'budget-share': { type: 'string', default: '0.6' },
    requests: { type: 'string', default: '500' },
    clients: { type: 'string', default: '4' },
    /** The pack whose load is timed; left out, the one nearest to 600 MB. */
    load: { type: 'string' },
  },
})
const store = options.store
if (store === undefined) throw new Error('Say which store: --store FOLDER.')
const packs = packsOf(store).sort((one, other) => one.bytes - other.bytes)
const total = packs.reduce((sum, { bytes }) => sum + bytes, 0)
const [smallest, largest] = [packs.at(0)!, packs.at(-1)!]
const budget = Math.max(
  Math.ceil(Number(options['budget-share']) * total),
  Math.ceil(1.1 * (largest.bytes + smallest.bytes)),
  LEAST_BUDGET_BYTES,
)

await inWorkplace('systems', async ({ logFile }) => {
  for (const { id, bytes, tasks } of packs) console.log(`${id}: ${figure(bytes / MIB)} MiB, ${tasks.join(', ')}`)
  console.log(`${packs.length} packs of ${figure(total / MIB)} MiB under a budget of ${figure(budget / MIB)} MiB`)
  const environment = { CACHE_BUDGET_BYTES: String(budget), REQUEST_TIMEOUT_MS: '600000', LOG_LEVEL: 'warn' }
  const service = await startService({ store, models: [smallest.id], logFile, environment, readyWithinMs: READY_MS })
  try {
    return [...(await mixed(service)), ...(await loads(service))]
  } finally {
    console.log(`The service ended with ${await service.stop()}.`)
  }
})

async function mixed(service: ServerProcess): Promise<Verdict[]> {
  const random = createRandom(7)
  const asks = Array.from({ length: Number(options.requests) }, () => askOf(packs, random.next))
  const footprints: number[] = []
  let highest: Footprint | undefined
  const watch = setInterval(() => {
    const now = footprintOf(service.pid)
    footprints.push(now.serverMib + now.lanesMib)
    if (footprints.at(-1)! >= Math.max(...footprints)) highest = now
  }, 250)
  const startMs = performance.now()
  const seconds = (): number => (performance.now() - startMs) / 1000
  const memory = (): string =>
    `${figure(footprints.at(-1) ?? 0)} MiB, at most ${figure(Math.max(0, ...footprints))} MiB so far`
  const times: number[] = []
  let failures = 0
  await Promise.all(
    Array.from({ length: Number(options.clients) }, async () => {
      for (let ask = asks.pop(); ask !== undefined; ask = asks.pop()) {
        const askedMs = performance.now()
        const { status, text } = await patientPost(`http://127.0.0.1:${service.port}${ask.path}`, ask.body)
        times.push(performance.now() - askedMs)
        if (status !== 200) console.log(`  ${ask.path} with ${ask.model}: ${status} ${text.slice(0, 300)}`)
        if (status !== 200) failures++
        if (times.length % 20 === 0) console.log(`  ${times.length} after ${figure(seconds())} s, ${memory()}`)
      }
    }),
  )
  clearInterval(watch)
  const at = (share: number): string =>
    figure(times.toSorted((a, b) => a - b)[Math.ceil(share * times.length) - 1] ?? NaN)
  console.log(`  ${times.length} requests in ${figure(seconds())} s; median ${at(0.5)} ms, p99 ${at(0.99)} ms`)
  const { serverMib = NaN, lanesMib = NaN } = highest ?? {}
  console.log(`  highest: server ${figure(serverMib)} MiB, lanes ${figure(lanesMib)} MiB`)
  const evicted = await metric(service, 'radserve_sessions_evicted_total')
  return [
    atMost(`requests of ${options.requests} that failed`, failures, 0),
    atLeast('sessions evicted', evicted, 1),
    atMost('highest resident memory of server and lanes / budget', Math.max(...footprints) / (budget / MIB), 1.15),
  ]
}

async function metric(service: ServerProcess, name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${service.port}/metrics`)).text()
  return text
    .split('\n')
    .filter((line) => line.startsWith(name))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}

/** In turns, so that what disturbs the machine meets both alike. The goldens that a load runs are part of it. */
async function loads(service: ServerProcess): Promise<Verdict[]> {
  const near = (pack: StoredPack): number => Math.abs(pack.bytes - 600e6)
  const pack = packs.find(({ id }) => id === options.load) ?? packs.toSorted((a, b) => near(a) - near(b))[0]!
  const [name] = pack.id.split('@') as [string]
  const post = async (verb: string): Promise<number> => {
    const startMs = performance.now()
    const reply = await fetch(`http://127.0.0.1:${service.port}/v1/models/${name}/${verb}`, { method: 'POST' })
    if (!reply.ok) throw new Error(`${verb} was answered ${reply.status}: ${await reply.text()}`)
    await reply.text()
    return performance.now() - startMs
  }
  for (const { id } of packs)
    await fetch(`http://127.0.0.1:${service.port}/v1/models/${id.split('@')[0]}/unload`, { method: 'POST' })
  const cpuMs = (): number => {
    const { serverCpuMs, lanesCpuMs } = footprintOf(service.pid)
    return serverCpuMs + lanesCpuMs
  }
  const ratios: number[] = []
  const cpuRatios: number[] = []
  for (let round = 0; round < LOAD_ROUNDS; round++) {
    const raw = await rawLoad(pack.folder)
    const beforeMs = cpuMs()
    const ms = await post('load')
    const usedMs = cpuMs() - beforeMs
    await post('unload')
    ratios.push(ms / (raw.hashMs + raw.sessionsMs))
    cpuRatios.push(usedMs / raw.cpuMs)
    console.log(
      `  load of ${pack.id}: ${figure(ms)} ms (CPU ${figure(usedMs)}), hashing ${figure(raw.hashMs)} + sessions ` +
        `${figure(raw.sessionsMs)} ms alone (CPU ${figure(raw.cpuMs)})`,
    )
  }
  const what = `load of ${figure(pack.bytes / 1e6)} MB / hashing and session creation alone`
  return [atMost(what, median(ratios), 1.5), atMost(`the same in CPU time`, median(cpuRatios), 1.5)]
}

async function rawLoad(folder: string): Promise<RawLoadTimes> {
  const program = fileURLToPath(new URL('./raw-load.process.ts', import.meta.url))
  const child = fork(program, [folder, '2'], { execArgv: ['--import', 'tsx'] })
  const [times] = (await once(child, 'message')) as [RawLoadTimes]
  await once(child, 'exit')
  return times
}
