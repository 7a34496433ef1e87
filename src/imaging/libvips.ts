/**
 * `sharp` with the settings that hold for the whole process, whichever thread decodes. They are made once, on the main
 * thread, before a worker can start: made again by a worker, they would block for an instant the loaders that the other
 * workers are decoding with, and sound films would be refused.
 */
import { isMainThread } from 'node:worker_threads'
import sharp from 'sharp'

if (isMainThread) {
  // One thread a picture: the pool decides how many run at once. No cache: files come from memory and no two are alike.
  sharp.concurrency(1)
  sharp.cache(false)
  // Only the four loaders below can be reached, whatever a file looks like to libvips: no SVG, no PDF, no ImageMagick.
  sharp.block({ operation: ['VipsForeignLoad'] })
  sharp.unblock({
    operation: ['Png', 'Jpeg', 'Webp', 'Tiff'].map((name) => `VipsForeignLoad${name}Buffer`),
  })
}

export { sharp }
