/** The tiny packs of test/fixtures/packs, with onnxruntime called directly: families are tested without an engine. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import * as ort from 'onnxruntime-node'
import type { RunComponent } from '../../../src/families/family.js'
import type { DualEncoderModel, PixelRow } from '../../../src/families/dual-encoder/model.js'
import type { DualEncoderSpec } from '../../../src/families/dual-encoder/spec.js'
import { FAMILIES } from '../../../src/families/index.js'
import { prepareRaster } from '../../../src/imaging/prepare.js'
import { createManifestReader } from '../../../src/store/manifest.js'
import type { DType, NamedTensors, Tensor, TensorData } from '../../../src/tensor/tensor.js'
import { createTokenizer } from '../../../src/text/tokenizer.js'
import sharp from 'sharp'

export const GRAPHS = resolve(import.meta.dirname, '../../../model-store/graphs')
const PACKS = resolve(import.meta.dirname, '../../fixtures/packs')

export interface RunCall {
  readonly role: string
  readonly feeds: NamedTensors
  readonly outputs: readonly string[] | undefined
}

export interface TinyPack {
  readonly model: DualEncoderModel
  readonly run: RunComponent
  /** Every run so far, in order. */
  readonly calls: RunCall[]
  readonly films: Readonly<Record<string, PixelRow>>
}

export async function openTinyPack(name: string): Promise<TinyPack> {
  const folder = join(PACKS, name, '1.0.0')
  const manifest = createManifestReader(FAMILIES)(readFileSync(join(folder, 'model.json')))
  const spec = manifest as unknown as DualEncoderSpec
  const file = JSON.parse(readFileSync(join(folder, spec.text.tokenizer), 'utf8')) as unknown
  const tokenizer = createTokenizer(file, spec.text, { maxTextCharacters: 10_000 })
  const sessions = new Map<string, ort.InferenceSession>()
  for (const [role, component] of Object.entries(manifest.components)) {
    sessions.set(role, await openGraph(join(folder, component.file)))
  }
  const calls: RunCall[] = []
  const run: RunComponent = (role, feeds, outputs) => {
    calls.push({ role, feeds, outputs })
    return runGraph(sessions.get(role)!, feeds, outputs)
  }
  const films = Object.fromEntries(
    await Promise.all(
      ['film-landscape.png', 'film-portrait.png'].map(
        async (film) => [film, await prepare(folder, film, spec)] as const,
      ),
    ),
  )
  return { model: { spec, components: manifest.components, tokenizer }, run, calls, films }
}

async function prepare(folder: string, film: string, spec: DualEncoderSpec): Promise<PixelRow> {
  const { data, info } = await sharp(join(folder, film)).greyscale().raw().toBuffer({ resolveWithObject: true })
  const pixels = new Uint8Array(data)
  return prepareRaster({ width: info.width, height: info.height, channels: 1, data: pixels }, spec.image)
}

export function openGraph(path: string): Promise<ort.InferenceSession> {
  return ort.InferenceSession.create(path, { intraOpNumThreads: 1, logSeverityLevel: 3 })
}

export async function runGraph(
  session: ort.InferenceSession,
  feeds: NamedTensors,
  outputs: readonly string[] = session.outputNames,
): Promise<NamedTensors> {
  const entries = Object.entries(feeds).map(([name, { dtype, dims, data }]) => {
    return [name, new ort.Tensor(dtype as 'float32', data as Float32Array, dims)] as const
  })
  const found = await session.run(Object.fromEntries(entries), outputs)
  return Object.fromEntries(
    Object.entries(found).map(([name, value]): [string, Tensor] => [
      name,
      { dtype: value.type as DType, dims: value.dims, data: value.data as TensorData },
    ]),
  )
}
