import type { Raster } from './raster.js'

/** Pixels that are looked at; a photograph shows its colours in far fewer. */
const SAMPLES = 65_536

/**
 * How coloured a picture is: the mean over its pixels of (greatest − least of red, green and blue) over the range of
 * the samples, 0 to 1. A gray film has 0, also when it was saved as RGB; a photograph of a screen or of skin has not.
 */
export function channelSpread({ channels, data }: Pick<Raster, 'channels' | 'data'>): number {
  if (channels === 1) return 0
  const pixels = data.length / 3
  const every = Math.max(1, Math.floor(pixels / SAMPLES))
  let sum = 0
  let count = 0
  for (let pixel = 0; pixel < pixels; pixel += every, count++) {
    const [red, green, blue] = [data[pixel * 3]!, data[pixel * 3 + 1]!, data[pixel * 3 + 2]!]
    sum += Math.max(red, green, blue) - Math.min(red, green, blue)
  }
  return sum / count / (data instanceof Uint16Array ? 65_535 : 255)
}
