/** The runtime alone: one session, the same batch again and again. `raw.ts` says when to begin and when to end. */
import './no-telemetry.js'
import { readFileSync } from 'node:fs'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { rowBytes } from './graph-input.js'
import { createRandom } from './random.js'
import type { RawMessage, RawOrder, RawRate } from './raw.js'

const order = JSON.parse(process.argv[2] ?? '') as RawOrder
const { graph, threads, canSpin } = order
const session = await InferenceSession.create(new Uint8Array(readFileSync(graph.file)), {
  intraOpNumThreads: threads,
  interOpNumThreads: 1,
  ...(!canSpin && { extra: { session: { intra_op: { allow_spinning: '0' } } } }),
})
let isRunning = false

process.on('message', (message: RawMessage) => {
  if (message.kind === 'stop') isRunning = false
  else void loop(message.batch, message.measureMs)
})
process.on('disconnect', () => {
  isRunning = false
})
process.send?.({ kind: 'ready' })

/** Goes on after it has told its rate, so that no other process is measured without its company. */
async function loop(batch: number, measureMs: number): Promise<void> {
  const feeds = { [graph.input]: pixels(batch), ...others(batch) }
  await session.run(feeds, [graph.output])
  isRunning = true
  const startMs = performance.now()
  const startCpu = process.cpuUsage()
  let rows = 0
  let isTold = false
  for (;;) {
    await session.run(feeds, [graph.output])
    rows += batch
    const elapsedMs = performance.now() - startMs
    if (elapsedMs >= measureMs && !isTold) {
      isTold = true
      const { user, system } = process.cpuUsage(startCpu)
      const cpuMs = (user + system) / 1000 / rows
      process.send?.({ kind: 'rate', perSecond: (1000 * rows) / elapsedMs, cpuMs } satisfies RawRate)
    }
    // Messages come in only between two turns of the event loop.
    await new Promise((resolve) => setImmediate(resolve))
    if (!isRunning as boolean) return
  }
}

function pixels(batch: number): Tensor {
  const random = createRandom(batch)
  const data = Uint8Array.from({ length: batch * rowBytes(graph) }, () => random.next() * 256)
  return new Tensor('uint8', data, [batch, graph.channels, graph.height, graph.width])
}

function others(batch: number): Record<string, Tensor> {
  const random = createRandom(batch)
  const entries = graph.others.map(({ name, dims }) => {
    const length = dims.reduce((product, dim) => product * dim, batch)
    const data = Float32Array.from({ length }, () => 2 * random.next() - 1)
    return [name, new Tensor('float32', data, [batch, ...dims])] as const
  })
  return Object.fromEntries(entries)
}
