/** The tiny segmentation packs of test/fixtures/packs, with onnxruntime called directly. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import type { RunComponent } from '../../../src/families/family.js'
import { FAMILIES } from '../../../src/families/index.js'
import type { SegmentationModel } from '../../../src/families/segmentation/model.js'
import type { SegmentationSpec } from '../../../src/families/segmentation/spec.js'
import { prepareRaster, type PreparedRaster } from '../../../src/imaging/prepare.js'
import { createManifestReader } from '../../../src/store/manifest.js'
import { createTokenizer } from '../../../src/text/tokenizer.js'
import { openGraph, runGraph, type RunCall } from '../dual-encoder/tiny-pack.js'

export const PACKS = resolve(import.meta.dirname, '../../fixtures/packs')

export interface TinySegmentation {
  readonly model: SegmentationModel
  readonly run: RunComponent
  /** Every run so far, in order. */
  readonly calls: RunCall[]
  prepare(film: string): Promise<PreparedRaster>
}

export async function openTinySegmentation(name: string): Promise<TinySegmentation> {
  const folder = join(PACKS, name, '1.0.0')
  const manifest = createManifestReader(FAMILIES)(readFileSync(join(folder, 'model.json')))
  const spec = manifest as unknown as SegmentationSpec
  const file = JSON.parse(readFileSync(join(folder, spec.text.tokenizer), 'utf8')) as unknown
  const tokenizer = createTokenizer(file, spec.text, { maxTextCharacters: 10_000 })
  const entries = Object.entries(manifest.components).map(
    async ([role, component]) => [role, await openGraph(join(folder, component.file))] as const,
  )
  const sessions = new Map(await Promise.all(entries))
  const calls: RunCall[] = []
  return {
    model: { spec, components: manifest.components, tokenizer },
    calls,
    run(role, feeds, outputs) {
      calls.push({ role, feeds, outputs })
      return runGraph(sessions.get(role)!, feeds, outputs)
    },
    async prepare(film) {
      const { data, info } = await sharp(join(folder, film))
        .toColourspace('srgb')
        .raw()
        .toBuffer({ resolveWithObject: true })
      const { width, height } = info
      return prepareRaster({ width, height, channels: 3, data: new Uint8Array(data) }, spec.image)
    },
  }
}
