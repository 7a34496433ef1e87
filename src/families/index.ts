import { diffusion } from './diffusion/diffusion.js'
import type { DiffusionModel } from './diffusion/model.js'
import { dualEncoder } from './dual-encoder/dual-encoder.js'
import type { DualEncoderModel } from './dual-encoder/model.js'
import type { Family } from './family.js'
import type { ReportModel } from './report/model.js'
import { report } from './report/report.js'
import type { SegmentationModel } from './segmentation/model.js'
import { segmentation } from './segmentation/segmentation.js'

/** Every kind of architecture that is served, by the name that `model.json` calls it. A new family is one line here. */
export const FAMILIES: Readonly<Record<string, Family>> = {
  [dualEncoder.name]: dualEncoder,
  [segmentation.name]: segmentation,
  [diffusion.name]: diffusion,
  [report.name]: report,
}

/** A pack as its family sees it. */
export type FamilyModel =
  | { readonly family: 'dual-encoder'; readonly model: DualEncoderModel }
  | { readonly family: 'segmentation'; readonly model: SegmentationModel }
  | { readonly family: 'diffusion'; readonly model: DiffusionModel }
  | { readonly family: 'report'; readonly model: ReportModel }
