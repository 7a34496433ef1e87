/** From what files hold to gray and RGB, in Pillow's arithmetic (libImaging/Convert.c), to the level. */
import type { Raster } from './raster.js'

/** One channel of 8 bits: `data` is uint8[height, width]. */
export interface Plane {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

/**
 * The raster's channels as planes of 8 bits. 16-bit samples become round(v / 257): the full range of the type, never the
 * range of the values at hand, so that a film does not change with what lies beside the patient.
 */
export function rasterToPlanes(raster: Raster): Plane[] {
  const { width, height, channels } = raster
  const data = samplesToBytes(raster.data)
  if (channels === 1) return [{ width, height, data }]
  return [0, 1, 2].map((channel) => {
    const plane = new Uint8Array(width * height)
    for (let i = 0, at = channel; i < plane.length; i++, at += 3) plane[i] = data[at]!
    return { width, height, data: plane }
  })
}

/** ITU-R 601-2 luma of three planes in 16-bit fixed point, as Pillow's `convert('L')`; a gray plane stays itself. */
export function planesToGray(planes: readonly Plane[]): Plane {
  const [red, green, blue] = planes
  if (red === undefined) throw new Error('An image without planes. This is a bug.')
  if (green === undefined || blue === undefined) return red
  const data = new Uint8Array(red.data.length)
  for (let i = 0; i < data.length; i++) data[i] = luma(red.data[i]!, green.data[i]!, blue.data[i]!)
  return { width: red.width, height: red.height, data }
}

/** As `planesToGray(rasterToPlanes(raster))`, without the planes between. */
export function rasterToGray(raster: Raster): Plane {
  const { width, height, channels } = raster
  const samples = samplesToBytes(raster.data)
  if (channels === 1) return { width, height, data: samples }
  const data = new Uint8Array(width * height)
  for (let i = 0, at = 0; i < data.length; i++, at += 3)
    data[i] = luma(samples[at]!, samples[at + 1]!, samples[at + 2]!)
  return { width, height, data }
}

/** Interleaved CMYK (255 = full ink) to interleaved RGB, as Pillow's `cmyk2rgb`: no profile, only subtraction. */
export function cmykToRgb(cmyk: Uint8Array | Uint16Array): Uint8Array {
  const rgb = new Uint8Array((cmyk.length / 4) * 3)
  for (let from = 0, to = 0; from < cmyk.length; from += 4, to += 3) {
    const white = 255 - cmyk[from + 3]!
    for (let ink = 0; ink < 3; ink++) rgb[to + ink] = Math.max(0, white - multiplyOver255(cmyk[from + ink]!, white))
  }
  return rgb
}

function luma(red: number, green: number, blue: number): number {
  return (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16
}

/** round(v / 257) of 16-bit samples; 8-bit ones as they are. */
export function samplesToBytes(samples: Uint8Array | Uint16Array): Uint8Array {
  if (samples instanceof Uint8Array) return samples
  const bytes = new Uint8Array(samples.length)
  // Without a division, for every v of 16 bits.
  for (let i = 0; i < bytes.length; i++) bytes[i] = (samples[i]! * 255 + 32895) >>> 16
  return bytes
}

/** Pillow's MULDIV255: a · b / 255, rounded, without a division. */
function multiplyOver255(a: number, b: number): number {
  const product = a * b + 128
  return ((product >> 8) + product) >> 8
}
