import { finishClassifications, prepareClassifications, runClassifications } from './classify.js'
import type { ClassificationOutputs, PreparedClassifications } from './classify.js'
import type { StudyWarning } from './expected-view.js'
import type { LabelsAsked } from './label-sets.js'
import type { MapDisplay } from './map-display.js'
import { perform, type DualEncoderTask, type GridSize, type OnModel, type PixelRow, type Usage } from './model.js'
import type { ViewShares, ViewWeightLevel } from '../views/model.js'

/**
 * At most one of `labelSet` (a set of the pack, or one of those that every dual encoder has), `labels` (prompts are
 * made from templates) and `prompts` (the caller's own, by label); none of them means the pack's default set.
 */
export interface ClassificationsInput extends LabelsAsked {
  readonly images: readonly PixelRow[]
  /**
   * The images are the films of one study, which gets one item. A prompt's global score is then the cosine with the
   * study's vector, as the pack's `views` fuse it; its local score, and so that of a pairwise pack, is the mean of the
   * films' local scores by their shares. What follows (aggregation, activation, calibration) is that of one film.
   */
  readonly isStudy?: boolean
  /** What is told of a study's films. Left out: `film`. */
  readonly viewWeights?: ViewWeightLevel
  /** Adds where each label is seen; needs local features. */
  readonly maps?: boolean
}

/**
 * What a label's `score` means. `probability`: calibrated on the set that the pack's card names. `softmax`: shares
 * among the labels asked for. `sigmoid`: of the logit, uncalibrated. `margin`: positive minus negative prompts.
 * `zscore`: deviations from the reference films. `cosine` and `similarity`: the global, the local or combined score.
 */
export const SCORE_KINDS = ['probability', 'softmax', 'sigmoid', 'margin', 'zscore', 'cosine', 'similarity'] as const
export type ScoreKind = (typeof SCORE_KINDS)[number]

export interface PromptScore {
  readonly text: string
  readonly score: number
  readonly isNegative: boolean
}

export interface LabelMap {
  /** float32[rows · columns]: the mean over the words of the label's best prompt. */
  readonly values: Float32Array
  readonly grid: GridSize
  readonly kind: 'attention' | 'cosine'
  readonly display: MapDisplay
  /** The prompt whose words these are. */
  readonly text: string
}

export interface LabelScore {
  readonly label: string
  readonly score: number
  /** What the activation or calibration was applied to. */
  readonly logit: number
  /** Similarity of each prompt; absent where the prompts' vectors were averaged before. */
  readonly prompts?: readonly PromptScore[]
  readonly map?: LabelMap
  /** Of a study, in place of `map`: one for each film as given, all of the prompt that fits the study best. */
  readonly maps?: readonly LabelMap[]
}

export interface Classification {
  /** Index of the image; 0 for a study. */
  readonly image: number
  /** Highest score first. */
  readonly labels: readonly LabelScore[]
  /** Of a study. */
  readonly shares?: ViewShares
  /** Of a study, where the pack says how films should look. */
  readonly warnings?: readonly StudyWarning[]
}

export interface ClassificationsResult {
  readonly items: readonly Classification[]
  readonly scoreKind: ScoreKind
  /** Name of the label set that was used, when it was a named one. */
  readonly labelSet?: string
  /** What its author says about it. */
  readonly note?: string
  readonly usage: Usage
}

export const classificationsTask: DualEncoderTask<
  ClassificationsInput,
  PreparedClassifications,
  ClassificationOutputs,
  ClassificationsResult
> = { prepare: prepareClassifications, program: runClassifications, finish: finishClassifications }

/**
 * Scores of labels by their prompts, for each image or for the study that they are. Throws `invalid_option` (no such set, more than one kind of
 * labels, an activation or maps that do not fit, no film or too many of them), `invalid_text`, and whatever `run` throws.
 */
export function classifications(input: OnModel<ClassificationsInput>): Promise<ClassificationsResult> {
  return perform(classificationsTask, input)
}
