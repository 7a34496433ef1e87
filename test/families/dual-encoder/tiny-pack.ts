/** The tiny dual encoders of test/fixtures/packs, with their films. */
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import type { DualEncoderModel, PixelRow } from '../../../src/families/dual-encoder/model.js'
import type { DualEncoderSpec } from '../../../src/families/dual-encoder/spec.js'
import { prepareRaster } from '../../../src/imaging/prepare.js'
import { openPack, type TinyPack } from '../tiny-pack.js'

export const GRAPHS = resolve(import.meta.dirname, '../../../model-store/graphs')

export interface TinyDualEncoder extends TinyPack<DualEncoderSpec> {
  readonly films: Readonly<Record<string, PixelRow>>
}

export async function openTinyPack(name: string): Promise<TinyDualEncoder> {
  const pack = await openPack<DualEncoderSpec>(name)
  const films = ['film-landscape.png', 'film-portrait.png'].map(
    async (film) => [film, await prepare(pack.folder, film, pack.model.spec)] as const,
  )
  return { ...pack, films: Object.fromEntries(await Promise.all(films)) }
}

/** The same pack without its text tower, as an image tower alone is written: RAD-DINO, REFERS's encoder. */
export function withoutTexts({ spec, components }: TinyDualEncoder['model']): DualEncoderModel {
  const ofTexts = ['text', 'text_post', 'zero_shot', 'maps', 'score', 'goldens']
  const rest = Object.entries(spec).filter(([section]) => !ofTexts.includes(section))
  const own = { image_encoder: components['image_encoder']!, prototypes: components['prototypes']! }
  const alone = {
    ...Object.fromEntries(rest),
    tasks: ['embeddings'],
    components: own,
    score: { scale: 1, global: 'cosine', combine: { kind: 'none' }, pairwise: false },
    goldens: structuredClone(spec.goldens.filter(({ kind }) => kind === 'image')),
  } as unknown as DualEncoderSpec
  return { spec: alone, components: own }
}

async function prepare(folder: string, film: string, spec: DualEncoderSpec): Promise<PixelRow> {
  const { data, info } = await sharp(join(folder, film)).greyscale().raw().toBuffer({ resolveWithObject: true })
  const pixels = new Uint8Array(data)
  return prepareRaster({ width: info.width, height: info.height, channels: 1, data: pixels }, spec.image)
}
