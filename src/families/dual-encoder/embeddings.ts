import { AppError } from '../../errors.js'
import { perform, type DualEncoderTask, type GridSize, type OnModel, type PixelRow, type Usage } from './model.js'

/** A study is the mean of its films' unit vectors, normalised again. */
export type EmbeddingItem =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'image'; readonly image: PixelRow }
  | { readonly kind: 'study'; readonly images: readonly PixelRow[] }

export interface EmbeddingsInput {
  readonly items: readonly EmbeddingItem[]
  /** Left out: `global`. */
  readonly level?: 'global' | 'local'
  /** Keeps the first so many numbers of each vector and normalises again, as OpenAI's API does. */
  readonly dimensions?: number
  /** Adds the so many most probable prototypes to each global vector. */
  readonly prototypes?: number
}

export interface Prototype {
  readonly index: number
  readonly name?: string
  readonly probability: number
}

export interface GlobalEmbedding {
  readonly kind: EmbeddingItem['kind']
  readonly level: 'global'
  /** float32[dimensions], of unit length. */
  readonly vector: Float32Array
  /** Most probable first. */
  readonly prototypes?: readonly Prototype[]
}

export interface LocalEmbedding {
  readonly kind: 'image' | 'text'
  readonly level: 'local'
  /** float32[cells or words, dimensions], each row of unit length. */
  readonly vectors: Float32Array
  readonly dimensions: number
  /** Of an image: the cells are row by row from the top left. */
  readonly grid?: GridSize
  /** Of a text: the words that the rows stand for. */
  readonly words?: readonly string[]
}

export type Embedding = GlobalEmbedding | LocalEmbedding

export interface EmbeddingsResult {
  /** In the order of the items. */
  readonly items: readonly Embedding[]
  readonly usage: Usage
}

// Signatures first: flows and routes are written against them while the bodies come.
export const embeddingsTask: DualEncoderTask<EmbeddingsInput, unknown, unknown, EmbeddingsResult> = {
  prepare: () => pending(),
  program: () => pending(),
  finish: () => pending(),
}

/**
 * Vectors of images, studies and texts in one common space, in the order given. Throws `invalid_option` (local level
 * of a pack or an item without it, more dimensions than there are), `invalid_text`, and whatever `run` throws.
 */
export function embeddings(input: OnModel<EmbeddingsInput>): Promise<EmbeddingsResult> {
  return perform(embeddingsTask, input)
}

function pending(): never {
  throw new AppError('internal', 'Not written yet.')
}
