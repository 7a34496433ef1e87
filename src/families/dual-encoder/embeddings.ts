import { AppError } from '../../errors.js'
import { l2Normalize } from '../../tensor/ops.js'
import { float32Data, type Tensor } from '../../tensor/tensor.js'
import { specOfKind } from '../component.js'
import type { RunComponent } from '../family.js'
import { embedTexts, type TextFeatures } from './embed-texts.js'
import { componentOf } from '../graph-io.js'
import { embedImages, stackPixels, type ImageFeatures } from './images.js'
import { perform, type DualEncoderModel, type DualEncoderTask } from './model.js'
import type { GridSize, OnModel, PixelRow, Usage } from './model.js'
import { runPrototypes, topPrototypes } from './prototypes.js'
import { prepareTexts, type PreparedTexts } from './texts.js'
import type { WordRows } from '../../text/words.js'

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

/** Rows of the image tower and of the text tower, and which of them each item reads. */
export interface PreparedEmbeddings {
  readonly items: readonly { readonly kind: EmbeddingItem['kind']; readonly rows: readonly number[] }[]
  readonly pixels: Tensor | undefined
  readonly texts: PreparedTexts
  readonly level: 'global' | 'local'
  readonly dimensions: number | undefined
  readonly prototypes: number | undefined
}

export interface EmbeddingOutputs {
  readonly images: ImageFeatures
  readonly texts: readonly TextFeatures[]
  /** Unit vectors of the items at level global, not yet shortened. */
  readonly vectors: readonly Float32Array[]
  /** float32[items, prototypes] */
  readonly prototypes?: Tensor
}

export const embeddingsTask: DualEncoderTask<EmbeddingsInput, PreparedEmbeddings, EmbeddingOutputs, EmbeddingsResult> =
  { prepare: prepareEmbeddings, program: runEmbeddings, finish: finishEmbeddings }

/**
 * Vectors of images, studies and texts in one common space, in the order given. Throws `invalid_option` (local level
 * of a pack or an item without it, more dimensions than there are), `invalid_text`, and whatever `run` throws.
 */
export function embeddings(input: OnModel<EmbeddingsInput>): Promise<EmbeddingsResult> {
  return perform(embeddingsTask, input)
}

function prepareEmbeddings(model: DualEncoderModel, input: EmbeddingsInput): PreparedEmbeddings {
  const { level = 'global', dimensions, prototypes } = input
  refuseUnfit(model, input)
  const dims = specOfKind(componentOf(model, 'image_encoder').outputs, level)?.dims.at(-1)
  // A graph may leave its width open; then the vectors themselves tell, after the run.
  if (typeof dims === 'number') refuseDimensions(dimensions, dims)
  const images: PixelRow[] = []
  const texts: string[] = []
  const items = input.items.map((item) => {
    const { kind } = item
    if (kind === 'text') return { kind, rows: [texts.push(item.text) - 1] }
    const films = kind === 'image' ? [item.image] : item.images
    return { kind, rows: films.map((film) => images.push(film) - 1) }
  })
  const prepared = prepareTexts(
    model,
    texts.map((text) => [text]),
  )
  return { items, pixels: stackPixels(images), texts: prepared, level, dimensions, prototypes }
}

function refuseUnfit(model: DualEncoderModel, { items, level, prototypes }: EmbeddingsInput): void {
  const { score, prototypes: known } = model.spec
  if (level === 'local') {
    if (score.local === undefined) throw new AppError('invalid_option', 'This model has no local vectors.')
    if (items.some((item) => item.kind === 'study')) {
      throw new AppError('invalid_option', 'A study has no local vectors: its films have, one by one.')
    }
  }
  if (prototypes === undefined) return
  if (known === undefined) throw new AppError('invalid_option', 'This model has no prototypes.')
  if (level === 'local') throw new AppError('invalid_option', 'Prototypes are of global vectors.')
  if (!Number.isInteger(prototypes) || prototypes < 1 || prototypes > known.count) {
    throw new AppError('invalid_option', `This model has 1 to ${known.count} prototypes to show.`)
  }
}

async function runEmbeddings(
  model: DualEncoderModel,
  prepared: PreparedEmbeddings,
  run: RunComponent,
): Promise<EmbeddingOutputs> {
  const wanted = { global: prepared.level === 'global', local: prepared.level === 'local' }
  const [images, texts] = await Promise.all([
    embedImages(model, prepared.pixels, wanted, run),
    embedTexts(model, prepared.texts, wanted, run),
  ])
  if (!wanted.global) return { images, texts, vectors: [] }
  const vectors = prepared.items.map(({ kind, rows }) =>
    kind === 'text'
      ? texts[prepared.texts.rowOf[rows[0]!]!]!.global!
      : meanVector(rows.map((row) => images.global[row]!)),
  )
  if (prepared.prototypes === undefined || vectors.length === 0) return { images, texts, vectors }
  return { images, texts, vectors, prototypes: await runPrototypes(model, vectors, run) }
}

function meanVector(vectors: readonly Float32Array[]): Float32Array {
  const [first] = vectors
  if (first === undefined) throw new AppError('invalid_option', 'A study needs at least one image.')
  if (vectors.length === 1) return first
  const sum = new Float32Array(first.length)
  for (const vector of vectors) for (let d = 0; d < sum.length; d++) sum[d]! += vector[d]!
  return l2Normalize(sum)
}

function finishEmbeddings(
  model: DualEncoderModel,
  prepared: PreparedEmbeddings,
  outputs: EmbeddingOutputs,
): EmbeddingsResult {
  const items = prepared.items.map(({ kind, rows }, at): Embedding => {
    if (prepared.level === 'global' || kind === 'study') {
      const shares = outputs.prototypes
      const top = prepared.prototypes
      return {
        kind,
        level: 'global',
        vector: shorten(outputs.vectors[at]!, outputs.vectors[at]!.length, prepared.dimensions),
        ...(shares === undefined || top === undefined ? {} : { prototypes: topPrototypes(model, shares, at, top) }),
      }
    }
    return kind === 'text'
      ? wordsEmbedding(outputs.texts[prepared.texts.rowOf[rows[0]!]!]!.words!, prepared.dimensions)
      : gridEmbedding(outputs.images, rows[0]!, prepared.dimensions)
  })
  return { items, usage: prepared.texts.usage }
}

function wordsEmbedding({ vectors, dims, labels }: WordRows, dimensions: number | undefined): LocalEmbedding {
  const kept = shorten(vectors, dims, dimensions)
  return { kind: 'text', level: 'local', vectors: kept, dimensions: dimensions ?? dims, words: labels }
}

function gridEmbedding(images: ImageFeatures, row: number, dimensions: number | undefined): LocalEmbedding {
  const { cells, grid } = images.local!
  const [, count, dims] = cells.dims as [number, number, number]
  const own = float32Data(cells).subarray(row * count * dims, (row + 1) * count * dims)
  return {
    kind: 'image',
    level: 'local',
    vectors: shorten(own, dims, dimensions),
    dimensions: dimensions ?? dims,
    grid,
  }
}

/** Rows of float32[n, dims] cut to the first `dimensions` numbers, each of unit length, in memory of their own. */
function shorten(rows: Float32Array, dims: number, dimensions = dims): Float32Array {
  refuseDimensions(dimensions, dims)
  const kept = new Float32Array((rows.length / dims) * dimensions)
  for (let row = 0; row * dims < rows.length; row++) {
    const own = rows.slice(row * dims, row * dims + dimensions)
    kept.set(l2Normalize(own), row * dimensions)
  }
  return kept
}

function refuseDimensions(asked: number | undefined, dims: number): void {
  if (asked === undefined || (Number.isInteger(asked) && asked >= 1 && asked <= dims)) return
  throw new AppError('invalid_option', `This model's vectors have 1 to ${dims} dimensions.`)
}
