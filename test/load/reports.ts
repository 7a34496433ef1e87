/**
 * What a token of a report costs beside the runtime alone, and what sixteen reports at a time keep of it. Service and runtime
 * have their turns one after the other, so that what disturbs the machine meets both alike.
 */
import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { readEvents } from '../http/events.js'
import { addPack } from './bench-store.js'
import { smallFilms } from './bodies.js'
import { watchOthers } from './disturbance.js'
import { describeMachine, machineLine } from './machine.js'
import { median } from './memory-watch.js'
import { figure } from './report.js'
import { startRawReport, type RawReport, type RawReportAsk } from './report-raw.js'
import { startService } from './service.js'
import { atLeast, atMost, type Verdict } from './targets.js'
import { inWorkplace } from './workplace.js'

const EMBEDDED = fileURLToPath(new URL('../../model-store/refers-mini/1.0.0', import.meta.url))
const TINY = fileURLToPath(new URL('../fixtures/packs/tiny-refers/1.0.0', import.meta.url))
const AT_A_TIME = 16
/** Of a kind, of which the quickest counts: a latency only ever has something added to it. */
const SHOTS = 5

const { values: options } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    pack: { type: 'string', default: existsSync(EMBEDDED) ? EMBEDDED : TINY },
    tokens: { type: 'string', default: '40' },
    films: { type: 'string', default: '1' },
    /** KEY=value for the service, as often as wanted. */
    env: { type: 'string', multiple: true, default: [] },
  },
})
const rounds = options.short ? 4 : 12
const films = Number(options.films)

interface Told {
  readonly startMs: number
  /** When each token came; some come together. */
  readonly tokensMs: readonly number[]
}

/** Greedy, and tokens at random, which hardly ever end before they have to. */
const GREEDY = { method: 'greedy' }
const LONG = { method: 'sample', temperature: 100, seed: 3 }

interface Wanted {
  readonly how: typeof GREEDY | typeof LONG
  readonly maxTokens: number
}

/** As a stream. */
async function write(port: number, model: string, from: number, { how, maxTokens }: Wanted): Promise<Told> {
  const all = smallFilms()
  const images = Array.from({ length: films }, (_, at) => ({
    data: Buffer.from(all[(from + at) % all.length]!).toString('base64'),
  }))
  const body = { model, images, ...how, max_tokens: maxTokens, stream: true }
  const startMs = performance.now()
  const reply = await fetch(`http://127.0.0.1:${port}/v1/reports`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (reply.status !== 200) throw new Error(`A report was answered ${reply.status}: ${await reply.text()}`)
  const tokensMs: number[] = []
  for await (const { event } of readEvents(reply)) {
    if (event === 'token') tokensMs.push(performance.now())
    if (event === 'error') throw new Error('A report failed on its way.')
  }
  return { startMs, tokensMs }
}

await inWorkplace('reports', async ({ store, logFile }) => {
  console.log(machineLine(describeMachine()))
  const [version, name] = addPack(store, options.pack).replace(/\/$/, '').split('/').reverse() as [string, string]
  const model = `${name}@${version}`
  const environment = Object.fromEntries(options.env.map((entry) => entry.split('=', 2) as [string, string]))
  const service = await startService({ store, models: [model], logFile, environment })
  const threads = availableParallelism()
  const raws = await Promise.all(
    [false, true].map((canSpin) => startRawReport({ packFolder: options.pack, threads, canSpin })),
  )
  try {
    const greedy: Wanted = { how: GREEDY, maxTokens: Number(options.tokens) }
    const ask: Ask = (from, wanted = greedy) => write(service.port, model, from, wanted)
    // V8 compiles, and pools and pages grow warm.
    for (let at = 0; at < 4; at++) await ask(at)
    await Promise.all(Array.from({ length: AT_A_TIME }, (_, at) => ask(at)))
    return [await tokenTime(ask, raws), await sixteen(ask, raws)]
  } finally {
    for (const raw of raws) raw.close()
    await service.stop()
  }
})

type Ask = (from: number, wanted?: Wanted) => Promise<Told>

async function tokenTime(ask: Ask, raws: readonly RawReport[]): Promise<Verdict> {
  const watch = watchOthers()
  const ratios: number[] = []
  for (let round = 0; round < rounds; round++) {
    const { tokens, ownMs, rawMs } = await perToken(ask, raws, round)
    ratios.push(ownMs / rawMs)
    console.log(`  ${tokens} tokens: service ${figure(ownMs)} ms each, runtime alone ${figure(rawMs)} ms`)
  }
  console.log(`Others took ${figure(watch.cores())} cores.`)
  return atMost('token time / raw decoder step', median(ratios), 1.05)
}

/**
 * What each further token costs: the quickest of some long texts beside the quickest of as many that end with the first token, and
 * the quickest decoder step of as many turns of the runtime. Nothing of the other kind is just before what is measured.
 */
async function perToken(ask: Ask, raws: readonly RawReport[], from: number) {
  const whole: number[] = []
  const first: number[] = []
  const steps: number[] = []
  let tokens = 0
  await ask(from)
  for (let at = 0; at < SHOTS; at++) {
    first.push(tookMs(await ask(from, { how: LONG, maxTokens: 1 })))
    const told = await ask(from, { how: LONG, maxTokens: Number(options.tokens) })
    whole.push(tookMs(told))
    tokens = told.tokensMs.length
  }
  for (const raw of raws) {
    for (let at = 0; at < SHOTS; at++) steps.push((await raw.measure({ rows: 1, films, tokens })).stepMs)
  }
  const ownMs = (Math.min(...whole) - Math.min(...first)) / Math.max(1, tokens - 1)
  return { tokens, ownMs, rawMs: Math.min(...steps) }
}

function tookMs({ startMs, tokensMs }: Told): number {
  return tokensMs.at(-1)! - startMs
}

async function sixteen(ask: Ask, raws: readonly RawReport[]): Promise<Verdict> {
  const ratios: number[] = []
  for (let round = 0; round < rounds; round++) {
    const told = await Promise.all(Array.from({ length: AT_A_TIME }, (_, at) => ask(at)))
    const startMs = Math.min(...told.map((own) => own.startMs))
    const tookMs = Math.max(...told.map(({ tokensMs }) => tokensMs.at(-1)!)) - startMs
    const tokens = told.reduce((sum, { tokensMs }) => sum + tokensMs.length, 0)
    const longest = Math.max(...told.map(({ tokensMs }) => tokensMs.length))
    const raw = await quickest(raws, { rows: AT_A_TIME, films, tokens: longest })
    const rates = [tokens / tookMs, (AT_A_TIME * longest) / raw.totalMs] as const
    ratios.push(rates[0] / rates[1])
    console.log(
      `  ${AT_A_TIME} at a time: service ${figure(1000 * rates[0])} tokens/s, runtime alone at batch ${AT_A_TIME} ${figure(1000 * rates[1])} (${raw.name})`,
    )
  }
  return atLeast(`${AT_A_TIME} reports at a time / raw at batch ${AT_A_TIME}`, median(ratios), 0.95)
}

/** Of the runtime's set-ups the one that is quickest now, one after the other. */
async function quickest(raws: readonly RawReport[], ask: RawReportAsk) {
  const all = []
  for (const raw of raws) all.push({ name: raw.name, ...(await raw.measure(ask)) })
  return all.reduce((a, b) => (b.totalMs < a.totalMs ? b : a))
}
