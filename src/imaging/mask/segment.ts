/** From a model's small map of probabilities to everything that is told of the film: the work of one image thread. */
import { AppError } from '../../errors.js'
import { encodeDerivedPng } from '../mark/marked-picture.js'
import { decodeFilm, type FilmSource } from '../film.js'
import type { SyntheticSource } from '../mark/source.js'
import { type Geometry, type Grid, type Point, type Rectangle, type Size } from '../geometry.js'
import { placeOnCanvas } from '../placed-grid.js'
import { decodeRaster, type ImageLimits, type PngSource } from '../raster.js'
import { agreementOf, rasterToMask, type Agreement, type PixelSpacingMm } from './agreement.js'
import { encodeCocoRle, type CocoRle } from './coco-rle.js'
import { drawMask, drawMaskOverlay } from './draw-mask.js'
import { levelsOf } from './levels.js'
import { cleanMask, contoursOf, type ComponentContours, type MaskCleaning } from './mask-regions.js'
import { maskBox, packMask, type Mask } from './mask.js'
import { encodeNpy } from './npy.js'
import { placeMask } from './placed-mask.js'

/** Components that are described one by one; the mask holds all of them. */
export const MAX_REGIONS = 256

export const SEGMENT_PARTS = [
  ...(['rle', 'mask_png', 'mask_bits', 'contours', 'overlay'] as const),
  ...(['probability_png', 'probability_npy', 'probability_8bit'] as const),
] as const
/** What can be asked for beside the measurements. */
export type SegmentPart = (typeof SEGMENT_PARTS)[number]

export interface SegmentJob {
  /** Probabilities, 0 to 1, over the prepared image. */
  readonly grid: Grid
  readonly geometry: Geometry
  /** Inside is what is above it. */
  readonly threshold: number
  readonly cleaning: MaskCleaning
  readonly parts: readonly SegmentPart[]
  readonly spacingMm?: PixelSpacingMm
  /** What the film's file says of having been made by a model; its pictures say it too. */
  readonly source?: SyntheticSource
  /** The film's file; for the overlay. */
  readonly film?: FilmSource
  /** A reference mask's file, of the film's own size. */
  readonly truth?: Uint8Array
}

/** Probabilities are those at the film's own size; pixels and contours are the film's own. */
export interface Segment {
  readonly size: Size
  readonly areaPx: number
  /** Absent for an empty mask. */
  readonly box?: Rectangle
  readonly centroid?: Point
  readonly meanProbability?: number
  /** Over the whole film, inside and outside. */
  readonly maxProbability: number
  /** Of the mask; `regions` describes the largest `MAX_REGIONS` of them. */
  readonly regionCount: number
  readonly regions: readonly Region[]
  readonly agreement?: Agreement
  readonly rle?: CocoRle
  readonly maskPng?: Uint8Array
  /** 16-bit gray: round(probability · 65535), 0 where the model saw nothing. */
  readonly probabilityPng?: Uint8Array
  /** float32[height, width], NaN where the model saw nothing. */
  readonly probabilityNpy?: Uint8Array
  /** 1 bit a pixel, the first one lowest in its byte; what is over of the last byte is 0. */
  readonly maskBits?: Uint8Array
  /** uint8[height, width]: round(probability · 255), 0 where the model saw nothing. */
  readonly probability8Bit?: Uint8Array
  readonly overlay?: Uint8Array
}

export interface Region {
  readonly areaPx: number
  readonly box: Rectangle
  readonly centroid: Point
  readonly meanProbability: number
  readonly maxProbability: number
  readonly contours?: ComponentContours
}

/** Throws what `decodeRaster` throws, and `malformed_image` for a reference of another size. */
export async function segmentFilm(job: SegmentJob, limits: ImageLimits): Promise<Segment> {
  const { grid, geometry, parts } = job
  const size = geometry.original
  const { probabilities, maxProbability, mask: placed } = placeMask(grid, geometry, job.threshold)
  const cleaned = cleanMask(placed, job.cleaning)
  const { mask, components } = cleaned
  const levels = levelsOf(cleaned, probabilities)
  const contours = parts.includes('contours') ? contoursOf(cleaned, MAX_REGIONS) : []
  const regions = components.slice(0, MAX_REGIONS).map(({ areaPx, box, centroid }, at): Region => ({
    ...{ areaPx, box, centroid, meanProbability: levels[at]!.mean, maxProbability: levels[at]!.max },
    ...(contours[at] && { contours: contours[at] }),
  }))
  const areaPx = components.reduce((sum, component) => sum + component.areaPx, 0)
  const box = maskBox(mask)
  const weighted = (of: (at: number) => number): number =>
    components.reduce((sum, component, at) => sum + component.areaPx * of(at), 0) / areaPx
  return {
    size,
    areaPx,
    ...(box && {
      box,
      centroid: { x: weighted((at) => components[at]!.centroid.x), y: weighted((at) => components[at]!.centroid.y) },
      meanProbability: weighted((at) => levels[at]!.mean),
    }),
    maxProbability,
    regionCount: components.length,
    regions,
    ...(job.truth && { agreement: await compare(mask, job.truth, limits, job.spacingMm) }),
    ...(await pictures(job, mask, limits)),
  }
}

async function compare(
  mask: Mask,
  truth: Uint8Array,
  limits: ImageLimits,
  spacingMm: PixelSpacingMm | undefined,
): Promise<Agreement> {
  const { raster } = await decodeRaster(truth, limits)
  return agreementOf(mask, rasterToMask(raster), spacingMm)
}

async function pictures(job: SegmentJob, mask: Mask, limits: ImageLimits) {
  const { width, height } = mask
  const has = (part: SegmentPart): boolean => job.parts.includes(part)
  const hasMap = job.parts.some((part) => part.startsWith('probability'))
  const probabilities = hasMap ? placeOnCanvas(job.grid, job.geometry, mask) : new Float32Array()
  const png = async (picture: PngSource) => owned(await encodeDerivedPng(picture, job.source))
  return {
    ...(has('rle') && { rle: encodeCocoRle(mask) }),
    ...(has('mask_png') && { maskPng: await png(drawMask(mask)) }),
    ...(has('probability_png') && {
      probabilityPng: await png({ width, height, channels: 1, data: to16Bit(probabilities) }),
    }),
    ...(has('probability_npy') && { probabilityNpy: encodeNpy([height, width], probabilities) }),
    ...(has('mask_bits') && { maskBits: packMask(mask) }),
    ...(has('probability_8bit') && { probability8Bit: to8Bit(probabilities) }),
    ...(has('overlay') && { overlay: await png(await overlayOf(job.film, mask, limits)) }),
  }
}

async function overlayOf(film: FilmSource | undefined, mask: Mask, limits: ImageLimits): Promise<PngSource> {
  if (film === undefined) throw new AppError('internal', 'An overlay was asked for without its film. This is a bug.')
  const { raster } = await decodeFilm(film, limits)
  return drawMaskOverlay(raster, mask)
}

function to16Bit(probabilities: Float32Array): Uint16Array {
  const levels = new Uint16Array(probabilities.length)
  // NaN becomes 0 on its way to an integer.
  for (let i = 0; i < levels.length; i++) levels[i] = probabilities[i]! * 65_535 + 0.5
  return levels
}

function to8Bit(probabilities: Float32Array): Uint8Array {
  const levels = new Uint8Array(probabilities.length)
  for (let i = 0; i < levels.length; i++) levels[i] = probabilities[i]! * 255 + 0.5
  return levels
}

/** In memory of its own, not Node's shared one, which must not be moved to another thread. */
function owned(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes)
}
