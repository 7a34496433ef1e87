import { AppError } from '../errors.js'
import { countLabels } from '../families/dual-encoder/asked-prompts.js'
import type { LabelsAsked } from '../families/dual-encoder/label-sets.js'
import type { DualEncoderModel } from '../families/dual-encoder/model.js'

/** Bounds that depend on what the model makes of the labels; none where left out. */
export interface LabelLimits {
  readonly maxTexts: number
  /** Maps of all labels of all images, and the name of this limit. */
  readonly maxMaps: number
  readonly mapsLimit: 'MAX_MAPS' | 'MAX_MAP_PICTURES'
}

interface LabelledImages extends LabelsAsked {
  readonly images: readonly unknown[]
  readonly maps?: boolean
  readonly limits?: LabelLimits
}

/** Throws `too_large` before anything is decoded or encoded. */
export function checkLabelLimits(model: DualEncoderModel, request: LabelledImages): void {
  const { limits, images, maps = false } = request
  if (limits === undefined) return
  const { labels, prompts } = countLabels(model, request)
  if (prompts > limits.maxTexts) {
    throw new AppError('too_large', `The labels make ${prompts} prompts; a request holds at most ${limits.maxTexts}.`, {
      details: { limit: 'MAX_TEXTS' },
    })
  }
  if (maps && labels * images.length > limits.maxMaps) {
    const kind = limits.mapsLimit === 'MAX_MAPS' ? 'maps' : 'maps as PNG'
    throw new AppError('too_large', `An answer holds at most ${limits.maxMaps} ${kind}.`, {
      details: { limit: limits.mapsLimit },
    })
  }
}
