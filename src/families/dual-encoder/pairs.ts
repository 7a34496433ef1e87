/** Every image, or the study that they are, against every text: what several tasks have in common. */
import { AppError } from '../../errors.js'
import type { RunComponent } from '../family.js'
import { checkPatchWeights } from '../views/fuse.js'
import type { ViewWeightLevel } from '../views/model.js'
import { embedTexts, type TextFeatures } from './embed-texts.js'
import { stackPixels } from './images.js'
import { localScores, type LocalScores } from './local-scores.js'
import type { DualEncoderModel, PixelRow } from './model.js'
import { combineScores, cosines, partsOf, scoresOfStudy, type ScoreParts } from './scores.js'
import { embedFilms, prepareStudy, type FilmOutputs, type PreparedFilms } from './studies.js'
import { prepareTexts, type PreparedTexts } from './texts.js'
import type { LocalAggregate, SimilarityMode } from './zero-shot-spec.js'

export interface PairsInput {
  readonly images: readonly PixelRow[]
  /** The images are the films of one study and have one row of scores. */
  readonly isStudy?: boolean | undefined
  /** What is told of a study's films. Left out: `film`. */
  readonly viewWeights?: ViewWeightLevel | undefined
  /** Texts that are padded together, where the pack does that: see `prepareTexts`. */
  readonly groups: readonly (readonly string[])[]
  readonly mode: SimilarityMode
  /** Left out, the pack's own. */
  readonly aggregate?: LocalAggregate | undefined
  readonly readsWords: boolean
  readonly wantsMaps: boolean
}

/** Holds one study, whose films are all the rows there are, or none. */
export interface PreparedPairs extends PreparedFilms {
  readonly images: number
  readonly texts: PreparedTexts
  readonly parts: ScoreParts
  readonly aggregate: LocalAggregate
  /** Words and cells are computed for the local score or for maps. */
  readonly readsLocal: boolean
  readonly wantsMaps: boolean
}

export interface PairOutputs extends FilmOutputs {
  /** By distinct text: `prepared.texts.rows`. */
  readonly texts: readonly TextFeatures[]
  /** Of the rows of the image tower: a study's films have theirs one by one. */
  readonly local?: LocalScores
}

/** Throws `invalid_text`, and `invalid_option` for maps of a pack without them or a study of too many films. */
export function preparePairs(model: DualEncoderModel, input: PairsInput): PreparedPairs {
  if (input.readsWords && (model.spec.maps === undefined || model.spec.score.local === undefined)) {
    throw new AppError('invalid_option', 'This model has no maps.')
  }
  const parts = partsOf(input.mode)
  return {
    ...prepareFilms(model, input, parts),
    images: input.images.length,
    texts: prepareTexts(model, input.groups),
    parts,
    aggregate: input.aggregate ?? model.spec.score.local?.aggregate ?? 'graph',
    readsLocal: parts.local || input.readsWords,
    wantsMaps: input.wantsMaps,
  }
}

function prepareFilms(
  model: DualEncoderModel,
  { images, isStudy = false, viewWeights = 'film' }: PairsInput,
  parts: ScoreParts,
): PreparedFilms {
  const fusion = { global: parts.global, memory: false, patchWeights: viewWeights === 'patch' }
  if (fusion.patchWeights) checkPatchWeights(model)
  return isStudy ? prepareStudy(model, images, fusion) : { pixels: stackPixels(images), studies: [], fusion }
}

/** Both towers at once, then the similarity graph where it is needed. */
export async function runPairs(
  model: DualEncoderModel,
  prepared: PreparedPairs,
  run: RunComponent,
): Promise<PairOutputs> {
  const wanted = { global: prepared.parts.global, local: prepared.readsLocal }
  // The vectors of a study's films are read by its fusion alone.
  const alone = { ...wanted, global: wanted.global && prepared.studies.length === 0 }
  const [films, texts] = await Promise.all([
    embedFilms(model, prepared, alone, run),
    embedTexts(model, prepared.texts, wanted, run),
  ])
  const { images } = films
  if (images.local === undefined || texts.length === 0 || !(prepared.parts.local || prepared.wantsMaps)) {
    return { ...films, texts }
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
  return { ...films, texts, local }
}

/** The vectors that texts are compared with: of the study, or of each image. */
export function vectorsOf({ images, studies }: FilmOutputs): readonly Float32Array[] {
  const [study] = studies
  return study === undefined ? images.global : [study.global!]
}

/** Scores of one image and one distinct text. */
export interface PairScore {
  readonly score: number
  readonly global?: number
  readonly local?: number
}

/** Scores by image, then by distinct text; a study is one image, whose local scores are `scoresOfStudy`. */
export function pairScores(model: DualEncoderModel, prepared: PreparedPairs, outputs: PairOutputs): PairScore[][] {
  const { parts, studies } = prepared
  const [study] = studies
  const texts = outputs.texts.length
  const globals = parts.global
    ? cosines(
        vectorsOf(outputs),
        outputs.texts.map((text) => text.global!),
      )
    : undefined
  const found = parts.local ? outputs.local?.scores : undefined
  const locals = found && study ? scoresOfStudy(found, study.rows, outputs.studies[0]?.viewWeights) : found
  return Array.from({ length: study === undefined ? prepared.images : 1 }, (_, image) =>
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
