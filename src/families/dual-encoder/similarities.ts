import { AppError } from '../../errors.js'
import { perform, type DualEncoderTask, type GridSize, type OnModel, type PixelRow, type Usage } from './model.js'
import type { SimilarityMode } from './zero-shot-spec.js'

export interface SimilaritiesInput {
  readonly images: readonly PixelRow[]
  readonly texts: readonly string[]
  /** Left out: `both` where the pack has a local score, `global` otherwise. */
  readonly mode?: SimilarityMode
  /** Adds where each word is seen; needs local features, whatever the mode. */
  readonly maps?: boolean
}

/** Where in the prepared image the words of a text are seen. */
export interface WordMaps {
  readonly words: readonly string[]
  /** float32[words, rows · columns] */
  readonly values: Float32Array
  readonly grid: GridSize
  /** `attention`: the cells of a word sum to 1. `cosine`: each cell is between -1 and 1. */
  readonly kind: 'attention' | 'cosine'
}

export interface Similarity {
  /** Index of the image and of the text as given. */
  readonly image: number
  readonly text: number
  /** By the mode: the global score, the local one, or both as the pack combines them. */
  readonly score: number
  /** Cosine of the two vectors. */
  readonly global?: number
  readonly local?: number
  readonly map?: WordMaps
}

export interface SimilaritiesResult {
  /** Every text of the first image, then every text of the second, and so on. */
  readonly items: readonly Similarity[]
  readonly usage: Usage
}

export const similaritiesTask: DualEncoderTask<SimilaritiesInput, unknown, unknown, SimilaritiesResult> = {
  prepare: () => pending(),
  program: () => pending(),
  finish: () => pending(),
}

/**
 * How well each text fits each image. Throws `invalid_option` (local scores or maps of a pack without them),
 * `invalid_text`, and whatever `run` throws.
 */
export function similarities(input: OnModel<SimilaritiesInput>): Promise<SimilaritiesResult> {
  return perform(similaritiesTask, input)
}

function pending(): never {
  throw new AppError('internal', 'Not written yet.')
}
