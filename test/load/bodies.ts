import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { rowBytes, type ImageGraph } from './graph-input.js'
import { createRandom } from './random.js'

const FILMS = fileURLToPath(new URL('../fixtures/imaging/films/', import.meta.url))

/** Real films of about 320 px as JPEG files, as they are in the fixtures. */
export function smallFilms(): Buffer[] {
  return readdirSync(FILMS)
    .sort()
    .map((name) => readFileSync(join(FILMS, name)))
}

/**
 * Films of the size that a detector gives, of which there is no small free one: the fixtures enlarged, with the grain of
 * a detector put on, because a smooth picture is too easy to decode.
 */
export async function largeFilms(side: number, count: number): Promise<Buffer[]> {
  return Promise.all(
    smallFilms()
      .slice(0, count)
      .map(async (film, seed) => {
        const smooth = await sharp(film)
          .resize(side, side, { fit: 'fill', kernel: 'cubic' })
          .grayscale()
          .raw()
          .toBuffer()
        const random = createRandom(seed)
        const grainy = smooth.map((level) =>
          Math.max(0, Math.min(255, level + (random.next() + random.next() - 1) * 16)),
        )
        const raw = { width: side, height: side, channels: 1 as const }
        return sharp(grainy, { raw }).jpeg({ quality: 90 }).toBuffer()
      }),
  )
}

/** Pixels as the graph takes them, each image another. */
export function pixelRows(graph: ImageGraph, count: number): Buffer[] {
  return Array.from({ length: count }, (_, seed) => {
    const random = createRandom(1000 + seed)
    return Buffer.from(Uint8Array.from({ length: rowBytes(graph) }, () => random.next() * 256))
  })
}
