/** A thousand packs in the store: start and requests must take as long as with one. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { addPack, TINY_PACK } from './bench-store.js'
import { smallFilms } from './bodies.js'
import type { Generator } from './generator.js'
import type { LoadPlan } from './load-plan.js'
import { median } from './memory-watch.js'
import { footprintOf } from './processes.js'
import { figure } from './report.js'
import { embeddingRequest } from './requests.js'
import { startService } from './service.js'
import { summarize } from './summary.js'
import { atMost } from './targets.js'
import { inWorkplace } from './workplace.js'

const VERSIONS = 20
const MODEL = 'pack-0@1.0.0'

const { values: options } = parseArgs({
  options: { short: { type: 'boolean', default: false }, packs: { type: 'string' } },
})
const packs = Number(options.packs ?? (options.short ? 200 : 1000))
const rounds = options.short ? 3 : 5

interface Trial {
  readonly readyMs: number
  readonly requestMs: number
  readonly listMs: number
  readonly serverMib: number
}

await inWorkplace('many-packs', async ({ store, generator, logFile }) => {
  const stores = [
    { count: 1, folder: fillStore(join(store, 'one'), 1) },
    { count: packs, folder: fillStore(join(store, 'many'), packs) },
  ]
  const trials = new Map<number, Trial[]>(stores.map(({ count }) => [count, []]))
  for (let round = 0; round < rounds; round++)
    for (const { count, folder } of stores) trials.get(count)!.push(await tryStore(folder, generator, logFile))
  for (const [count, found] of trials) console.log(`${count} packs: ${describeTrials(found)}`)
  const ratio = (pick: (trial: Trial) => number): number =>
    median(trials.get(packs)!.map(pick)) / median(trials.get(1)!.map(pick))
  return [
    atMost(
      `time until ready, ${packs} packs / 1 pack`,
      ratio(({ readyMs }) => readyMs),
      1.15,
    ),
    atMost(
      `time of a request, ${packs} packs / 1 pack`,
      ratio(({ requestMs }) => requestMs),
      1.15,
    ),
  ]
})

function fillStore(folder: string, count: number): string {
  mkdirSync(folder)
  for (let at = 0; at < count; at++)
    addPack(folder, TINY_PACK, { name: `pack-${Math.floor(at / VERSIONS)}`, version: `1.${at % VERSIONS}.0` })
  return folder
}

async function tryStore(store: string, generator: Generator, logFile: string): Promise<Trial> {
  const startMs = performance.now()
  const service = await startService({ store, models: [MODEL], logFile })
  const readyMs = performance.now() - startMs
  try {
    const plan: LoadPlan = {
      host: '127.0.0.1',
      port: service.port,
      requests: smallFilms().map((film) => embeddingRequest(MODEL, film)),
      arrivals: { kind: 'closed', clients: 1 },
      extent: { kind: 'time', warmUpMs: 1000, measureMs: 2000 },
      seed: 5,
    }
    const result = await generator.run(plan)
    const listStartMs = performance.now()
    const list = await fetch(`http://127.0.0.1:${service.port}/v1/models`)
    await list.arrayBuffer()
    const listMs = performance.now() - listStartMs
    const { latencyMs } = summarize(result, plan)
    return { readyMs, requestMs: latencyMs.p50, listMs, serverMib: footprintOf(service.pid).serverMib }
  } finally {
    await service.stop()
  }
}

function describeTrials(trials: readonly Trial[]): string {
  const middle = (pick: (trial: Trial) => number): string => figure(median(trials.map(pick)))
  return [
    `ready after ${middle(({ readyMs }) => readyMs)} ms`,
    `a request takes ${middle(({ requestMs }) => requestMs)} ms`,
    `the list of models ${middle(({ listMs }) => listMs)} ms`,
    `the server has ${middle(({ serverMib }) => serverMib)} MiB`,
  ].join(', ')
}
