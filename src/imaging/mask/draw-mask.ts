import { rasterToPlanes, type Plane } from '../colour.js'
import type { Size } from '../geometry.js'
import { MAX_OVERLAY_SIDE_PX } from '../overlay.js'
import type { PngSource, Raster } from '../raster.js'
import { resizePlane } from '../resample.js'
import type { Mask } from './mask.js'

/** Okabe and Ito's sky blue: told from gray, and from it without seeing red or green. */
const COLOUR = [86, 180, 233] as const
const FILL_SHARE = 0.35
const HALF = 128

type Drawing = PngSource & { readonly data: Uint8Array }

/** 255 inside, 0 outside: uint8[height, width]. */
export function drawMask({ width, height, data }: Mask): Drawing {
  const levels = new Uint8Array(data.length)
  for (let i = 0; i < levels.length; i++) levels[i] = data[i]! * 255
  return { width, height, channels: 1, data: levels }
}

/**
 * The mask over its film, filled lightly and outlined: uint8[height, width, 3]. Made smaller, never larger, to at most
 * `MAX_OVERLAY_SIDE_PX`; it is for looking, what is measured is the mask.
 */
export function drawMaskOverlay(raster: Raster, mask: Mask): Drawing {
  const size = pictureSize(raster)
  const film = rasterToPlanes(raster).map((plane) => resizePlane(plane, size.width, size.height, 'area'))
  const inside = resizePlane(drawMask(mask), size.width, size.height, 'area')
  const lineWidth = Math.max(1, Math.round(Math.max(size.width, size.height) / 700))
  return { ...size, channels: 3, data: paint(film, inside, lineWidth) }
}

function pictureSize({ width, height }: Size): Size {
  const shrink = Math.min(1, MAX_OVERLAY_SIDE_PX / Math.max(width, height))
  return { width: Math.max(1, Math.round(width * shrink)), height: Math.max(1, Math.round(height * shrink)) }
}

/** `inside`: how much of each pixel the mask covers, of 255. */
function paint(film: readonly Plane[], inside: Plane, lineWidth: number): Uint8Array {
  const data = new Uint8Array(inside.data.length * 3)
  for (let y = 0, at = 0; y < inside.height; y++) {
    for (let x = 0; x < inside.width; x++, at++) {
      const cover = inside.data[at]!
      const share = isOnLine(inside, x, y, lineWidth) ? 1 : (FILL_SHARE * cover) / 255
      for (let channel = 0; channel < 3; channel++) {
        const level = (film[channel] ?? film[0]!).data[at]!
        data[at * 3 + channel] = level + (COLOUR[channel]! - level) * share + 0.5
      }
    }
  }
  return data
}

/** Inside, with an outside pixel within `lineWidth` along an axis. */
function isOnLine({ width, height, data }: Plane, x: number, y: number, lineWidth: number): boolean {
  if (data[y * width + x]! < HALF) return false
  for (let d = 1; d <= lineWidth; d++) {
    if (x >= d && data[y * width + x - d]! < HALF) return true
    if (x + d < width && data[y * width + x + d]! < HALF) return true
    if (y >= d && data[(y - d) * width + x]! < HALF) return true
    if (y + d < height && data[(y + d) * width + x]! < HALF) return true
  }
  return false
}
