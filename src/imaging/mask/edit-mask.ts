import { samplesToBytes } from '../colour.js'
import { decodeAlpha, encodePng, type ImageLimits } from '../raster.js'

/**
 * A mask for an edit as a file whose white is changed. A file with a pixel that is not opaque is read as OpenAI's clients
 * write it: what is transparent is changed, whatever its colour. Any other file is read by its levels and stays as it is.
 * Throws what `decodeRaster` throws.
 */
export async function readEditMask(bytes: Uint8Array, limits: ImageLimits): Promise<Uint8Array> {
  const alpha = await decodeAlpha(bytes, limits)
  if (alpha === undefined) return bytes
  const opacity = samplesToBytes(alpha.data)
  if (opacity.every((level) => level === 255)) return bytes
  return encodePng({ ...alpha, data: opacity.map((level) => 255 - level) })
}
