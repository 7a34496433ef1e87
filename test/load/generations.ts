/**
 * What a generation costs beside the runtime alone, what it does to urgent classifications, and what eight at a time gain.
 * Service and runtime have their turns one after the other, so that what disturbs the machine meets both alike.
 */
import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { addPack } from './bench-store.js'
import { smallFilms } from './bodies.js'
import { requestBytes } from './connection.js'
import { watchOthers } from './disturbance.js'
import { startRawGeneration, type RawGeneration } from './generation-raw.js'
import type { Generator } from './generator.js'
import { describeMachine, machineLine } from './machine.js'
import { median } from './memory-watch.js'
import { figure } from './report.js'
import type { ServerProcess } from './server-process.js'
import { startService } from './service.js'
import { latenciesOf, percentiles, type Percentiles } from './summary.js'
import { atMost, type Verdict } from './targets.js'
import { embeddedPack, inWorkplace } from './workplace.js'

const EMBEDDED = fileURLToPath(new URL('../../model-store/roentgen-mini/1.0.0', import.meta.url))
const TINY = fileURLToPath(new URL('../fixtures/packs/tiny-sd/1.0.0', import.meta.url))
/** A pack of real size is verified and its goldens run. */
const READY_MS = 600_000
const AT_A_TIME = 8
const BESIDE = 4
/** A graph gains from batches when a row takes so much less time among eight images' rows than among one's. */
const GAINS_BELOW = 0.9

const { values: options } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    pack: { type: 'string', default: existsSync(EMBEDDED) ? EMBEDDED : TINY },
    /** Left out, the pack's own. */
    steps: { type: 'string' },
    size: { type: 'string' },
    /** KEY=value for the service, as often as wanted. */
    env: { type: 'string', multiple: true, default: [] },
  },
})
const rounds = options.short ? 4 : 12
const statRequests = options.short ? 100 : 400

interface Made {
  readonly denoiser_calls: number
  readonly size: string
  readonly timings: Readonly<Record<string, number>>
}

class Subject {
  readonly model: string
  readonly #service: ServerProcess
  #seed = 0

  constructor(model: string, service: ServerProcess) {
    this.model = model
    this.#service = service
  }

  /** A prompt of its own for each: a text that was read before is remembered. */
  async generate(): Promise<Made & { readonly tookMs: number }> {
    const seed = this.#seed++
    const startMs = performance.now()
    const reply = await fetch(`http://127.0.0.1:${this.#service.port}/v1/images/generations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        model: this.model,
        prompt: `Pleural effusion, view ${seed}`,
        seed,
        ...(options.steps !== undefined && { steps: Number(options.steps) }),
        ...(options.size !== undefined && { size: options.size }),
      }),
    })
    if (reply.status !== 200) throw new Error(`A generation was answered ${reply.status}: ${await reply.text()}`)
    const made = (await reply.json()) as Made
    return { ...made, tookMs: performance.now() - startMs }
  }
}

await inWorkplace('generations', async ({ store, generator, logFile }) => {
  console.log(machineLine(describeMachine()))
  const [version, name] = addPack(store, options.pack).replace(/\/$/, '').split('/').reverse() as [string, string]
  const [statVersion, statName] = addPack(store, embeddedPack()).split('/').reverse() as [string, string]
  const models = [`${name}@${version}`, `${statName}@${statVersion}`] as const
  const environment = Object.fromEntries(options.env.map((entry) => entry.split('=', 2) as [string, string]))
  const service = await startService({ store, models, logFile, environment, readyWithinMs: READY_MS })
  const threads = availableParallelism()
  const raws = await Promise.all(
    [false, true].map((canSpin) => startRawGeneration({ packFolder: options.pack, threads, canSpin })),
  )
  try {
    const subject = new Subject(models[0], service)
    // V8 compiles, and pools and pages grow warm.
    for (let at = 0; at < 4; at++) await subject.generate()
    const alone = await besideRuntime(subject, raws)
    const urgent = await urgentAmong(subject, { service, generator, model: models[1], stepMs: alone.stepMs })
    return [...alone.verdicts, ...urgent, await together(subject, alone)]
  } finally {
    for (const raw of raws) raw.close()
    await service.stop()
  }
})

interface Alone {
  readonly verdicts: readonly Verdict[]
  /** Of one denoiser run of one image in the runtime alone. */
  readonly stepMs: number
  /** Time of a row among the rows of eight images, as a share of that among one's. */
  readonly rowShare: number
}

async function besideRuntime(subject: Subject, raws: readonly RawGeneration[]): Promise<Alone> {
  const { denoiser_calls: steps, size } = await subject.generate()
  const [width, height] = size.split('x').map(Number) as [number, number]
  const one = { rows: 2, steps, width, height }
  for (const raw of raws) await raw.measure(one)
  const watch = watchOthers()
  const ratios: number[] = []
  const stepsMs: number[] = []
  const shares: number[] = []
  for (let round = 0; round < rounds; round++) {
    const before = await quickest(raws, one)
    const made = await subject.generate()
    const after = await quickest(raws, one)
    const many = await quickest(raws, { ...one, rows: 2 * AT_A_TIME, steps: Math.min(steps, 4) })
    ratios.push(made.tookMs / ((before.totalMs + after.totalMs) / 2))
    stepsMs.push(before.stepMs, after.stepMs)
    shares.push(many.stepMs / AT_A_TIME / after.stepMs)
    console.log(
      `  ${steps} steps of ${size}: service ${figure(made.tookMs)} ms, runtime alone ${figure(before.totalMs)} and ${figure(after.totalMs)} ms (${after.name})`,
    )
  }
  console.log(`Others took ${figure(watch.cores())} cores. A step alone takes ${figure(median(stepsMs))} ms.`)
  return {
    verdicts: [atMost('one generation: service / runtime alone', median(ratios), 1.05)],
    stepMs: median(stepsMs),
    rowShare: median(shares),
  }
}

/** Of the runtime's set-ups the one that is quickest now, one after the other. */
async function quickest(raws: readonly RawGeneration[], ask: Parameters<RawGeneration['measure']>[0]) {
  const all = []
  for (const raw of raws) all.push({ name: raw.name, ...(await raw.measure(ask)) })
  return all.reduce((a, b) => (b.totalMs < a.totalMs ? b : a))
}

interface UrgentOrder {
  readonly service: ServerProcess
  readonly generator: Generator
  readonly model: string
  readonly stepMs: number
}

/** Classifications that cannot wait, one after the other, while nothing else runs and while four generations do. */
async function urgentAmong(subject: Subject, order: UrgentOrder): Promise<Verdict[]> {
  await classify(order)
  const idle = await classify(order)
  const state = { isOver: false, made: 0 }
  const busy = Array.from({ length: BESIDE }, async () => {
    while (!state.isOver) {
      await subject.generate()
      state.made++
    }
  })
  // They are under way when one more has been made beside them.
  await subject.generate()
  const among = await classify(order)
  const { made } = state
  state.isOver = true
  await Promise.all(busy)
  const boundMs = idle.p99 + order.stepMs + 10
  console.log(
    `Urgent classifications: idle p50 ${figure(idle.p50)}, p99 ${figure(idle.p99)} ms; beside ${BESIDE} generations (${made} were made) p50 ${figure(among.p50)}, p99 ${figure(among.p99)} ms.`,
  )
  return [atMost('urgent p99 (ms), among four generations', among.p99, Math.round(10 * boundMs) / 10)]
}

async function classify({ service, generator, model }: UrgentOrder): Promise<Percentiles> {
  const path = `/v1/classifications?model=${encodeURIComponent(model)}`
  const headers = { 'content-type': 'image/jpeg', 'x-priority': 'stat' }
  const { replies } = await generator.run({
    host: '127.0.0.1',
    port: service.port,
    requests: smallFilms().map((film) => requestBytes('POST', path, headers, film)),
    arrivals: { kind: 'closed', clients: 1 },
    extent: { kind: 'count', requests: statRequests },
    seed: 5,
  })
  const failed = replies.status.find((status) => status !== 200)
  if (failed !== undefined) throw new Error(`A classification was answered ${failed}.`)
  return percentiles(latenciesOf(replies, () => true))
}

async function together(subject: Subject, { rowShare }: Alone): Promise<Verdict> {
  const ratios: number[] = []
  for (let round = 0; round < rounds; round++) {
    const startMs = performance.now()
    for (let at = 0; at < AT_A_TIME; at++) await subject.generate()
    const rowMs = performance.now() - startMs
    await Promise.all(Array.from({ length: AT_A_TIME }, () => subject.generate()))
    ratios.push((performance.now() - startMs - rowMs) / rowMs)
  }
  const gains = rowShare < GAINS_BELOW
  console.log(
    `A row among ${AT_A_TIME} images' takes ${figure(rowShare)} of the time among one's: batches ${gains ? 'gain' : 'do not gain'}.`,
  )
  return atMost(`${AT_A_TIME} at a time / ${AT_A_TIME} in a row`, median(ratios), gains ? 0.9 : 1.02)
}
