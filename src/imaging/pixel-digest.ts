import { createHash } from 'node:crypto'
import type { Raster } from './raster.js'

/**
 * sha256 of decoded pixels in hexadecimal, whatever file they came in: of the line `<width>x<height>x<channels>:<bits>` and
 * a line feed, then the samples row by row, channels interleaved, 16-bit ones little-endian.
 */
export function pixelDigest({ width, height, channels, data }: Raster): string {
  const head = `${width}x${height}x${channels}:${data.BYTES_PER_ELEMENT * 8}\n`
  return createHash('sha256')
    .update(head)
    .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    .digest('hex')
}
