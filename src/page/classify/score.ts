import type { ScoreKind } from '../api/replies.js'

const MEANINGS: Readonly<Record<ScoreKind, string>> = {
  probability: 'Probabilities, calibrated on the films that the model’s card names. They hold for films like those.',
  softmax: 'Shares among these labels: they sum to 1, so a score moves when a label is added or taken away.',
  sigmoid: 'Each label by itself from 0 to 1. Not calibrated: 0.8 does not mean 80 %.',
  margin: 'How much nearer the film is to prompts that say yes than to prompts that say no. Above 0 leans to yes.',
  zscore: 'How many standard deviations from reference films. Above 0 is more than usual.',
  cosine: 'The cosine between film and prompts. Only the order means something.',
  similarity: 'How alike film and prompts are. Only the order means something.',
}

export function scoreMeaning(kind: ScoreKind): string {
  return MEANINGS[kind]
}

/** Where a bar begins and how long it is, as shares of the row: 0 to 1. */
export interface Bar {
  readonly start: number
  readonly length: number
  /** Where 0 is, for scores that have two sides. */
  readonly zero: number | undefined
}

/** Shares and probabilities have a scale of their own; the others are drawn from 0, as far as the greatest of them. */
export function barOf(score: number, kind: ScoreKind, all: readonly number[]): Bar {
  if (kind === 'probability' || kind === 'softmax' || kind === 'sigmoid')
    return { start: 0, length: Math.min(1, Math.max(0, score)), zero: undefined }
  const high = Math.max(0, ...all)
  const low = Math.min(0, ...all)
  const span = high - low
  if (span === 0) return { start: 0, length: 0, zero: undefined }
  const zero = -low / span
  const end = (score - low) / span
  return { start: Math.min(zero, end), length: Math.abs(end - zero), zero: low < 0 ? zero : undefined }
}

/** Two digits after the point, or three where that would say 0 of something that is more. */
export function scoreText(score: number): string {
  const text = score.toFixed(Math.abs(score) < 0.095 ? 3 : 2)
  return text.replace('-', '−')
}
