/**
 * The runtime alone on a report pack's graphs: films, their fusion where there is one, then the decoder once a token with the
 * shapes that the service feeds and nothing between the runs. `report-raw.ts` says what to run.
 */
import './no-telemetry.js'
import '../../src/engine/float16.js'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import type { Component, TensorSpec } from '../../src/families/component.js'
import type { Views } from '../../src/families/views/spec.js'
import { LENGTH_STEP } from '../../src/families/token-feeds.js'
import { DTYPES, elementCount } from '../../src/tensor/tensor.js'
import type { RawReportAsk, RawReportTimes } from './report-raw.js'
import type { RawPackOrder } from './raw-pack.js'
import { untilQuiet } from './until-quiet.js'

interface Manifest {
  readonly components: Readonly<Record<'image_encoder' | 'decoder_step', Component>> & {
    readonly view_fusion?: Component
  }
  readonly views?: Views
  readonly generation: { readonly max_tokens: number }
}

const { packFolder, threads, canSpin } = JSON.parse(process.argv[2] ?? '') as RawPackOrder
const manifest = JSON.parse(readFileSync(join(packFolder, 'model.json'), 'utf8')) as Manifest
const { image_encoder: image, decoder_step: decoder, view_fusion: fusion } = manifest.components
const { max = 1, fill = 'none' } = manifest.views ?? {}
const sessions = new Map<Component, InferenceSession>()
for (const component of [image, decoder, ...(fusion === undefined ? [] : [fusion])]) {
  const spinning = { session: { intra_op: { allow_spinning: '0' } } }
  const options = { intraOpNumThreads: threads, interOpNumThreads: 1, ...(!canSpin && { extra: spinning }) }
  sessions.set(component, await InferenceSession.create(join(packFolder, component.file), options))
}

process.on('message', (ask: RawReportAsk) => {
  void write(ask).then(async (times) => {
    await untilQuiet()
    process.send?.(times)
  })
})
process.send?.({ kind: 'ready' })

async function write({ rows, films, tokens }: RawReportAsk): Promise<RawReportTimes> {
  const startMs = performance.now()
  await run(image, filled(image, rows * films, {}))
  const places = fill === 'none' ? films : max
  const memory = await memoryOf(rows, places)
  let firstMs = 0
  for (let count = 1; count <= tokens; count++) {
    const padded = Math.ceil(count / LENGTH_STEP) * LENGTH_STEP
    const past = Math.max(1, Math.ceil((count - 1) / LENGTH_STEP)) * LENGTH_STEP
    const length = decoder.inputs.some(({ kind }) => kind === 'past_keys')
      ? 1
      : Math.min(padded, manifest.generation.max_tokens)
    const sizes = { tokens: length, past_keys: past, past_values: past, memory_mask: memory.dims[1]! }
    const feeds = filled(decoder, rows, sizes, { count, memory })
    await run(decoder, feeds)
    if (count === 1) firstMs = performance.now()
  }
  const endMs = performance.now()
  return { totalMs: endMs - startMs, stepMs: (endMs - firstMs) / Math.max(1, tokens - 1) }
}

/** What the fusion gives, or as many cells as the films have. */
async function memoryOf(rows: number, places: number): Promise<Tensor> {
  if (fusion !== undefined) {
    const outputs = await run(
      fusion,
      filled(fusion, rows, { views_local: places, views_global: places, view_mask: places }),
    )
    return outputs[fusion.outputs.find(({ kind }) => kind === 'memory')!.name]!
  }
  const { dims } = image.outputs.find(({ kind }) => kind === 'local')!
  const isMasked = decoder.inputs.some(({ kind }) => kind === 'memory_mask')
  const cells = dims.slice(1, -1).reduce<number>((all, dim) => all * Number(dim), isMasked ? max : places)
  return floats([rows, cells, Number(dims.at(-1))])
}

async function run(component: Component, feeds: Record<string, Tensor>): Promise<Record<string, Tensor>> {
  return await sessions.get(component)!.run(feeds)
}

/** `sizes`: of the second symbol of an input, by kind. */
function filled(
  { inputs }: Component,
  rows: number,
  sizes: Readonly<Record<string, number>>,
  { count = 1, memory }: { readonly count?: number; readonly memory?: Tensor } = {},
): Record<string, Tensor> {
  return Object.fromEntries(
    inputs.map((spec) => {
      // Made once: to fill it takes longer than a step.
      if (spec.kind === 'memory' && memory !== undefined) return [spec.name, memory]
      const whole = spec.dims.map((dim, at) =>
        typeof dim === 'number' ? dim : at === 0 ? rows : (sizes[spec.kind] ?? 1),
      )
      return [spec.name, valueOf(spec, whole, count)]
    }),
  )
}

function valueOf({ dtype, kind }: TensorSpec, dims: readonly number[], count: number): Tensor {
  if (dtype === 'float32') return floats(dims)
  const data = new DTYPES[dtype](elementCount(dims))
  const value = kind === 'token_count' ? count : 1
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) data.fill(BigInt(value))
  else data.fill(value)
  return new Tensor(dtype, data as never, dims)
}

function floats(dims: readonly number[]): Tensor {
  return new Tensor(
    'float32',
    Float32Array.from({ length: elementCount(dims) }, (_, at) => Math.sin(at)),
    dims,
  )
}
