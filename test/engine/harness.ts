import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { TestContext } from 'node:test'
import { parseDevice } from '../../src/engine/devices.js'
import { createEngine, type Engine, type EngineOptions } from '../../src/engine/engine.js'
import type { TensorSpec } from '../../src/families/component.js'
import { silentLog, silentMeter, systemClock, type Demand, type Meter, type Priority } from '../../src/ports.js'
import type { Graph } from '../../src/store/graph.js'
import { tensor, type NamedTensors } from '../../src/tensor/tensor.js'

export const MODELS = resolve(import.meta.dirname, '../fixtures/models')

type Specs = Readonly<Record<string, readonly [TensorSpec['dtype'], ...(number | string)[]]>>

const SHAPES: Readonly<Record<string, { inputs: Specs; outputs: Specs; rows?: string }>> = {
  double: { inputs: { x: ['float32', 'n', 'w'] }, outputs: { y: ['float32', 'n', 'w'], total: ['float32', 'n'] } },
  triple: { inputs: { x: ['float32', 'n', 'w'] }, outputs: { y: ['float32', 'n', 'w'], total: ['float32', 'n'] } },
  matmul: { inputs: { x: ['float32', 'n', 16] }, outputs: { y: ['float32', 'n', 8] } },
  conv: {
    inputs: { pixels: ['uint8', 'n', 1, 16, 16] },
    outputs: { global: ['float32', 'n', 8], grid: ['float32', 'n', 8, 8, 8] },
  },
  pair: { inputs: { a: ['float32', 'm', 4], b: ['float32', 'n', 4] }, outputs: { s: ['float32', 'm', 'n'] }, rows: '' },
  dtypes: {
    inputs: { i64: ['int64', 'n', 3], u8: ['uint8', 'n', 3], b: ['bool', 'n', 3], f16: ['float16', 'n', 3] },
    outputs: {
      i64_out: ['int64', 'n', 3],
      u8_out: ['uint8', 'n', 3],
      b_out: ['bool', 'n', 3],
      f16_out: ['float16', 'n', 3],
    },
  },
  denoise: {
    inputs: { sample: ['float32', 'n', 'w'], timestep: ['int64'], scale: ['float16', 1] },
    outputs: { y: ['float32', 'n', 'w'] },
  },
  slow: { inputs: { x: ['float32', 'n', 1], rounds: ['int64', 'n', 1] }, outputs: { y: ['float32', 'n', 1] } },
  picky: { inputs: { x: ['int64', 'n', 1] }, outputs: { y: ['float32', 'n', 1] } },
  'ballast-1': { inputs: { x: ['float32', 'n', 1] }, outputs: { y: ['float32', 'n', 1] } },
  'ballast-2': { inputs: { x: ['float32', 'n', 1] }, outputs: { y: ['float32', 'n', 1] } },
  'ballast-3': { inputs: { x: ['float32', 'n', 1] }, outputs: { y: ['float32', 'n', 1] } },
}

/** A fixture graph as the store would hand it over. */
export function fixtureGraph(name: string, changes: Partial<Graph> = {}): Graph {
  const shape = SHAPES[name]
  if (shape === undefined) throw new Error(`no fixture ${name}`)
  const path = resolve(MODELS, `${name}.onnx`)
  const bytes = readFileSync(path)
  return {
    digest: createHash('sha256').update(bytes).digest('hex'),
    path,
    bytes: bytes.byteLength,
    insideBytes: bytes.byteLength,
    inputs: specsOf(shape.inputs),
    outputs: specsOf(shape.outputs),
    rowSymbol: shape.rows === '' ? undefined : 'n',
    maxBatch: 8,
    replicas: undefined,
    ...changes,
  }
}

function specsOf(specs: Specs): TensorSpec[] {
  return Object.entries(specs).map(([name, [dtype, ...dims]]) => ({ name, dtype, dims, kind: name }))
}

export async function startEngine(t: TestContext, changes: Partial<EngineOptions> = {}): Promise<Engine> {
  const engine = await createEngine({
    device: parseDevice('cpu'),
    lanes: 1,
    threadsPerLane: 1,
    budgetBytes: 1 << 30,
    log: silentLog,
    meter: silentMeter,
    clock: systemClock,
    ...changes,
  })
  t.after(() => engine.close({ graceMs: 0 }))
  return engine
}

export function demand(priority: Priority = 'routine', changes: Partial<Demand> = {}): Demand {
  return { priority, signal: new AbortController().signal, isDeterministic: false, ...changes }
}

export const untilLoaded = { pin: false, signal: new AbortController().signal }

/** float32[n, w] from rows. */
export function rowsOf(...rows: readonly (readonly number[])[]): NamedTensors {
  return { x: tensor('float32', [rows.length, rows[0]?.length ?? 0], Float32Array.from(rows.flat())) }
}

/** Feeds of the slow graph: one row that takes about `rounds` times 10 µs. */
export function slowFeeds(rounds: number, value = 1): NamedTensors {
  return {
    x: tensor('float32', [1, 1], Float32Array.of(value)),
    rounds: tensor('int64', [1, 1], BigInt64Array.of(BigInt(rounds))),
  }
}

/** Remembers what was observed; `until` resolves once a metric was recorded often enough. */
export interface RecorderMeter extends Meter {
  readonly values: ReadonlyMap<string, readonly number[]>
  sum(name: string): number
}

export function recorderMeter(): RecorderMeter {
  const values = new Map<string, number[]>()
  const record = (name: string, value: number) => {
    const list = values.get(name) ?? []
    values.set(name, list)
    list.push(value)
  }
  return {
    values,
    sum: (name) => (values.get(name) ?? []).reduce((a, b) => a + b, 0),
    count: (name, _labels, by = 1) => record(name, by),
    observe: record,
    gauge: record,
  }
}

/** Waits for a condition that has no event of its own, such as another process being gone. */
export async function eventually(isSo: () => boolean, what: string, limitMs = 20_000): Promise<void> {
  const endMs = performance.now() + limitMs
  while (!isSo()) {
    if (performance.now() > endMs) throw new Error(`it did not come about that ${what}`)
    await new Promise((done) => setTimeout(done, 5))
  }
}
