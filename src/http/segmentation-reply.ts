import type { Segmentation, SideRegion } from '../flows/segment.js'
import type { Agreement, PixelSpacingMm } from '../imaging/mask/agreement.js'
import type { Rectangle } from '../imaging/geometry.js'
import { toBase64Png } from './maps.js'
import type { AgreementReply, RegionReply, SegmentationReply } from './schemas/segmentations.js'

/** Cut words that are named; a text of thousands would make an answer of thousands. */
const MAX_CUT_WORDS = 100

export function segmentationReply(item: Segmentation, index: number): SegmentationReply {
  const { image, text, words, box, centroid, agreement, spacing } = item
  const spacingMm = spacing?.mm
  return {
    ...{ object: 'segmentation', index, image, text },
    words: {
      ...{ used: [...words.used], filled: words.filled },
      ...{ cut: words.cut.slice(0, MAX_CUT_WORDS), cut_count: words.cut.length },
    },
    threshold: item.threshold,
    size: item.size,
    ...(spacing && { pixel_spacing: { mm: [...spacing.mm], source: spacing.source } }),
    ...areaReply(item.areaPx, spacingMm),
    ...(box && { bounding_box: boxReply(box) }),
    ...(centroid && { centroid }),
    ...(item.meanProbability !== undefined && { mean_probability: item.meanProbability }),
    max_probability: item.maxProbability,
    region_count: item.regionCount,
    regions: item.regions.map((region) => regionReply(region, spacingMm)),
    ...filesReply(item),
    ...(agreement && { ground_truth: agreementReply(agreement) }),
    warnings: item.warnings.map(({ code, detail }) => ({ code, detail })),
  }
}

function filesReply({ rle, maskPng, probabilityPng, probabilityNpy }: Segmentation): Partial<SegmentationReply> {
  return {
    ...(rle && { rle: { size: [...rle.size], counts: rle.counts } }),
    ...(maskPng && { png: toBase64Png(maskPng) }),
    ...((probabilityPng ?? probabilityNpy) && {
      probabilities: {
        ...(probabilityPng && { png: toBase64Png(probabilityPng) }),
        ...(probabilityNpy && { npy: toBase64Png(probabilityNpy) }),
      },
    }),
  }
}

function regionReply(region: SideRegion, spacingMm: PixelSpacingMm | undefined): RegionReply {
  const { box, centroid, laterality, meanProbability, maxProbability, contours } = region
  return {
    ...areaReply(region.areaPx, spacingMm),
    bounding_box: boxReply(box),
    centroid,
    laterality,
    mean_probability: meanProbability,
    max_probability: maxProbability,
    ...(contours && { contours: { outer: polygon(contours.outer), holes: contours.holes.map(polygon) } }),
  }
}

function areaReply(areaPx: number, spacingMm: PixelSpacingMm | undefined): { area_px: number; area_mm2?: number } {
  return { area_px: areaPx, ...(spacingMm && { area_mm2: areaPx * spacingMm[0] * spacingMm[1] }) }
}

function boxReply({ left, top, right, bottom }: Rectangle): SegmentationReply['bounding_box'] & object {
  return { x: left, y: top, width: right - left, height: bottom - top }
}

function polygon(contour: Int32Array): [number, number][] {
  const points: [number, number][] = []
  for (let at = 0; at < contour.length; at += 2) points.push([contour[at]!, contour[at + 1]!])
  return points
}

function agreementReply({ dice, iou, truthAreaPx, distancesPx, distancesMm }: Agreement): AgreementReply {
  return {
    ...{ dice, iou, ground_truth_area_px: truthAreaPx },
    ...(distancesPx && { hd95_px: distancesPx.hd95, mean_surface_distance_px: distancesPx.mean }),
    ...(distancesMm && { hd95_mm: distancesMm.hd95, mean_surface_distance_mm: distancesMm.mean }),
  }
}
