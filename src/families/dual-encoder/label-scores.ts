/** From the scores of prompts to the score of a label. */
import { l2Normalize, sigmoid, softmax } from '../../tensor/ops.js'
import type { ScoreKind } from './classifications.js'
import type { ReadLabel, Reading } from './label-sets.js'
import type { Score } from './spec.js'
import type { Calibration, PromptAggregation } from './zero-shot-spec.js'

/** Scores of several prompts as one: the best (GLoRIA, MedCLIP without ensemble) or the mean (MedCLIP with it). */
export function aggregatePrompts(
  scores: readonly number[],
  by: Exclude<PromptAggregation, 'mean_of_embeddings'>,
): number {
  return by === 'max' ? Math.max(...scores) : scores.reduce((sum, score) => sum + score, 0) / scores.length
}

/** Mean of unit vectors, of unit length again: CLIP's ensemble of prompts. */
export function meanOfEmbeddings(vectors: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(vectors[0]!.length)
  for (const vector of vectors) for (let d = 0; d < sum.length; d++) sum[d]! += vector[d]! / vectors.length
  return l2Normalize(sum)
}

/** A label's similarity to one image: of its prompts, and of its negatives where the mode reads them. */
export interface LabelSimilarity {
  readonly positive: number
  readonly negative?: number
}

/** Raw: what a cosine, a margin or a z-score is. Logit: what an activation or a calibration takes. */
export interface LabelLogit {
  readonly raw: number
  readonly logit: number
}

/**
 * raw is positive minus negative, or the z-score by the stored reference, or the similarity itself; the logit is
 * (scale · raw + bias) / temperature. A z-score is in deviations already, and a margin has no bias left in it.
 */
export function labelLogit(
  { positive, negative }: LabelSimilarity,
  { reference }: ReadLabel,
  { temperature }: Reading,
  score: Pick<Score, 'scale' | 'bias'>,
): LabelLogit {
  if (negative !== undefined) {
    const raw = positive - negative
    return { raw, logit: (score.scale * raw) / temperature }
  }
  if (reference !== undefined) {
    const raw = (positive - reference.mean) / reference.std
    return { raw, logit: raw / temperature }
  }
  return { raw: positive, logit: (score.scale * positive + (score.bias ?? 0)) / temperature }
}

/** What the scores of a reading mean. */
export function scoreKindOf(reading: Reading): ScoreKind {
  if (isCalibrated(reading)) return 'probability'
  if (reading.activation !== 'none') return reading.activation
  if (reading.mode === 'pos-neg') return 'margin'
  if (reading.labels.some((label) => label.reference !== undefined)) return 'zscore'
  return reading.similarity === 'global' ? 'cosine' : 'similarity'
}

/** Final scores of one image's labels, in the order of the reading. */
export function activate(reading: Reading, logits: readonly LabelLogit[]): number[] {
  if (isCalibrated(reading)) return logits.map(({ logit }, at) => calibrate(logit, reading.labels[at]!.calibration!))
  switch (reading.activation) {
    case 'softmax':
      return softmax(logits.map(({ logit }) => logit))
    case 'sigmoid':
      return logits.map(({ logit }) => sigmoid(logit))
    case 'none':
      return logits.map(({ raw }) => raw)
  }
}

function isCalibrated(reading: Reading): boolean {
  return reading.labels.every((label) => label.calibration !== undefined)
}

/** Probability of a logit: Platt's sigmoid, or linear between the points of an isotonic table. */
export function calibrate(logit: number, calibration: Calibration): number {
  if (calibration.kind === 'platt') return sigmoid(calibration.a * logit + calibration.b)
  const { logits, probabilities } = calibration
  const above = logits.findIndex((point) => point > logit)
  if (above === 0) return probabilities[0]!
  if (above < 0) return probabilities.at(-1)!
  const [from, to] = [logits[above - 1]!, logits[above]!]
  const share = (logit - from) / (to - from)
  return probabilities[above - 1]! + share * (probabilities[above]! - probabilities[above - 1]!)
}
