import { AppError } from '../errors.js'
import type { MapDisplay } from '../families/dual-encoder/map-display.js'
import type { Geometry, Grid } from '../imaging/geometry.js'
import { syntheticSourceOf, type SyntheticSource } from '../imaging/mark/source.js'
import type { HeatMap } from '../imaging/overlay.js'
import { smoothGrid } from '../imaging/smooth.js'
import { limitName, type HttpOptions } from './options.js'
import type { HttpServices } from './services.js'

/** How opaque the hottest colour of an overlay is: strong enough to be seen, weak enough to see the film through it. */
const OVERLAY_ALPHA = 0.5

export type MapFormat = 'grid' | 'png' | 'both'

/** The words' maps of an answer, of which one is drawn or their mean. */
export interface CellMap {
  /** float32[words, rows · columns] */
  readonly values: Float32Array
  readonly grid: readonly [rows: number, columns: number]
  readonly kind: 'attention' | 'cosine'
  readonly display: MapDisplay
  /** Index of the word that is drawn; left out, the mean over the words. */
  readonly word?: number | undefined
}

/** The film that a map is placed on. */
export interface Film {
  readonly bytes: Uint8Array
  readonly geometry: Geometry
}

export interface MapDrawing {
  readonly film: Film
  readonly style: 'overlay' | 'heat_map'
  readonly signal: AbortSignal
}

/** The map as a PNG in the proportions of its film. */
export function drawMap(images: HttpServices['images'], map: CellMap, drawing: MapDrawing): Promise<Uint8Array> {
  const { film, style, signal } = drawing
  const heat = heatMapOf(map, film.geometry)
  return style === 'heat_map'
    ? images.heatMap(heat, { film: sourceOf(film) }, signal)
    : images.overlay(film.bytes, heat, { alpha: OVERLAY_ALPHA }, signal)
}

/** By film: an answer draws many maps of one, whose file may be large. */
const sources = new WeakMap<Uint8Array, { readonly source: SyntheticSource | undefined }>()

function sourceOf({ bytes }: Film): SyntheticSource | undefined {
  const known = sources.get(bytes) ?? { source: syntheticSourceOf(bytes) }
  sources.set(bytes, known)
  return known.source
}

/**
 * The map to be drawn and its colours' range. Throws `invalid_option` for a word that is not there. Attention has no
 * scale of its own, so it is shown from its least to its most; a cosine below 0 means nothing to see.
 */
export function heatMapOf({ values, grid, kind, display, word }: CellMap, geometry: Geometry): HeatMap {
  const [height, width] = grid
  const cells = height * width
  const smoothed = (data: Float32Array): Grid => smoothGrid({ data, width, height }, display.smoothSigma)
  const shown = smoothed(mapOfWords(values, cells, word))
  // The mean of the words lies far within what they span, and would be drawn without any contrast.
  const spansWords = word !== undefined && display.range === 'words'
  const spanned = spansWords
    ? Array.from({ length: values.length / cells }, (_, at) => smoothed(mapOfWords(values, cells, at)))
    : [shown]
  let low = kind === 'cosine' ? 0 : Infinity
  let high = -Infinity
  for (const { data } of spanned) {
    for (const value of data) {
      if (kind === 'attention' && value < low) low = value
      if (value > high) high = value
    }
  }
  return { grid: shown, geometry, low, high }
}

/** The mean over rows of `cells` values, or one row. Throws `invalid_option` for a row that is not there. */
function mapOfWords(values: Float32Array, cells: number, word: number | undefined): Float32Array {
  const words = values.length / cells
  if (word !== undefined) {
    if (word >= words) throw new AppError('invalid_option', `The text has ${words} words, counted from 0.`)
    return values.slice(word * cells, (word + 1) * cells)
  }
  const mean = new Float32Array(cells)
  for (let i = 0; i < values.length; i++) mean[i % cells]! += values[i]! / words
  return mean
}

/** Throws `too_large` when an answer would hold more maps, or more drawn ones, than the limits allow. */
export function checkMapCount(
  count: number,
  format: MapFormat,
  limits: Pick<HttpOptions, 'maxMaps' | 'maxMapPictures'>,
): void {
  const key = format === 'grid' ? 'maxMaps' : 'maxMapPictures'
  if (count <= limits[key]) return
  throw new AppError('too_large', `An answer holds at most ${limits[key]} maps${format === 'grid' ? '' : ' as PNG'}.`, {
    details: { limit: limitName(key) },
  })
}

export function toBase64Png(png: Uint8Array): string {
  return Buffer.from(png.buffer, png.byteOffset, png.byteLength).toString('base64')
}
