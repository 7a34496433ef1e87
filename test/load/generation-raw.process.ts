/**
 * The runtime alone on a diffusion pack's graphs: text, then the denoiser once a step, then the decoder, with the shapes of
 * a guided generation and nothing between the runs. `generation-raw.ts` says what to run.
 */
import './no-telemetry.js'
import '../../src/engine/float16.js'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import type { Component, TensorSpec } from '../../src/families/component.js'
import { emptyTensor } from '../../src/tensor/tensor.js'
import type { RawGenerationAsk, RawGenerationTimes } from './generation-raw.js'
import type { RawPackOrder } from './raw-pack.js'
import { untilQuiet } from './until-quiet.js'

interface Manifest {
  readonly components: Readonly<Record<'text_encoder' | 'denoiser' | 'latent_decoder', Component>>
  readonly text: { readonly max_length: number }
  readonly diffusion: { readonly latents: { readonly factor: number } }
}

const { packFolder, threads, canSpin } = JSON.parse(process.argv[2] ?? '') as RawPackOrder
const manifest = JSON.parse(readFileSync(join(packFolder, 'model.json'), 'utf8')) as Manifest
const { text_encoder: text, denoiser, latent_decoder: decoder } = manifest.components
const sessions = new Map<Component, InferenceSession>()
for (const component of [text, denoiser, decoder]) {
  const spinning = { session: { intra_op: { allow_spinning: '0' } } }
  const options = { intraOpNumThreads: threads, interOpNumThreads: 1, ...(!canSpin && { extra: spinning }) }
  sessions.set(component, await InferenceSession.create(join(packFolder, component.file), options))
}

process.on('message', (ask: RawGenerationAsk) => {
  void generate(ask).then(async (times) => {
    await untilQuiet()
    process.send?.(times)
  })
})
process.send?.({ kind: 'ready' })

async function generate({ rows, steps, width, height }: RawGenerationAsk): Promise<RawGenerationTimes> {
  const { factor } = manifest.diffusion.latents
  const cells = [height / factor, width / factor]
  const ids = zeros(kindOf(text, 'input_ids'), rows, [manifest.text.max_length])
  const startMs = performance.now()
  const read = await run(text, { [kindOf(text, 'input_ids').name]: ids }, 'tokens')
  const textMs = performance.now() - startMs
  const feeds = Object.fromEntries(
    denoiser.inputs.map((spec) => [spec.name, spec.kind === 'tokens' ? read : zeros(spec, rows, cells)]),
  )
  for (let step = 0; step < steps; step++) await run(denoiser, feeds, 'prediction')
  const stepsMs = performance.now() - startMs - textMs
  // Guidance makes one latent of two predictions.
  const latents = zeros(kindOf(decoder, 'latents'), Math.max(1, rows / 2), cells)
  await run(decoder, { [kindOf(decoder, 'latents').name]: latents }, 'image')
  return { totalMs: performance.now() - startMs, textMs, stepMs: stepsMs / steps }
}

async function run(component: Component, feeds: Record<string, Tensor>, kind: string): Promise<Tensor> {
  const { name } = component.outputs.find((spec) => spec.kind === kind)!
  return (await sessions.get(component)!.run(feeds, [name]))[name]!
}

function kindOf({ inputs }: Component, kind: string): TensorSpec {
  const spec = inputs.find((input) => input.kind === kind)
  if (spec === undefined) throw new Error(`A graph takes no ${kind}.`)
  return spec
}

/** The first symbol is the rows, the others take `sizes` in turn. */
function zeros({ dtype, dims }: TensorSpec, rows: number, sizes: readonly number[]): Tensor {
  const left = [...sizes]
  const whole = dims.map((dim, at) => (typeof dim === 'number' ? dim : at === 0 ? rows : left.shift()!))
  return new Tensor(dtype, emptyTensor(dtype, whole).data as never, whole)
}
