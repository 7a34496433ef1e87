/** How much of the bare runtime's throughput a large segmenter keeps over HTTP: film and sentence in, mask and contours out. */
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { addPack } from './bench-store.js'
import { smallFilms } from './bodies.js'
import { runHeat, type Heat } from './contest.js'
import { undisturbed } from './disturbance.js'
import { segmenterGraphOf, type ImageGraph } from './graph-input.js'
import { describeMachine, machineLine } from './machine.js'
import { mean } from './match.js'
import { startRaw, sweepRaw, type RawRuntime, type RawSpeed } from './raw.js'
import { figure, table } from './report.js'
import { segmentationRequest } from './requests.js'
import type { ServerProcess } from './server-process.js'
import { startService } from './service.js'
import { atLeast, cpuMsPerImage } from './targets.js'
import { inWorkplace, type Workplace } from './workplace.js'

const LEAST_OF_RAW = 0.95
const TINY_SEGMENTER = fileURLToPath(new URL('../fixtures/packs/tiny-lvit/1.0.0/', import.meta.url))
const TINY_MODEL = 'tiny-lvit@1.0.0'
const COMPILE_REQUESTS = 1500
const SENTENCES = [
  'Bilateral pulmonary infection, two infected areas, upper left lung and upper right lung.',
  'Unilateral pulmonary infection, one infected area, lower left lung.',
]

const { values: options } = parseArgs({
  options: {
    /** Folder of a pack whose segmenter takes the pixels itself. */
    pack: { type: 'string' },
    short: { type: 'boolean', default: false },
    clients: { type: 'string', default: '4,16' },
    /** KEY=value for the service, as often as wanted. */
    env: { type: 'string', multiple: true, default: [] },
  },
})
if (options.pack === undefined) throw new Error('Say which pack: --pack <folder>.')
const packFolder = options.pack
const schedule = options.short
  ? { batches: [1, 4], sweepMs: 5000, warmUpMs: 3000, measureMs: 15_000, turns: 4 }
  : { batches: [1, 2, 4, 8], sweepMs: 10_000, warmUpMs: 5000, measureMs: 20_000, turns: 6 }

interface Round {
  readonly clients: number
  readonly raw: readonly RawSpeed[]
  /** One less than `raw`: each stands between two of those, so that what disturbs the machine meets both alike. */
  readonly service: readonly Heat[]
  readonly others: number
}

await inWorkplace('segmentation', async (place) => {
  const machine = describeMachine()
  console.log(machineLine(machine))
  const graph = segmenterGraphOf(packFolder)
  const sweep = await sweepRaw(graph, schedule.batches, machine.cores, schedule.sweepMs)
  for (const { layout, batch, perSecond, cpuMs } of sweep)
    console.log(`  raw, ${layout.name}, batch ${batch}: ${figure(perSecond)}/s, ${figure(cpuMs)} CPU ms each`)
  const best = sweep.reduce((a, b) => (b.perSecond > a.perSecond ? b : a))
  const raw = await startRaw(graph, best.layout)
  const { service, model } = await startSubject(place)
  try {
    const rounds: Round[] = []
    for (const clients of options.clients.split(',').map(Number)) {
      const order = { raw, batch: best.batch, service, model, generator: place.generator, clients }
      rounds.push(await undisturbed(1, () => runRound(order)))
      console.log(`\n${roundTable(rounds, graph)}`)
    }
    return [
      atLeast('service / raw best', Math.max(...rounds.map(ratio)), LEAST_OF_RAW),
      atLeast('the same in CPU time', Math.max(...rounds.map(cpuRatio)), LEAST_OF_RAW),
    ]
  } finally {
    raw.close()
    await service.stop()
  }
})

/** The shipped service with that pack and a tiny one, whose requests V8 has compiled the way for: a large one would take minutes. */
async function startSubject({
  store,
  logFile,
  generator,
}: Workplace): Promise<{ service: ServerProcess; model: string }> {
  addPack(store, TINY_SEGMENTER)
  const [version, name] = addPack(store, packFolder).split('/').reverse() as [string, string]
  const model = `${name}@${version}`
  const environment = Object.fromEntries(options.env.map((entry) => entry.split('=', 2) as [string, string]))
  const service = await startService({ store, models: [TINY_MODEL, model], logFile, environment })
  const arrivals = { kind: 'closed', clients: 4 } as const
  const extent = { kind: 'count', requests: COMPILE_REQUESTS } as const
  await generator.run({
    host: '127.0.0.1',
    port: service.port,
    requests: requestsTo(TINY_MODEL),
    arrivals,
    extent,
    seed: 2,
  })
  return { service, model }
}

function requestsTo(model: string): Buffer[] {
  return smallFilms().map((film, at) => segmentationRequest(model, film, SENTENCES[at % SENTENCES.length]!))
}

interface RoundOrder {
  readonly raw: RawRuntime
  readonly batch: number
  readonly service: ServerProcess
  readonly model: string
  readonly generator: Workplace['generator']
  readonly clients: number
}

async function runRound({
  raw,
  batch,
  service,
  model,
  generator,
  clients,
}: RoundOrder): Promise<Omit<Round, 'others'>> {
  const { warmUpMs, measureMs, turns } = schedule
  const speeds = [await raw.measure(batch, measureMs)]
  const heats: Heat[] = []
  for (let turn = 0; turn < turns; turn++) {
    heats.push(
      await runHeat(generator, {
        server: service,
        body: 'JPEG 320 px and a sentence',
        requests: requestsTo(model),
        arrivals: { kind: 'closed', clients },
        warmUpMs,
        measureMs,
      }),
    )
    speeds.push(await raw.measure(batch, measureMs))
    const [before, after] = speeds.slice(-2) as [RawSpeed, RawSpeed]
    const { perSecond } = heats.at(-1)!.summary
    console.log(`  raw ${figure(before.perSecond)}/s, service ${figure(perSecond)}/s, raw ${figure(after.perSecond)}/s`)
  }
  return { clients, raw: speeds, service: heats }
}

function rawRate({ raw }: Round): number {
  return mean(raw.map(({ perSecond }) => perSecond))
}

function serviceRate({ service }: Round): number {
  return mean(service.map(({ summary }) => summary.perSecond))
}

function rawCpuMs({ raw }: Round): number {
  return mean(raw.map(({ cpuMs }) => cpuMs))
}

function serviceCpuMs({ service }: Round): number {
  return mean(service.map(cpuMsPerImage))
}

function ratio(round: Round): number {
  return serviceRate(round) / rawRate(round)
}

function cpuRatio(round: Round): number {
  return rawCpuMs(round) / serviceCpuMs(round)
}

function roundTable(rounds: readonly Round[], { width, height }: ImageGraph): string {
  return table(
    [
      `${width}x${height}`,
      'raw per s',
      'service per s',
      'ratio',
      'raw CPU ms',
      'service CPU ms',
      'in CPU time',
      'p50 ms',
      'loop p99 ms',
      'others, cores',
    ],
    rounds.map((round) => [
      `${round.clients} clients`,
      rawRate(round),
      serviceRate(round),
      ratio(round),
      rawCpuMs(round),
      serviceCpuMs(round),
      cpuRatio(round),
      mean(round.service.map(({ summary }) => summary.latencyMs.p50)),
      Math.max(...round.service.map(({ loopDelay }) => loopDelay.p99)),
      round.others,
    ]),
  )
}
