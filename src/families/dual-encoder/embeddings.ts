import { AppError } from '../../errors.js'
import { l2Normalize } from '../../tensor/ops.js'
import { float32Data, type Tensor } from '../../tensor/tensor.js'
import { specOfKind } from '../tensor-specs.js'
import type { RunComponent } from '../family.js'
import { componentOf, hasOutput } from '../graph-io.js'
import { checkPatchWeights } from '../views/fuse.js'
import { checkFilmCount, viewShares, viewsOf, type ViewShares, type ViewWeightLevel } from '../views/model.js'
import { addFilms } from '../views/places.js'
import { embedTexts, type TextFeatures } from './embed-texts.js'
import { prepareExpectedView, type StudyWarning } from './expected-view.js'
import { stackPixels, type ImageFeatures } from './images.js'
import { perform, type DualEncoderModel, type DualEncoderTask } from './model.js'
import type { GridSize, OnModel, PixelRow, Usage } from './model.js'
import { runPrototypes, topPrototypes } from './prototypes.js'
import { embedFilms, type EmbeddedStudy, type FilmOutputs, type PreparedFilms, type PreparedStudy } from './studies.js'
import { prepareTexts, type PreparedTexts } from './texts.js'
import type { WordRows } from '../../text/words.js'

/** A study is fused as the pack's `views` say; without them it is the mean of its films' unit vectors, normalised again. */
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
  /** What is told of the films of studies. Left out: `film`. */
  readonly viewWeights?: ViewWeightLevel
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
  /** Of a study. */
  readonly shares?: ViewShares
  /** Of a study, where the pack says how films should look. */
  readonly warnings?: readonly StudyWarning[]
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

/** `row`: of the image tower or the text tower; of a study, which of the studies it is. */
interface PreparedItem {
  readonly kind: EmbeddingItem['kind']
  readonly row: number
}

/** Rows of the image tower and of the text tower, and which of them each item reads. */
export interface PreparedEmbeddings extends PreparedFilms {
  readonly items: readonly PreparedItem[]
  readonly texts: PreparedTexts
  readonly level: 'global' | 'local'
  readonly dimensions: number | undefined
  readonly prototypes: number | undefined
}

export interface EmbeddingOutputs extends FilmOutputs {
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
  const studies: PreparedStudy[] = []
  const items = input.items.map((item): PreparedItem => {
    const { kind } = item
    if (kind === 'text') return { kind, row: texts.push(item.text) - 1 }
    if (kind === 'image') return { kind, row: images.push(item.image) - 1 }
    const rows = addFilms(viewsOf(model), item.images, images)
    return { kind, row: studies.push({ films: item.images, rows }) - 1 }
  })
  const prepared = prepareTexts(
    model,
    texts.map((text) => [text]),
  )
  const fusion = { global: level === 'global', memory: false, patchWeights: input.viewWeights === 'patch' }
  const expected = studies.length > 0 ? prepareExpectedView(model) : undefined
  const films = { pixels: stackPixels(images), studies, fusion, expected }
  return { ...films, items, texts: prepared, level, dimensions, prototypes }
}

/** Cells are given beside words alone, with which they are compared, or where there are no words at all. */
function hasLocalVectors({ spec, components }: DualEncoderModel): boolean {
  return spec.text === undefined ? hasOutput(components['image_encoder'], 'local') : spec.score.local !== undefined
}

function refuseUnfit(model: DualEncoderModel, { items, level, prototypes, viewWeights }: EmbeddingsInput): void {
  const { prototypes: known } = model.spec
  for (const item of items) if (item.kind === 'study') checkFilmCount(model, item.images.length)
  if (viewWeights === 'patch') checkPatchWeights(model)
  if (level === 'local') {
    if (!hasLocalVectors(model)) throw new AppError('invalid_option', 'This model has no local vectors.')
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
  const alone = { ...wanted, global: wanted.global && prepared.items.some(({ kind }) => kind === 'image') }
  const [films, texts] = await Promise.all([
    embedFilms(model, prepared, alone, run),
    embedTexts(model, prepared.texts, wanted, run),
  ])
  if (!wanted.global) return { ...films, texts, vectors: [] }
  const vectors = prepared.items.map((item) => vectorOf(item, prepared, { ...films, texts }))
  if (prepared.prototypes === undefined || vectors.length === 0) return { ...films, texts, vectors }
  return { ...films, texts, vectors, prototypes: await runPrototypes(model, vectors, run) }
}

function vectorOf(
  { kind, row }: PreparedItem,
  prepared: PreparedEmbeddings,
  { images, studies, texts }: Omit<EmbeddingOutputs, 'vectors'>,
): Float32Array {
  if (kind === 'text') return texts[prepared.texts.rowOf[row]!]!.global!
  return kind === 'image' ? images.global[row]! : studies[row]!.global!
}

function finishEmbeddings(
  model: DualEncoderModel,
  prepared: PreparedEmbeddings,
  outputs: EmbeddingOutputs,
): EmbeddingsResult {
  const items = prepared.items.map(({ kind, row }, at): Embedding => {
    if (prepared.level === 'global' || kind === 'study') {
      const { prototypes: top } = prepared
      const { prototypes: found } = outputs
      return {
        kind,
        level: 'global',
        vector: shorten(outputs.vectors[at]!, outputs.vectors[at]!.length, prepared.dimensions),
        ...(found === undefined || top === undefined ? {} : { prototypes: topPrototypes(model, found, at, top) }),
        ...(kind === 'study' && notesOf(outputs.studies[row]!)),
      }
    }
    return kind === 'text'
      ? wordsEmbedding(outputs.texts[prepared.texts.rowOf[row]!]!.words!, prepared.dimensions)
      : gridEmbedding(outputs.images, row, prepared.dimensions)
  })
  return { items, usage: prepared.texts.usage }
}

function notesOf(study: EmbeddedStudy): Pick<GlobalEmbedding, 'shares' | 'warnings'> {
  return { shares: viewShares(study), ...(study.warnings && { warnings: study.warnings }) }
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
