/** The report packs of test/fixtures/packs, and the seeded decoder of test/fixtures/report, with onnxruntime called directly. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import type { Component } from '../../../src/families/component.js'
import type { PixelRow } from '../../../src/families/dual-encoder/model.js'
import type { RunComponent } from '../../../src/families/family.js'
import { FAMILIES } from '../../../src/families/index.js'
import { dualSpecOf, type ReportModel } from '../../../src/families/report/model.js'
import type { ReportSpec } from '../../../src/families/report/spec.js'
import { prepareRaster } from '../../../src/imaging/prepare.js'
import { createManifestReader } from '../../../src/store/manifest.js'
import type { Tensor } from '../../../src/tensor/tensor.js'
import { createTokenizer } from '../../../src/text/tokenizer.js'
import { createVocabulary } from '../../../src/text/vocabulary.js'
import { openGraph, PACKS, runGraph, type RunCall } from '../tiny-pack.js'

export const REPORT = resolve(import.meta.dirname, '../../fixtures/report')

export interface TinyReportPack {
  readonly model: ReportModel
  readonly run: RunComponent
  /** Every run so far, in order. */
  readonly calls: RunCall[]
  film(file: string): Promise<PixelRow>
}

export async function openReportPack(name: string): Promise<TinyReportPack> {
  const folder = join(PACKS, name, '1.0.0')
  const manifest = createManifestReader(FAMILIES)(readFileSync(join(folder, 'model.json')))
  const spec = manifest as unknown as ReportSpec
  const { components } = manifest
  const json = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8'))
  const { tokenizer, bos, eos, pad } = spec.generation
  const vocabulary = createVocabulary(json(tokenizer.file), [bos, eos, pad])
  const dual = dualSpecOf(spec)
  const towers = dual && {
    ...{ spec: dual, components },
    tokenizer: createTokenizer(json(dual.text.tokenizer), dual.text, { maxTextCharacters: 10_000 }),
  }
  const { run, calls } = await openGraphs(folder, components)
  return {
    model: { spec, components, vocabulary, ...(towers && { dual: towers }) },
    run,
    calls,
    async film(file) {
      const picture = sharp(join(folder, file)).removeAlpha().toColourspace('srgb').raw()
      const { data, info } = await picture.toBuffer({ resolveWithObject: true })
      const channels = info.channels as 3
      return prepareRaster({ width: info.width, height: info.height, channels, data: new Uint8Array(data) }, spec.image)
    },
  }
}

async function openGraphs(folder: string, components: Readonly<Record<string, Component>>) {
  const entries = Object.entries(components).map(
    async ([role, component]) => [role, await openGraph(join(folder, component.file))] as const,
  )
  const sessions = new Map(await Promise.all(entries))
  const calls: RunCall[] = []
  const run: RunComponent = (role, feeds, outputs) => {
    calls.push({ role, feeds, outputs })
    return runGraph(sessions.get(role)!, feeds, outputs)
  }
  return { run, calls }
}

export interface SearchCase {
  readonly memory: number
  readonly max_tokens: number
  readonly options: {
    readonly num_beams?: number
    readonly length_penalty?: number
    readonly early_stopping?: boolean | 'never'
    readonly no_repeat_ngram_size?: number
    readonly forbid_repeat_last?: boolean
  }
  readonly ids: readonly number[]
  readonly log_probabilities: readonly number[]
  readonly score?: number
}

interface Searches {
  readonly memory_dims: readonly number[]
  readonly memories: readonly number[][]
  readonly cases: readonly SearchCase[]
}

const DEEP_POSITIONS = 40

/** The decoder of two layers that test/fixtures/packs/refers.py seeded, by one of its two graphs; it has no films. */
export async function openSeededDecoder(graph: 'whole' | 'cached') {
  const component = (json('components.json') as Record<string, Component>)[graph]!
  const { run, calls } = await openGraphs(REPORT, { decoder_step: component })
  const { memory_dims: dims, memories, cases } = json('searches.json') as Searches
  const vocabulary = { size: 120, piece: String, decode: String, begin: () => ({ add: String, end: String }) }
  const generation = { bos: 1, eos: 2, pad: 0, max_tokens: DEEP_POSITIONS, defaults: { method: 'greedy' } }
  const model = { spec: { generation }, components: { decoder_step: component }, vocabulary } as unknown as ReportModel
  const tensors = memories.map((values): Tensor => ({ dtype: 'float32', dims, data: Float32Array.from(values) }))
  return { model, run, calls, memories: tensors, cases }
}

function json(file: string): unknown {
  return JSON.parse(readFileSync(join(REPORT, file), 'utf8'))
}
