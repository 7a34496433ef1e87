/** One pack: the runtime alone, the service and the naive server, in turns, so that noise of the machine meets all alike. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { TINY_PACK } from './bench-store.js'
import { largeFilms, pixelRows, smallFilms } from './bodies.js'
import { openLoad, runHeat, type Heat } from './contest.js'
import type { Generator } from './generator.js'
import { undisturbed } from './disturbance.js'
import { imageGraphOf, type ImageGraph } from './graph-input.js'
import type { Arrivals } from './load-plan.js'
import { startNaive } from './naive.js'
import { startRaw, sweepRaw, type RawFigure, type RawRuntime, type RawSpeed } from './raw.js'
import { embeddingRequest, inferRequest, naiveEmbeddingRequest, naiveInferRequest } from './requests.js'
import { measureMsFor, type Schedule } from './schedule.js'
import type { ServerProcess } from './server-process.js'
import { startService } from './service.js'

export const LARGE_SIDE_PX = 1600
const DISTINCT_BODIES = 16
const TINY_MODEL = 'tiny-clip@1.0.0'

export interface Subject {
  /** `name@version` */
  readonly model: string
  readonly packFolder: string
  readonly store: string
}

/** One body at one number of clients: service, naive, service; the runtime alone before and after. */
export interface Round {
  readonly body: string
  readonly clients: number
  readonly service: readonly Heat[]
  readonly naive: Heat
  readonly raw: readonly RawSpeed[]
  /** Cores that other programs took meanwhile. */
  readonly others: number
}

export interface Match {
  readonly model: string
  readonly graphMib: number
  readonly sweep: readonly RawFigure[]
  readonly best: RawFigure
  readonly rounds: readonly Round[]
  /** The service under Poisson arrivals, by share of its measured peak. */
  readonly open: readonly OpenHeat[]
}

export interface OpenHeat {
  readonly share: number
  readonly heat: Heat
  readonly others: number
}

export interface MatchOptions {
  readonly subject: Subject
  readonly schedule: Schedule
  readonly generator: Generator
  readonly cores: number
  readonly logFolder: string
  /** Of the service, such as LANES: how its settings are compared. */
  readonly environment: Readonly<Record<string, string>>
  readonly onProgress: (line: string) => void
}

interface Body {
  readonly name: string
  readonly forService: readonly Uint8Array[]
  readonly forNaive: readonly Uint8Array[]
  readonly clients: readonly number[]
}

export async function runMatch(options: MatchOptions): Promise<Match> {
  const { subject, schedule, cores, logFolder, onProgress } = options
  const graph = imageGraphOf(subject.packFolder)
  const sweep = await sweepRaw(graph, schedule.batches, cores, schedule.sweepMs)
  const best = sweep.reduce((a, b) => (b.perSecond > a.perSecond ? b : a))
  onProgress(`raw best: ${best.perSecond.toFixed(1)}/s, ${best.layout.name}, batch ${best.batch}`)
  const raw = await startRaw(graph, best.layout)
  const { store, model } = subject
  const logFile = join(logFolder, 'service.log')
  const service = await startService({ store, models: [model], logFile, environment: options.environment })
  const naive = await startNaive(graph, join(logFolder, 'naive.log'))
  try {
    const match = new MatchInProgress(options, { raw, service, naive, best })
    const bodies = await bodiesFor(subject, graph, schedule)
    await compileService(options, service)
    const rounds: Round[] = []
    for (const body of bodies) rounds.push(...(await match.roundsOf(body)))
    const open = await match.openHeats(bodies[0]!, rounds)
    return { model, graphMib: statSync(graph.file).size / 2 ** 20, sweep, best, rounds, open }
  } finally {
    raw.close()
    await Promise.all([service.stop(), naive.stop()])
  }
}

/**
 * V8 compiles what has run some thousand times. A slow graph would take minutes to get there, and a service that runs for
 * days is measured, so a tiny pack's requests go the same ways first.
 */
async function compileService({ generator, schedule }: MatchOptions, { port }: ServerProcess): Promise<void> {
  const tiny = imageGraphOf(TINY_PACK)
  const films = smallFilms().map((film) => embeddingRequest(TINY_MODEL, film))
  const pixels = pixelRows(tiny, DISTINCT_BODIES).map((row) => inferRequest(TINY_MODEL, tiny, row))
  for (const requests of [films, pixels]) {
    const extent = { kind: 'count', requests: schedule.compileRequests } as const
    await generator.run({
      host: '127.0.0.1',
      port,
      requests,
      arrivals: { kind: 'closed', clients: 8 },
      extent,
      seed: 2,
    })
  }
}

async function bodiesFor({ model }: Subject, graph: ImageGraph, schedule: Schedule): Promise<Body[]> {
  const small = smallFilms()
  const large = await largeFilms(LARGE_SIDE_PX, DISTINCT_BODIES)
  const pixels = pixelRows(graph, DISTINCT_BODIES)
  const films = (name: string, files: readonly Buffer[], clients: readonly number[], isWhole = false): Body => ({
    name,
    forService: files.map((film) => embeddingRequest(model, film)),
    forNaive: files.map((film) => naiveEmbeddingRequest(film, isWhole)),
    clients,
  })
  return [
    films('JPEG 320 px', small, schedule.clients),
    films(`JPEG ${LARGE_SIDE_PX} px`, large, schedule.largeClients),
    films(`JPEG ${LARGE_SIDE_PX} px, naive reads all`, large, schedule.largeClients, true),
    {
      name: 'pixels',
      forService: pixels.map((row) => inferRequest(model, graph, row)),
      forNaive: pixels.map((row) => naiveInferRequest(row)),
      clients: schedule.clients,
    },
  ]
}

interface Contestants {
  readonly raw: RawRuntime
  readonly service: ServerProcess
  readonly naive: ServerProcess
  readonly best: RawFigure
}

class MatchInProgress {
  readonly #options: MatchOptions
  readonly #contestants: Contestants

  constructor(options: MatchOptions, contestants: Contestants) {
    this.#options = options
    this.#contestants = contestants
  }

  async roundsOf(body: Body): Promise<Round[]> {
    const { schedule, onProgress } = this.#options
    await this.#prime(body)
    const rounds: Round[] = []
    for (const clients of body.clients) {
      const round = await undisturbed(schedule.tries, () => this.#round(body, clients))
      rounds.push(round)
      const rates = [...round.service, round.naive].map((heat) => heat.summary.perSecond.toFixed(1))
      onProgress(
        `${body.name}, ${clients} clients: service ${rates[0]} and ${rates[1]}/s, naive ${rates[2]}/s; others took ${round.others.toFixed(2)} cores`,
      )
    }
    return rounds
  }

  async openHeats(body: Body, rounds: readonly Round[]): Promise<Match['open']> {
    const { schedule, onProgress } = this.#options
    const peak = peakOf(rounds.filter((round) => round.body === body.name))
    const heats: OpenHeat[] = []
    for (const share of schedule.openShares) {
      const arrivals = openLoad(share * peak)
      const measureMs = Math.max(2 * schedule.measureMs, 100_000 / peak)
      const found = await undisturbed(schedule.tries, async () => ({
        share,
        heat: await this.#heat('service', body, arrivals, measureMs),
      }))
      onProgress(`${body.name}, open loop at ${share * 100} %: p99 ${found.heat.summary.latencyMs.p99.toFixed(1)} ms`)
      heats.push(found)
    }
    return heats
  }

  /** Pages and pools are warm, and what runs in the naive server is compiled. */
  async #prime(body: Body): Promise<void> {
    for (const name of ['service', 'naive'] as const)
      await this.#heat(name, body, { kind: 'closed', clients: 8 }, this.#options.schedule.primeMs)
  }

  async #round(body: Body, clients: number): Promise<Omit<Round, 'others'>> {
    const { best, raw } = this.#contestants
    const measureMs = measureMsFor(this.#options.schedule, clients, best.perSecond)
    const arrivals: Arrivals = { kind: 'closed', clients }
    const before = await raw.measure(best.batch, measureMs / 2)
    const first = await this.#heat('service', body, arrivals, measureMs)
    const naive = await this.#heat('naive', body, arrivals, measureMs)
    const second = await this.#heat('service', body, arrivals, measureMs)
    const after = await raw.measure(best.batch, measureMs / 2)
    return { body: body.name, clients, service: [first, second], naive, raw: [before, after] }
  }

  #heat(name: 'service' | 'naive', body: Body, arrivals: Arrivals, measureMs: number): Promise<Heat> {
    return runHeat(this.#options.generator, {
      server: this.#contestants[name],
      body: body.name,
      requests: name === 'service' ? body.forService : body.forNaive,
      arrivals,
      warmUpMs: this.#options.schedule.warmUpMs,
      measureMs,
    })
  }
}

export function peakOf(rounds: readonly Round[]): number {
  return Math.max(...rounds.map((round) => mean(round.service.map((heat) => heat.summary.perSecond))))
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
