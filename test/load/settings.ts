/**
 * Settings of the service beside each other, in short turns, so that a machine that others use too disturbs all alike: each
 * round gives every contestant one turn at every load, and what is compared are the medians over the quiet turns.
 *
 * `npx tsx test/load/settings.ts --resnet50 --env "" --env LANES=1 --env "LANES=2 THREADS_PER_LANE=1" --rounds 8`
 */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { addPack, addResnet50 } from './bench-store.js'
import { pixelRows, smallFilms } from './bodies.js'
import { runHeat } from './contest.js'
import { watchOthers } from './disturbance.js'
import type { Generator } from './generator.js'
import { imageGraphOf, type ImageGraph } from './graph-input.js'
import { median } from './memory-watch.js'
import { startNaive } from './naive.js'
import { rawLayouts, startRaw } from './raw.js'
import { figure, table } from './report.js'
import { embeddingRequest, inferRequest, naiveEmbeddingRequest, naiveInferRequest } from './requests.js'
import type { ServerProcess } from './server-process.js'
import { startService } from './service.js'
import { cpuMsPerImage } from './targets.js'
import { embeddedPack, inWorkplace } from './workplace.js'

const NAIVE = 'naive'
const RAW_BATCHES = [1, 8]
const DISTINCT_BODIES = 16

const { values: options } = parseArgs({
  options: {
    resnet50: { type: 'boolean', default: false },
    /** The settings of one contestant: `KEY=value`, more than one with blanks between them; empty for the defaults. */
    env: { type: 'string', multiple: true, default: ['', 'LANES=1', 'LANES=2'] },
    clients: { type: 'string', default: '1,16' },
    /** Without the bare runtime. */
    'no-raw': { type: 'boolean', default: false },
    rounds: { type: 'string', default: '6' },
    'turn-ms': { type: 'string', default: '1500' },
    /** Turns in which other programs took more cores than this are left out, as long as any remain. */
    'quiet-cores': { type: 'string', default: '0.15' },
  },
})
const turnMs = Number(options['turn-ms'])

interface Turn {
  readonly perSecond: number
  /** Median; NaN for the bare runtime. */
  readonly latencyMs: number
  /** Of all cores together, for one answer. */
  readonly cpuMs: number
}

interface Contestant {
  readonly name: string
  readonly load: string
  turn(): Promise<Turn>
  readonly turns: (Turn & { readonly others: number })[]
}

interface Named {
  readonly name: string
  readonly server: ServerProcess
}

await inWorkplace('settings', async ({ store, generator, logFile }) => {
  const folder = options.resnet50 ? addResnet50(store) : addPack(store, embeddedPack())
  const [version, name] = folder.split('/').reverse() as [string, string]
  const model = `${name}@${version}`
  const graph = imageGraphOf(folder)
  const closers: (() => unknown)[] = []
  try {
    const raws = options['no-raw'] ? [] : await rawContestants(graph, closers)
    const servers: Named[] = [{ name: NAIVE, server: await startNaive(graph, logFile) }]
    closers.push(
      ...servers.map(
        ({ server }) =>
          () =>
            server.stop(),
      ),
    )
    for (const env of options.env) {
      const server = await startService({ store, models: [model], logFile, environment: environmentOf(env) })
      closers.push(() => server.stop())
      servers.push({ name: env === '' ? 'defaults' : env, server })
    }
    await compare([...raws, ...serverContestants(servers, { model, graph, generator })])
  } finally {
    await Promise.all(closers.map((close) => close()))
  }
  return []
})

function environmentOf(env: string): Record<string, string> {
  const entries = env.split(' ').filter((entry) => entry !== '')
  return Object.fromEntries(entries.map((entry) => entry.split('=', 2) as [string, string]))
}

async function rawContestants(graph: ImageGraph, closers: (() => unknown)[]): Promise<Contestant[]> {
  const found: Contestant[] = []
  for (const layout of rawLayouts(availableParallelism())) {
    const raw = await startRaw(graph, layout)
    closers.push(() => raw.close())
    for (const batch of RAW_BATCHES) {
      const turn = async (): Promise<Turn> => ({ ...(await raw.measure(batch, turnMs)), latencyMs: NaN })
      found.push({ name: `runtime, ${layout.name}, batch ${batch}`, load: 'bare', turn, turns: [] })
    }
  }
  return found
}

function serverContestants(
  servers: readonly Named[],
  { model, graph, generator }: { model: string; graph: ImageGraph; generator: Generator },
): Contestant[] {
  const films = smallFilms()
  const rows = pixelRows(graph, DISTINCT_BODIES)
  const bodies = [
    {
      body: 'JPEG',
      forService: films.map((film) => embeddingRequest(model, film)),
      forNaive: films.map((film) => naiveEmbeddingRequest(film)),
    },
    {
      body: 'pixels',
      forService: rows.map((row) => inferRequest(model, graph, row)),
      forNaive: rows.map((row) => naiveInferRequest(row)),
    },
  ]
  return options.clients.split(',').flatMap((clients) =>
    bodies.flatMap(({ body, forService, forNaive }) =>
      servers.map(({ name, server }): Contestant => {
        const requests = name === NAIVE ? forNaive : forService
        const arrivals = { kind: 'closed', clients: Number(clients) } as const
        const turn = async (): Promise<Turn> => {
          const heat = await runHeat(generator, { server, body, requests, arrivals, warmUpMs: 300, measureMs: turnMs })
          const { perSecond, latencyMs } = heat.summary
          return { perSecond, latencyMs: latencyMs.p50, cpuMs: cpuMsPerImage(heat) }
        }
        return { name, load: `${body}, ${clients} clients`, turn, turns: [] }
      }),
    ),
  )
}

async function compare(contestants: readonly Contestant[]): Promise<void> {
  for (const { turn } of contestants) await turn().catch(() => undefined)
  for (let round = 1; round <= Number(options.rounds); round++) {
    for (const { turn, turns } of contestants) {
      const watch = watchOthers()
      // On a machine that is very busy nothing may come in time; the next round tries again.
      const found = await turn().catch(() => undefined)
      if (found !== undefined) turns.push({ ...found, others: watch.cores() })
    }
    console.log(`\nAfter ${round} rounds:\n${turnTable(contestants)}`)
  }
}

function turnTable(contestants: readonly Contestant[]): string {
  const head = ['load', 'contestant', 'answers/s', 'p50 ms', 'CPU ms', 'quiet turns', 'cores of others']
  const rows = contestants.map(({ name, load, turns }) => {
    const quiet = turns.filter(({ others }) => others <= Number(options['quiet-cores']))
    const used = quiet.length > 0 ? quiet : turns
    const of = (pick: (turn: (typeof turns)[number]) => number): string => figure(median(used.map(pick)))
    return [
      ...[load, name],
      ...[of(({ perSecond }) => perSecond), of(({ latencyMs }) => latencyMs), of(({ cpuMs }) => cpuMs)],
      ...[`${quiet.length} of ${turns.length}`, of(({ others }) => others)],
    ]
  })
  return table(head, rows)
}
