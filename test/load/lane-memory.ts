/**
 * Memory of one lane over loads, unloads and runs, without HTTP around it: does it stay where it was after the first tenth?
 *
 * `tsx test/load/lane-memory.ts [--loads 2000] [--runs 50000] [--graph file.onnx --rows 4] [--bare]`
 *
 * `--graph` takes a graph with one input `pixels: uint8[rows, 1, 224, 224]` and one output `global: float32[rows, 512]`, as
 * `test/load/resnet50.ts <folder>` writes it. `--bare` leaves the allocator as the system has it, for comparison.
 */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { parseDevice } from '../../src/engine/devices.js'
import { createEngine } from '../../src/engine/engine.js'
import { silentLog, silentMeter, systemClock } from '../../src/ports.js'
import type { Graph } from '../../src/store/graph.js'
import { tensor, type NamedTensors } from '../../src/tensor/tensor.js'
import { demand, fixtureGraph, untilLoaded } from '../engine/harness.js'

const STEPS = 20
const MIB = 1 << 20

const { values: options } = parseArgs({
  options: {
    loads: { type: 'string', default: '2000' },
    runs: { type: 'string', default: '50000' },
    graph: { type: 'string' },
    rows: { type: 'string', default: '4' },
    bare: { type: 'boolean', default: false },
  },
})
const graph: Graph = options.graph === undefined ? fixtureGraph('conv') : filmGraph(resolve(options.graph))
const rows = Number(options.rows)
const engine = await createEngine({
  ...{ device: parseDevice('cpu'), lanes: 1, budgetBytes: 1 << 30, threadsPerLane: 2 },
  ...{ log: silentLog, meter: silentMeter, clock: systemClock },
  // Without an environment of its own a lane inherits this one as it is, allocator and all.
  ...(!options.bare && { environment: process.env }),
})

await series('loads and unloads', Number(options.loads), async () => {
  await engine.load('pack@1', [graph], untilLoaded)
  await engine.run('pack@1', graph, feedsOf(graph, rows), demand())
  await engine.unload('pack@1')
})
await engine.load('pack@1', [graph], untilLoaded)
await series('runs of changing size', Number(options.runs), async (at) => {
  await engine.run('pack@1', graph, feedsOf(graph, 1 + (at % rows)), demand())
})
await engine.close({ graceMs: 5000 })

async function series(what: string, count: number, work: (at: number) => Promise<void>): Promise<void> {
  const seen: number[] = []
  for (let at = 0; at < count; at++) {
    await work(at)
    if ((at + 1) % Math.max(1, Math.floor(count / STEPS)) === 0) seen.push(laneBytes() / MIB)
  }
  if (seen.length === 0) return
  const settled = seen[Math.max(0, Math.ceil(seen.length / 10) - 1)]!
  const rise = Math.max(...seen.slice(Math.ceil(seen.length / 10))) / settled
  console.log(`${count} ${what}: ${seen.map((mib) => mib.toFixed(0)).join(' ')} MiB`)
  console.log(`  highest after the first tenth / at the first tenth: ${rise.toFixed(3)}`)
}

function laneBytes(): number {
  const pid = engine.status().lanes[0]?.pid
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(line?.[1] ?? NaN) * 1024
}

function feedsOf(of: Graph, count: number): NamedTensors {
  const [input] = of.inputs
  const side = of === graph && options.graph !== undefined ? 224 : 16
  return { [input!.name]: tensor('uint8', [count, 1, side, side], new Uint8Array(count * side * side).fill(90)) }
}

function filmGraph(path: string): Graph {
  const bytes = readFileSync(path).byteLength
  const dims = { rowSymbol: 'rows', maxBatch: 8, replicas: undefined }
  return {
    ...{ digest: 'f'.repeat(64), path, bytes, insideBytes: bytes },
    inputs: [{ name: 'pixels', dtype: 'uint8', dims: ['rows', 1, 224, 224], kind: 'pixels' }],
    outputs: [{ name: 'global', dtype: 'float32', dims: ['rows', 512], kind: 'global' }],
    ...dims,
  }
}
