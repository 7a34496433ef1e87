/**
 * Indexes: how quick and how right a search is among many vectors, what a graph that is being filled does to searches and to
 * the event loop, and how much of the embedding route's throughput the bulk route reaches.
 */
import { once } from 'node:events'
import { request, type ClientRequest } from 'node:http'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { addPack } from './bench-store.js'
import { smallFilms } from './bodies.js'
import { createClusters } from './clustered.js'
import { requestBytes } from './connection.js'
import { watchOthers } from './disturbance.js'
import type { Generator } from './generator.js'
import { describeMachine, machineLine } from './machine.js'
import { median } from './memory-watch.js'
import { figure } from './report.js'
import type { ServerProcess } from './server-process.js'
import { startService } from './service.js'
import { percentiles, throughput } from './summary.js'
import { atLeast, atMost, type Verdict } from './targets.js'
import { embeddedPack, inWorkplace } from './workplace.js'

const DIMENSIONS = 256
const K = 10
const QUESTIONS = 200
const CLIENTS = 32

const { values: options } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    vectors: { type: 'string' },
    /** An empty database of a PostgreSQL server in place of the embedded one. */
    'database-url': { type: 'string', default: '' },
    /** `search` or `bulk`; left out, both. */
    only: { type: 'string' },
  },
})
const vectors = Number(options.vectors ?? (options.short ? 10_000 : 100_000))
const rounds = options.short ? 2 : 4
const roundMs = options.short ? 5_000 : 15_000

await inWorkplace('retrieval', async ({ store, generator, logFile }) => {
  console.log(machineLine(describeMachine()))
  const [version, name] = addPack(store, embeddedPack()).split('/').reverse() as [string, string]
  const model = `${name}@${version}`
  const environment = { DATA_DIR: `${store}/data`, DATABASE_URL: options['database-url'], LOG_LEVEL: 'warn' }
  const service = await startService({ store, models: [model], logFile, environment })
  try {
    return [
      ...(options.only === 'search' ? [] : await bulk(service, generator, model)),
      ...(options.only === 'bulk' ? [] : await searches(service)),
    ]
  } finally {
    await service.stop()
  }
})

async function ask(service: ServerProcess, method: string, path: string, body?: object): Promise<unknown> {
  const reply = await fetch(`http://127.0.0.1:${service.port}/v1/indexes/${path}`, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })
  if (!reply.ok) throw new Error(`${method} ${path} was answered ${reply.status}: ${await reply.text()}`)
  return reply.status === 204 ? undefined : reply.json()
}

interface IndexFigures {
  readonly items: number
  readonly graph: { readonly items: number }
}

async function figuresOf(service: ServerProcess, name: string): Promise<IndexFigures> {
  return (await ask(service, 'GET', name)) as IndexFigures
}

/** A stream of lines whose answers are counted as they come. */
interface Feed {
  readonly call: ClientRequest
  /** When each answer came, in ms. */
  readonly answeredMs: number[]
  send(line: string | Buffer): Promise<void>
  /** Resolves when every line is answered. */
  end(): Promise<void>
}

function openFeed(service: ServerProcess, name: string): Feed {
  const answeredMs: number[] = []
  const call = request({
    ...{ host: '127.0.0.1', port: service.port, path: `/v1/indexes/${name}/items`, method: 'POST' },
    headers: { 'content-type': 'application/x-ndjson' },
  })
  const ended = new Promise<void>((resolve, reject) => {
    call.on('error', reject)
    call.on('response', (response) => {
      const lines = createInterface({ input: response })
      lines.on('line', (line) => {
        if (!line.includes('"written"')) reject(new Error(`An item was not written: ${line}`))
        answeredMs.push(performance.now())
      })
      lines.on('close', resolve)
    })
  })
  return {
    call,
    answeredMs,
    async send(line) {
      if (!call.write(line)) await once(call, 'drain')
    },
    async end() {
      call.end()
      await ended
    },
  }
}

/** The bulk route and the embedding route in turns, so that what disturbs the machine meets both alike. */
async function bulk(service: ServerProcess, generator: Generator, model: string): Promise<Verdict[]> {
  await ask(service, 'PUT', 'films', { model })
  const films = smallFilms()
  const embeddings = films.map((body) =>
    requestBytes('POST', `/v1/embeddings?model=${encodeURIComponent(model)}`, { 'content-type': 'image/jpeg' }, body),
  )
  const images = films.map((film) => `"image":{"data":"${film.toString('base64')}"}`)
  const byRoute = async (): Promise<number> =>
    throughput(
      await generator.run({
        ...{ host: '127.0.0.1', port: service.port, requests: embeddings, seed: 1 },
        arrivals: { kind: 'closed', clients: CLIENTS },
        extent: { kind: 'time', warmUpMs: 1_000, measureMs: roundMs },
      }),
    )
  let sent = 0
  const byBulk = async (): Promise<number> => {
    const feed = openFeed(service, 'films')
    const endMs = performance.now() + 1_000 + roundMs
    while (performance.now() < endMs) {
      await feed.send(`{"id":"film-${sent}",${images[sent % images.length]!}}\n`)
      sent++
    }
    await feed.end()
    const counted = feed.answeredMs.filter((ms) => ms > endMs - roundMs && ms <= endMs)
    return (1000 * counted.length) / roundMs
  }
  await byRoute()
  await service.loopDelay()
  const ratios: number[] = []
  let before = await byRoute()
  for (let round = 0; round < rounds; round++) {
    const watch = watchOthers()
    const rate = await byBulk()
    const delay = await service.loopDelay()
    const after = await byRoute()
    ratios.push(rate / ((before + after) / 2))
    console.log(
      `  bulk ${figure(rate)} films/s (loop delay p99 ${figure(delay.p99)} ms), embedding route ${figure(before)} and ${figure(after)}; others took ${figure(watch.cores())} cores`,
    )
    before = after
  }
  await ask(service, 'DELETE', 'films')
  return [atLeast('bulk route / embedding route, films/s', median(ratios), 0.9)]
}

async function searches(service: ServerProcess): Promise<Verdict[]> {
  await ask(service, 'PUT', 'vectors', { dimensions: DIMENSIONS })
  const clusters = createClusters({ seed: 1, dimensions: DIMENSIONS, count: Math.ceil(vectors / 200), spread: 1 })
  const all: Float32Array[] = []
  await service.loopDelay()
  const startMs = performance.now()
  const feed = openFeed(service, 'vectors')
  for (let at = 0; at < vectors; at++) {
    const vector = clusters.next()
    all.push(vector)
    await feed.send(`{"id":"${at}","vector":"${Buffer.from(vector.buffer).toString('base64')}"}\n`)
  }
  await feed.end()
  const written = await service.loopDelay()
  console.log(
    `Written: ${figure((1000 * vectors) / (performance.now() - startMs))}/s, loop delay p99 ${figure(written.p99)} ms`,
  )
  const questions = Array.from({ length: QUESTIONS }, () => clusters.next())
  const truths = questions.map((question) => nearest(all, question))
  const filling = await whileFilling(service, questions, truths)
  const watch = watchOthers()
  for (const mode of ['exact', 'approximate']) {
    const one = await searchAll(service, questions, truths, { mode })
    console.log(`  ${mode}: recall@${K} ${figure(one.recall)}, p50 ${figure(one.p50)}, p95 ${figure(one.p95)} ms`)
  }
  const auto = await searchAll(service, questions, truths, {})
  console.log(
    `  auto: recall@${K} ${figure(auto.recall)}, p50 ${figure(auto.p50)}, p95 ${figure(auto.p95)}, p99 ${figure(auto.p99)} ms`,
  )
  console.log(`Others took ${figure(watch.cores())} cores meanwhile.`)
  return [
    atMost(`search p95 (ms) among ${vectors}`, auto.p95, 25),
    atLeast(`recall@${K} of these`, auto.recall, 0.95),
    atMost('event-loop delay p99 (ms) while items are written', written.p99, 20),
    atMost('event-loop delay p99 (ms) while the graph is filled', filling.loopDelayP99, 20),
    atLeast(`recall@${K} while the graph is filled`, filling.recall, 0.95),
  ]
}

/** Searches all the while, and says what they found and how long they took, by how far the graph was. */
async function whileFilling(
  service: ServerProcess,
  questions: readonly Float32Array[],
  truths: readonly Set<string>[],
) {
  const startMs = performance.now()
  const recalls: number[] = []
  const delays: number[] = []
  let saidShare = -1
  await service.loopDelay()
  for (;;) {
    const { items, graph } = await figuresOf(service, 'vectors')
    const found = await searchAll(service, questions.slice(0, 100), truths, {})
    recalls.push(found.recall)
    const delay = await service.loopDelay()
    delays.push(delay.p99)
    const share = Math.floor((10 * graph.items) / items)
    if (share > saidShare) {
      console.log(
        `  ${figure(graph.items)} of ${items} in the graph after ${figure((performance.now() - startMs) / 1000)} s: recall ${figure(found.recall)}, p50 ${figure(found.p50)}, p95 ${figure(found.p95)} ms, loop delay p99 ${figure(delay.p99)} ms`,
      )
      saidShare = share
    }
    if (graph.items === items) break
    await new Promise((resolve) => setTimeout(resolve, 5_000))
  }
  return { recall: Math.min(...recalls), loopDelayP99: Math.max(...delays) }
}

async function searchAll(
  service: ServerProcess,
  questions: readonly Float32Array[],
  truths: readonly Set<string>[],
  body: object,
) {
  const times = new Float64Array(questions.length)
  let hits = 0
  for (const [at, question] of questions.entries()) {
    const vector = Buffer.from(question.buffer).toString('base64')
    const startMs = performance.now()
    const { data } = (await ask(service, 'POST', 'vectors/search', { ...body, vector, k: K })) as {
      data: { id: string }[]
    }
    times[at] = performance.now() - startMs
    hits += data.filter(({ id }) => truths[at]!.has(id)).length
  }
  return { recall: hits / (K * questions.length), ...percentiles(times) }
}

function nearest(all: readonly Float32Array[], question: Float32Array): Set<string> {
  const scores = all.map((vector, at): [number, number] => {
    let dot = 0
    for (let d = 0; d < DIMENSIONS; d++) dot += vector[d]! * question[d]!
    return [dot, at]
  })
  return new Set(
    scores
      .sort((a, b) => b[0] - a[0])
      .slice(0, K)
      .map(([, at]) => String(at)),
  )
}
