/**
 * Settings of the service beside each other, in short turns, so that a machine that others use too disturbs all alike: each
 * round gives every contestant one turn at every load, and what is compared are the medians over the quiet turns.
 *
 * `npx tsx test/load/settings.ts --resnet50 --env LANES=1 --env "LANES=2 THREADS_PER_LANE=1" --rounds 8`
 */
import { parseArgs } from 'node:util'
import { addPack, addResnet50 } from './bench-store.js'
import { pixelRows, smallFilms } from './bodies.js'
import { runHeat } from './contest.js'
import { watchOthers } from './disturbance.js'
import { imageGraphOf } from './graph-input.js'
import { median } from './memory-watch.js'
import { startNaive } from './naive.js'
import { rawLayouts, startRaw } from './raw.js'
import { figure } from './report.js'
import { embeddingRequest, inferRequest, naiveEmbeddingRequest, naiveInferRequest } from './requests.js'
import { startService } from './service.js'
import { embeddedPack, inWorkplace } from './workplace.js'

const { values: options } = parseArgs({
  options: {
    resnet50: { type: 'boolean', default: false },
    /** The settings of one contestant: `KEY=value`, more than one with blanks between them. */
    env: { type: 'string', multiple: true, default: ['', 'LANES=2'] },
    clients: { type: 'string', default: '1,16' },
    /** Without the bare runtime, of which only the service's settings are compared. */
    'no-raw': { type: 'boolean', default: false },
    rounds: { type: 'string', default: '6' },
    'turn-ms': { type: 'string', default: '1500' },
    /** Turns in which other programs took more cores than this are left out, as long as any remain. */
    'quiet-cores': { type: 'string', default: '0.15' },
  },
})
const turnMs = Number(options['turn-ms'])
const quietCores = Number(options['quiet-cores'])
const batches = [1, 8]

interface Turn {
  readonly perSecond: number
  /** Median; NaN for the bare runtime. */
  readonly latencyMs: number
  readonly cpuMs: number
  readonly others: number
}

interface Contestant {
  readonly name: string
  readonly load: string
  turn(): Promise<Omit<Turn, 'others'>>
  readonly turns: Turn[]
}

await inWorkplace('settings', async ({ store, generator, logFile }) => {
  const folder = options.resnet50 ? addResnet50(store) : addPack(store, embeddedPack())
  const [version, name] = folder.split('/').reverse() as [string, string]
  const model = `${name}@${version}`
  const graph = imageGraphOf(folder)
  const contestants: Contestant[] = []
  const closers: (() => unknown)[] = []
  const rows = pixelRows(graph, 16)
  const bodies = [
    {
      body: 'JPEG',
      forService: smallFilms().map((film) => embeddingRequest(model, film)),
      forNaive: smallFilms().map((film) => naiveEmbeddingRequest(film)),
    },
    {
      body: 'pixels',
      forService: rows.map((row) => inferRequest(model, graph, row)),
      forNaive: rows.map((row) => naiveInferRequest(row)),
    },
  ]
  try {
    for (const layout of options['no-raw'] ? [] : rawLayouts(2)) {
      const raw = await startRaw(graph, layout)
      closers.push(() => raw.close())
      for (const batch of batches) {
        contestants.push({
          name: `raw ${layout.name} b${batch}`,
          load: 'raw',
          turns: [],
          async turn() {
            return { ...(await raw.measure(batch, turnMs)), latencyMs: NaN }
          },
        })
      }
    }
    const servers = [{ name: 'naive', server: await startNaive(graph, logFile) }]
    for (const env of options.env) {
      const environment = Object.fromEntries(
        env
          .split(' ')
          .filter((entry) => entry !== '')
          .map((entry) => entry.split('=', 2) as [string, string]),
      )
      const server = await startService({ store, models: [model], logFile, environment })
      servers.push({ name: env === '' ? 'defaults' : env, server })
    }
    closers.push(
      ...servers.map(
        ({ server }) =>
          () =>
            server.stop(),
      ),
    )
    for (const clients of options.clients.split(',').map(Number)) {
      for (const { body, forService, forNaive } of bodies) {
        for (const { name: setting, server } of servers) {
          const requests = setting === 'naive' ? forNaive : forService
          contestants.push({
            name: setting,
            load: `${body}, ${clients} clients`,
            turns: [],
            async turn() {
              const heat = await runHeat(generator, {
                server,
                body,
                requests,
                arrivals: { kind: 'closed', clients },
                warmUpMs: 300,
                measureMs: turnMs,
              })
              const cores = heat.serverCores + heat.lanesCores
              return {
                perSecond: heat.summary.perSecond,
                latencyMs: heat.summary.latencyMs.p50,
                cpuMs: (1000 * cores) / heat.summary.perSecond,
              }
            },
          })
        }
      }
    }
    for (const contestant of contestants) if (contestant.load !== 'raw') await contestant.turn().catch(() => undefined)
    console.log('Everything is warm.')
    for (let round = 0; round < Number(options.rounds); round++) {
      for (const contestant of contestants) {
        const watch = watchOthers()
        // On a machine that is very busy nothing may come in time; the next round tries again.
        const turn = await contestant.turn().catch(() => undefined)
        if (turn !== undefined) contestant.turns.push({ ...turn, others: watch.cores() })
      }
      console.log(`\nafter ${round + 1} rounds`)
      for (const contestant of contestants) {
        const quiet = contestant.turns.filter(({ others }) => others <= quietCores)
        const used = quiet.length > 0 ? quiet : contestant.turns
        const of = (pick: (turn: Turn) => number) => figure(median(used.map(pick)))
        console.log(
          `${contestant.load.padEnd(20)} ${contestant.name.padEnd(32)} ${of((turn) => turn.perSecond)}/s  p50 ${of((turn) => turn.latencyMs)} ms  cpu ${of((turn) => turn.cpuMs)} ms  (${quiet.length} of ${contestant.turns.length} quiet, others ${of((turn) => turn.others)})`,
        )
      }
    }
  } finally {
    await Promise.all(closers.map((close) => close()))
  }
  return []
})
