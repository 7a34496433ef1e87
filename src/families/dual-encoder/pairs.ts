/** Every image against every text: what similarities, classifications and goldens have in common. */
import { AppError } from '../../errors.js'
import type { Tensor } from '../../tensor/tensor.js'
import type { RunComponent } from '../family.js'
import { embedTexts, type TextFeatures } from './embed-texts.js'
import { embedImages, stackPixels, type ImageFeatures } from './images.js'
import { localScores, type LocalScores } from './local-scores.js'
import type { DualEncoderModel, PixelRow } from './model.js'
import { combineScores, cosines, partsOf, type ScoreParts } from './scores.js'
import { prepareTexts, type PreparedTexts } from './texts.js'
import type { LocalAggregate, SimilarityMode } from './zero-shot-spec.js'

export interface PairsInput {
  readonly images: readonly PixelRow[]
  /** Texts that are padded together, where the pack does that: see `prepareTexts`. */
  readonly groups: readonly (readonly string[])[]
  readonly mode: SimilarityMode
  /** Left out, the pack's own. */
  readonly aggregate?: LocalAggregate | undefined
  readonly readsWords: boolean
  readonly wantsMaps: boolean
}

export interface PreparedPairs {
  /** uint8 or float32[images, c, h, w] */
  readonly pixels: Tensor | undefined
  readonly images: number
  readonly texts: PreparedTexts
  readonly parts: ScoreParts
  readonly aggregate: LocalAggregate
  /** Words and cells are computed for the local score or for maps. */
  readonly readsLocal: boolean
  readonly wantsMaps: boolean
}

export interface PairOutputs {
  readonly images: ImageFeatures
  /** By distinct text: `prepared.texts.rows`. */
  readonly texts: readonly TextFeatures[]
  readonly local?: LocalScores
}

/** Throws `invalid_text`, and `invalid_option` for maps of a pack without local features. */
export function preparePairs(model: DualEncoderModel, input: PairsInput): PreparedPairs {
  if (input.readsWords && (model.spec.maps === undefined || model.spec.score.local === undefined)) {
    throw new AppError('invalid_option', 'This model has no maps.')
  }
  const parts = partsOf(input.mode)
  return {
    pixels: stackPixels(input.images),
    images: input.images.length,
    texts: prepareTexts(model, input.groups),
    parts,
    aggregate: input.aggregate ?? model.spec.score.local?.aggregate ?? 'graph',
    readsLocal: parts.local || input.readsWords,
    wantsMaps: input.wantsMaps,
  }
}

/** Both towers at once, then the similarity graph where it is needed. */
export async function runPairs(
  model: DualEncoderModel,
  prepared: PreparedPairs,
  run: RunComponent,
): Promise<PairOutputs> {
  const wanted = { global: prepared.parts.global, local: prepared.readsLocal }
  const [images, texts] = await Promise.all([
    embedImages(model, prepared.pixels, wanted, run),
    embedTexts(model, prepared.texts, wanted, run),
  ])
  if (images.local === undefined || texts.length === 0 || !(prepared.parts.local || prepared.wantsMaps)) {
    return { images, texts }
  }
  const local = await localScores(
    model,
    {
      cells: images.local.cells,
      texts: texts.map((text) => text.words!),
      aggregate: prepared.aggregate,
      wantsMaps: prepared.wantsMaps,
    },
    run,
  )
  return { images, texts, local }
}

/** Scores of one image and one distinct text. */
export interface PairScore {
  readonly score: number
  readonly global?: number
  readonly local?: number
}

/** Scores by image, then by distinct text. */
export function pairScores(model: DualEncoderModel, prepared: PreparedPairs, outputs: PairOutputs): PairScore[][] {
  const { parts, images } = prepared
  const texts = outputs.texts.length
  const globals = parts.global
    ? cosines(
        outputs.images.global,
        outputs.texts.map((text) => text.global!),
      )
    : undefined
  const locals = parts.local ? outputs.local?.scores : undefined
  return Array.from({ length: images }, (_, image) =>
    Array.from({ length: texts }, (_, text) => {
      const at = image * texts + text
      const global = globals?.[at]
      const local = locals?.[at]
      return {
        score: combineScores(model.spec.score.combine, global, local),
        ...(global === undefined ? {} : { global }),
        ...(local === undefined ? {} : { local }),
      }
    }),
  )
}
