import { rasterToPlanes, type Plane } from './colour.js'
import { HEAT_COLOURS } from './colormap.js'
import type { Geometry, Grid, Size } from './geometry.js'
import { placeOnCanvas } from './placed-grid.js'
import type { PngSource, Raster } from './raster.js'
import { resizePlane } from './resample.js'

/** Longest side of a picture that is only looked at; what is measured uses `placeOnOriginal`. */
export const MAX_OVERLAY_SIDE_PX = 2048

/** Values over the prepared image, to be shown between `low` (cold) and `high` (hot); what lies outside is clipped. */
export interface HeatMap {
  readonly grid: Grid
  readonly geometry: Geometry
  readonly low: number
  readonly high: number
}

export interface OverlayOptions {
  /** Opacity of the hottest colour, 0 to 1. Colder ones let more of the film through, the coldest all of it. */
  readonly alpha: number
  readonly maxSidePx?: number
}

/** The heat map over its film: uint8[height, width, 3]. The film is made smaller, never larger; unseen parts stay bare. */
export function drawOverlay(raster: Raster, map: HeatMap, options: OverlayOptions): PngSource & { data: Uint8Array } {
  const size = boundedSize(map.geometry.original, options.maxSidePx)
  const planes = rasterToPlanes(raster).map((plane) => resizePlane(plane, size.width, size.height, 'area'))
  const data = blendFilm(planes, heatSteps(map, size), options.alpha)
  return { ...size, channels: 3, data }
}

/** The heat map alone as gray, uint8[height, width], in the film's proportions: 0 is `low` or unseen, 255 is `high`. */
export function drawHeatMap(map: HeatMap, maxSidePx?: number): PngSource & { data: Uint8Array } {
  const size = boundedSize(map.geometry.original, maxSidePx)
  return { ...size, channels: 1, data: heatSteps(map, size) }
}

function boundedSize({ width, height }: Size, maxSidePx = MAX_OVERLAY_SIDE_PX): Size {
  const shrink = Math.min(1, Math.min(maxSidePx, MAX_OVERLAY_SIDE_PX) / Math.max(width, height))
  return { width: Math.max(1, Math.round(width * shrink)), height: Math.max(1, Math.round(height * shrink)) }
}

/** Steps of the colour table, 0 to 255; NaN, where the model saw nothing, becomes 0. */
function heatSteps({ grid, geometry, low, high }: HeatMap, canvas: Size): Uint8Array {
  const values = placeOnCanvas(grid, geometry, canvas)
  const steps = new Uint8Array(values.length)
  // A map without any contrast is cold everywhere.
  const stepsPerUnit = high > low ? 255 / (high - low) : 0
  for (let i = 0; i < steps.length; i++) {
    const step = (values[i]! - low) * stepsPerUnit
    steps[i] = step >= 255 ? 255 : step > 0 ? step + 0.5 : 0
  }
  return steps
}

/** uint8[height, width, 3]: `planes` under the colours of `steps`. */
function blendFilm(planes: readonly Plane[], steps: Uint8Array, alpha: number): Uint8Array {
  const opacity = Math.min(Math.max(alpha, 0), 1)
  const share = Float32Array.from({ length: 256 }, (_, step) => 1 - (opacity * step) / 255)
  const paint = Float32Array.from(HEAT_COLOURS, (level, at) => level * (1 - share[Math.floor(at / 3)]!) + 0.5)
  const [red, green, blue] = [0, 1, 2].map((channel) => (planes[channel] ?? planes[0]!).data)
  const data = new Uint8Array(steps.length * 3)
  for (let i = 0, to = 0; i < steps.length; i++, to += 3) {
    const step = steps[i]!
    const film = share[step]!
    data[to] = red![i]! * film + paint[step * 3]!
    data[to + 1] = green![i]! * film + paint[step * 3 + 1]!
    data[to + 2] = blue![i]! * film + paint[step * 3 + 2]!
  }
  return data
}
