import { mapDisplay, type MapDisplay } from './map-display.js'
import { perform, type DualEncoderModel, type DualEncoderTask } from './model.js'
import type { GridSize, OnModel, PixelRow, Usage } from './model.js'
import { pairScores, preparePairs, runPairs, type PairOutputs, type PreparedPairs } from './pairs.js'
import { resolveMode } from './scores.js'
import { shownWords } from './words.js'
import type { SimilarityMode } from './zero-shot-spec.js'

export interface SimilaritiesInput {
  readonly images: readonly PixelRow[]
  readonly texts: readonly string[]
  /** Left out: `both` where the pack says how to combine them, `global` otherwise. */
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
  readonly display: MapDisplay
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

export const similaritiesTask: DualEncoderTask<SimilaritiesInput, PreparedPairs, PairOutputs, SimilaritiesResult> = {
  prepare: (model, { images, texts, mode, maps = false }) =>
    preparePairs(model, {
      images,
      groups: texts.map((text) => [text]),
      mode: resolveMode(model, mode),
      readsWords: maps,
      wantsMaps: maps,
    }),
  program: runPairs,
  finish: finishSimilarities,
}

/**
 * How well each text fits each image. Throws `invalid_option` (local scores or maps of a pack without them),
 * `invalid_text`, and whatever `run` throws.
 */
export function similarities(input: OnModel<SimilaritiesInput>): Promise<SimilaritiesResult> {
  return perform(similaritiesTask, input)
}

function finishSimilarities(
  model: DualEncoderModel,
  prepared: PreparedPairs,
  outputs: PairOutputs,
): SimilaritiesResult {
  const scores = pairScores(model, prepared, outputs)
  const items = scores.flatMap((ofImage, image) =>
    prepared.texts.rowOf.map((row, text) => {
      const map = wordMaps(model, outputs, image, row)
      return { image, text, ...ofImage[row]!, ...(map === undefined ? {} : { map }) }
    }),
  )
  return { items, usage: prepared.texts.usage }
}

function wordMaps(model: DualEncoderModel, outputs: PairOutputs, image: number, row: number): WordMaps | undefined {
  const values = outputs.local?.maps?.[image]?.[row]
  const grid = outputs.images.local?.grid
  const words = outputs.texts[row]?.words
  if (values === undefined || grid === undefined || words === undefined) return undefined
  const count = shownWords(words)
  const kind = model.spec.maps?.values ?? 'attention'
  return {
    words: words.labels.slice(0, count),
    values: values.subarray(0, count * grid[0] * grid[1]),
    grid,
    kind,
    display: mapDisplay(model),
  }
}
