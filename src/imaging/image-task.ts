/** What crosses between the pool and its threads. Errors travel as envelopes: a thread border takes their class and code. */
import type { ErrorEnvelope } from '../errors.js'
import type { Tensor } from '../tensor/tensor.js'
import type { DicomFacts } from './dicom/facts.js'
import type { FilmSource } from './film.js'
import type { Geometry, Grid, Size } from './geometry.js'
import type { Segment, SegmentJob } from './mask/segment.js'
import type { PictureJob } from './mark/marked-picture.js'
import type { SyntheticSource } from './mark/source.js'
import type { HeatMap, OverlayOptions } from './overlay.js'
import type { DecodedImage, ImageLimits, PngSource } from './raster.js'
import type { ImageSpec } from './steps.js'
import type { ComposedImage, ComposeJob } from './synthesis/compose.js'
import type { EditSource, EditSourceJob } from './synthesis/edit-source.js'

export interface PreparedImage {
  /** uint8[1, c, h, w], or float32 where the spec says so. */
  readonly pixels: Tensor
  readonly geometry: Geometry
  /** Pixels of the film after its EXIF orientation. */
  readonly original: Size
  readonly format: DecodedImage['format']
  readonly bitDepth: 8 | 16
  /** How coloured the file is: `channelSpread`. */
  readonly channelSpread: number
  /** What the file says of having been made by a model. */
  readonly source?: SyntheticSource
  /** What a DICOM file says of itself. */
  readonly dicom?: DicomFacts
  /** `pixelDigest` of the decoded film, where the pool was asked for it. */
  readonly pixelSha256?: string
  readonly timings: { readonly decodeMs: number; readonly prepareMs: number }
}

export type ImageTask =
  | {
      readonly kind: 'prepare'
      readonly film: FilmSource
      readonly limits: ImageLimits
      readonly spec: ImageSpec
      readonly isHashed: boolean
    }
  | {
      readonly kind: 'overlay'
      readonly film: FilmSource
      readonly limits: ImageLimits
      readonly map: HeatMap
      readonly options: OverlayOptions
    }
  | {
      readonly kind: 'heat_map'
      readonly map: HeatMap
      readonly source: SyntheticSource | undefined
      readonly maxSidePx?: number
    }
  | { readonly kind: 'place'; readonly grid: Grid; readonly geometry: Geometry }
  | { readonly kind: 'png'; readonly picture: PngSource; readonly source: SyntheticSource | undefined }
  | { readonly kind: 'picture'; readonly job: PictureJob }
  | { readonly kind: 'segment'; readonly job: SegmentJob; readonly limits: ImageLimits }
  | { readonly kind: 'edit_source'; readonly job: EditSourceJob; readonly limits: ImageLimits }
  | { readonly kind: 'compose'; readonly job: ComposeJob }

/** What each kind of task gives. */
export interface ImageResults {
  readonly prepare: PreparedImage
  readonly overlay: Uint8Array
  readonly heat_map: Uint8Array
  readonly place: Float32Array
  readonly png: Uint8Array
  readonly picture: Uint8Array
  readonly segment: Segment
  readonly edit_source: EditSource
  readonly compose: ComposedImage
}

export type ImageReply = { readonly value: ImageResults[ImageTask['kind']] } | { readonly error: ErrorEnvelope }
