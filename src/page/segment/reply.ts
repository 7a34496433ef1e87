import type { ModelIdentity } from '../parts/answered-by.js'

type Polygon = readonly (readonly [x: number, y: number])[]

export interface Region {
  readonly area_px: number
  readonly area_mm2?: number
  readonly laterality: 'left' | 'right' | 'midline'
  readonly mean_probability: number
  readonly contours?: { readonly outer: Polygon; readonly holes: readonly Polygon[] }
}

export interface Segmentation {
  readonly threshold: number
  readonly size: { readonly width: number; readonly height: number }
  readonly pixel_spacing?: { readonly mm: readonly number[]; readonly source: 'request' | 'calibrated' | 'detector' }
  readonly area_px: number
  readonly area_mm2?: number
  readonly mean_probability?: number
  readonly max_probability: number
  readonly region_count: number
  readonly regions: readonly Region[]
  readonly words: { readonly cut: readonly string[] }
  readonly warnings: readonly { readonly code: string; readonly detail: string }[]
}

/** Of `POST /v1/segmentations`; only what is read here. */
export interface SegmentationsReply {
  readonly data: readonly Segmentation[]
  readonly model: ModelIdentity
}
