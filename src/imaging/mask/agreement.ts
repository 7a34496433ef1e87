import { AppError } from '../../errors.js'
import { rasterToGray } from '../colour.js'
import type { Raster } from '../raster.js'
import { maskArea, type Mask } from './mask.js'
import { surfaceDistances, type SurfaceDistances } from './surface-distance.js'

/** How well a mask agrees with a reference. */
export interface Agreement {
  /** 2·|A∩B| / (|A| + |B|); 1 when both are empty. */
  readonly dice: number
  /** |A∩B| / |A∪B|; 1 when both are empty. */
  readonly iou: number
  /** Pixels of the reference. */
  readonly truthAreaPx: number
  /** In pixels; absent when one of the two is empty. */
  readonly distancesPx?: SurfaceDistances
  /** In millimetres; absent too where the spacing is not known. */
  readonly distancesMm?: SurfaceDistances
}

export type PixelSpacingMm = readonly [down: number, across: number]

/** Throws `malformed_image` when the reference has another size. */
export function agreementOf(mask: Mask, truth: Mask, spacingMm?: PixelSpacingMm): Agreement {
  if (mask.width !== truth.width || mask.height !== truth.height) {
    throw new AppError(
      'malformed_image',
      `The ground truth has ${truth.width}x${truth.height} pixels and its film ${mask.width}x${mask.height}.`,
    )
  }
  let both = 0
  for (let i = 0; i < mask.data.length; i++) both += mask.data[i]! & truth.data[i]!
  const truthAreaPx = maskArea(truth)
  const sum = maskArea(mask) + truthAreaPx
  const distancesPx = surfaceDistances(mask, truth, [1, 1])
  const distancesMm = spacingMm && distancesPx && distancesIn(spacingMm, distancesPx, mask, truth)
  return {
    dice: sum === 0 ? 1 : (2 * both) / sum,
    iou: sum === 0 ? 1 : both / (sum - both),
    truthAreaPx,
    ...(distancesPx && { distancesPx }),
    ...(distancesMm && { distancesMm }),
  }
}

function distancesIn(spacing: PixelSpacingMm, inPx: SurfaceDistances, a: Mask, b: Mask): SurfaceDistances | undefined {
  const [down, across] = spacing
  return down === across ? { hd95: inPx.hd95 * down, mean: inPx.mean * down } : surfaceDistances(a, b, spacing)
}

/** A picture as a mask: inside is what is brighter than half of its brightest pixel, so that 0/1 and 0/255 mean the same. */
export function rasterToMask(raster: Raster): Mask {
  const { width, height } = raster
  // Gray samples as they are: those of 16 bits would lose a mask of 0 and 1 on the way to 8.
  const levels = raster.channels === 1 ? raster.data : rasterToGray(raster).data
  let brightest = 0
  for (let i = 0; i < levels.length; i++) brightest = Math.max(brightest, levels[i]!)
  const data = new Uint8Array(levels.length)
  for (let i = 0; i < data.length; i++) data[i] = 2 * levels[i]! > brightest ? 1 : 0
  return { width, height, data }
}
