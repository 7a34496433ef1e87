/** The tiny segmentation packs of test/fixtures/packs. */
import { join } from 'node:path'
import sharp from 'sharp'
import type { SegmentationSpec } from '../../../src/families/segmentation/spec.js'
import { prepareRaster, type PreparedRaster } from '../../../src/imaging/prepare.js'
import { openPack, type TinyPack } from '../tiny-pack.js'

export interface TinySegmentation extends TinyPack<SegmentationSpec> {
  prepare(film: string): Promise<PreparedRaster>
}

export async function openTinySegmentation(name: string): Promise<TinySegmentation> {
  const pack = await openPack<SegmentationSpec>(name)
  return {
    ...pack,
    async prepare(film) {
      const { data, info } = await sharp(join(pack.folder, film))
        .toColourspace('srgb')
        .raw()
        .toBuffer({ resolveWithObject: true })
      const { width, height } = info
      return prepareRaster({ width, height, channels: 3, data: new Uint8Array(data) }, pack.model.spec.image)
    },
  }
}
