/** The tiny dual encoders of test/fixtures/packs, with their films. */
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import type { PixelRow } from '../../../src/families/dual-encoder/model.js'
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

async function prepare(folder: string, film: string, spec: DualEncoderSpec): Promise<PixelRow> {
  const { data, info } = await sharp(join(folder, film)).greyscale().raw().toBuffer({ resolveWithObject: true })
  const pixels = new Uint8Array(data)
  return prepareRaster({ width: info.width, height: info.height, channels: 1, data: pixels }, spec.image)
}
