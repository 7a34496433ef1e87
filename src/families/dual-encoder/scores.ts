import { AppError } from '../../errors.js'
import { dot } from '../../tensor/ops.js'
import type { DualEncoderModel } from './model.js'
import type { Combine } from './spec.js'
import type { SimilarityMode } from './zero-shot-spec.js'

/** Which scores a mode needs. */
export interface ScoreParts {
  readonly global: boolean
  readonly local: boolean
}

export function partsOf(mode: SimilarityMode): ScoreParts {
  return { global: mode !== 'local', local: mode !== 'global' }
}

/**
 * The mode asked for, or the pack's own: both parts where it says how to combine them. Throws `invalid_option` for a
 * part that the pack does not have.
 */
export function resolveMode(model: DualEncoderModel, asked: SimilarityMode | undefined): SimilarityMode {
  const { score } = model.spec
  const has = { global: score.global !== 'none', local: score.local !== undefined }
  if (asked === undefined) {
    if (has.global && has.local && score.combine.kind !== 'none') return 'both'
    return has.global ? 'global' : 'local'
  }
  const needs = partsOf(asked)
  if (needs.local && !has.local) throw new AppError('invalid_option', 'This model has no local similarity.')
  if (needs.global && !has.global) throw new AppError('invalid_option', 'This model has no global similarity.')
  return asked
}

/** Cosines of unit vectors: float32[images, texts]. */
export function cosines(images: readonly Float32Array[], texts: readonly Float32Array[]): Float32Array {
  const scores = new Float32Array(images.length * texts.length)
  images.forEach((image, i) => texts.forEach((text, t) => (scores[i * texts.length + t] = dot(image, text))))
  return scores
}

/**
 * float32[films, texts] to float32[texts]: the mean over the films of a study, weighed as its fusion weighs them, or all
 * alike where it says nothing. `rowOf`: the row of each film as given. A local score is of one film by its nature: the
 * graph reads the words against one grid of cells.
 */
export function scoresOfStudy(
  scores: Float32Array,
  rowOf: readonly number[],
  viewWeights: Float32Array | undefined,
): Float32Array {
  const texts = scores.length / rowOf.length
  const byRow = new Float32Array(rowOf.length)
  rowOf.forEach((row, film) => (byRow[row] = viewWeights?.[film] ?? 1 / rowOf.length))
  const mean = new Float32Array(texts)
  // Row by row and not film by film: the films as given may come in any order, and sums of floats are not associative.
  byRow.forEach((weight, row) => {
    for (let text = 0; text < texts; text++) mean[text]! += weight * scores[row * texts + text]!
  })
  return mean
}

/**
 * One score of a pair by the pack's rule: GLoRIA's zero-shot path averages both unnormalised, its Retriever after
 * z-scoring, here by stored statistics and not by those of the other candidates.
 */
export function combineScores(rule: Combine, global: number | undefined, local: number | undefined): number {
  if (global === undefined || local === undefined) return global ?? local ?? 0
  switch (rule.kind) {
    case 'none':
      return global
    case 'mean':
      return (global + local) / 2
    case 'weighted':
      return rule.global * global + rule.local * local
    case 'zscore-reference':
      return ((global - rule.global.mean) / rule.global.std + (local - rule.local.mean) / rule.local.std) / 2
  }
}
