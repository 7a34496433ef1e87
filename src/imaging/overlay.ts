import { rasterToPlanes, type Plane } from './colour.js'
import { HEAT_COLOURS } from './colormap.js'
import { placeOnCanvas, type Geometry, type Grid, type Size } from './geometry.js'
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
  const steps = heatSteps(map, size)
  const data = new Uint8Array(steps.length * 3)
  for (let channel = 0; channel < 3; channel++) {
    blendChannel(planes[channel] ?? planes[0]!, steps, { channel, alpha: options.alpha, into: data })
  }
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

interface ChannelTarget {
  readonly channel: number
  readonly alpha: number
  readonly into: Uint8Array
}

function blendChannel(film: Plane, steps: Uint8Array, { channel, alpha, into }: ChannelTarget): void {
  for (let i = 0, to = channel; i < steps.length; i++, to += 3) {
    const step = steps[i]!
    const level = film.data[i]!
    const opacity = (alpha * step) / 255
    into[to] = level + (HEAT_COLOURS[step * 3 + channel]! - level) * opacity + 0.5
  }
}
