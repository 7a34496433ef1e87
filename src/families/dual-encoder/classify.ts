/** The three steps of a classification: labels to prompts, prompts against images, scores of prompts to labels. */
import { dot, sliceRows } from '../../tensor/ops.js'
import type { RunComponent } from '../family.js'
import type { Classification, ClassificationsInput, ClassificationsResult, LabelMap } from './classifications.js'
import type { LabelScore, PromptScore } from './classifications.js'
import { activate, aggregatePrompts, labelLogit, meanOfEmbeddings, scoreKindOf } from './label-scores.js'
import { readLabels, type ReadLabel, type Reading } from './label-sets.js'
import { localScores } from './local-scores.js'
import { mapDisplay } from './map-display.js'
import type { DualEncoderModel } from './model.js'
import { shownWords } from './words.js'
import { pairScores, preparePairs, runPairs, vectorsOf, type PairOutputs, type PreparedPairs } from './pairs.js'
import { viewShares } from '../views/model.js'

/** Where a label's prompts lie among the distinct texts. */
interface PromptRows {
  readonly prompts: readonly number[]
  readonly negatives: readonly number[]
}

export interface PreparedClassifications {
  readonly reading: Reading
  readonly pairs: PreparedPairs
  /** By label, in the order of the reading. */
  readonly rows: readonly PromptRows[]
  readonly wantsMaps: boolean
}

export interface ClassificationOutputs {
  readonly pairs: PairOutputs
  /** By image or study, then by distinct text; empty where vectors of prompts are averaged and no map asks for the best one. */
  readonly scores: readonly (readonly number[])[]
  /** By image or film of the study, then by label: the distinct text whose words were mapped, and float32[words, cells]. */
  readonly maps?: readonly (readonly { readonly row: number; readonly values: Float32Array }[])[]
}

export function prepareClassifications(model: DualEncoderModel, input: ClassificationsInput): PreparedClassifications {
  const reading = readLabels(model, input)
  const wantsMaps = input.maps ?? false
  const groups = reading.labels.flatMap(({ prompts, negatives }) => [prompts, negatives].filter((g) => g.length > 0))
  const pairs = preparePairs(model, {
    images: input.images,
    isStudy: input.isStudy,
    viewWeights: input.viewWeights,
    groups,
    mode: reading.similarity,
    aggregate: reading.aggregate,
    readsWords: wantsMaps,
    wantsMaps: false,
  })
  let at = 0
  const take = (count: number): number[] => pairs.texts.rowOf.slice(at, (at += count))
  const rows = reading.labels.map(({ prompts, negatives }) => ({
    prompts: take(prompts.length),
    negatives: take(negatives.length),
  }))
  return { reading, pairs, rows, wantsMaps }
}

export async function runClassifications(
  model: DualEncoderModel,
  prepared: PreparedClassifications,
  run: RunComponent,
): Promise<ClassificationOutputs> {
  const pairs = await runPairs(model, prepared.pairs, run)
  const scores = pairScores(model, prepared.pairs, pairs).map((ofImage) => ofImage.map(({ score }) => score))
  if (!prepared.wantsMaps) return { pairs, scores }
  const [study] = prepared.pairs.studies
  const shown =
    study === undefined
      ? scores.map((ofImage, image) => ({ ofImage, image }))
      : study.rows.map((image) => ({ ofImage: scores[0]!, image }))
  const maps = []
  for (const found of shown) maps.push(await mapsOfImage(model, prepared, { pairs, ...found }, run))
  return { pairs, scores, maps }
}

/** Maps of every prompt of every label would be the largest thing here: only each label's best prompt is mapped. */
async function mapsOfImage(
  model: DualEncoderModel,
  { rows, pairs: { aggregate } }: PreparedClassifications,
  found: { pairs: PairOutputs; ofImage: readonly number[]; image: number },
  run: RunComponent,
): Promise<{ row: number; values: Float32Array }[]> {
  const best = rows.map(({ prompts }) => prompts.reduce((a, b) => (found.ofImage[b]! > found.ofImage[a]! ? b : a)))
  const { maps } = await localScores(
    model,
    {
      cells: sliceRows(found.pairs.images.local!.cells, found.image, found.image + 1),
      texts: best.map((row) => found.pairs.texts[row]!.words!),
      aggregate,
      wantsMaps: true,
    },
    run,
  )
  return best.map((row, label) => ({ row, values: maps![0]![label]! }))
}

export function finishClassifications(
  model: DualEncoderModel,
  prepared: PreparedClassifications,
  outputs: ClassificationOutputs,
): ClassificationsResult {
  const { reading } = prepared
  const averaged = reading.promptAggregation === 'mean_of_embeddings' ? averagedVectors(prepared, outputs) : undefined
  const vectorOfItem = vectorsOf(outputs.pairs)
  const [study] = outputs.pairs.studies
  const items = outputs.scores.map((ofImage, image): Classification => {
    const logits = reading.labels.map((label, at) => {
      const vectors = averaged?.[at]
      const similarity =
        vectors === undefined ? aggregated(prepared, at, ofImage) : cosinesOf(vectorOfItem[image]!, vectors)
      return labelLogit(similarity, label, reading, model.spec.score)
    })
    const scores = activate(reading, logits)
    const labels = reading.labels.map((label, at): LabelScore => {
      return {
        label: label.label,
        score: scores[at]!,
        logit: logits[at]!.logit,
        ...(averaged === undefined ? { prompts: promptScores(prepared, label, at, ofImage) } : {}),
        ...labelMaps(model, prepared, outputs, { image, label: at }),
      }
    })
    return {
      image,
      labels: labels.sort((a, b) => b.score - a.score),
      ...(study && { shares: viewShares(study) }),
      ...(study?.warnings && { warnings: study.warnings }),
    }
  })
  return {
    items,
    scoreKind: scoreKindOf(reading),
    ...(reading.labelSet === undefined ? {} : { labelSet: reading.labelSet }),
    ...(reading.note === undefined ? {} : { note: reading.note }),
    usage: prepared.pairs.texts.usage,
  }
}

interface AveragedVectors {
  readonly positive: Float32Array
  readonly negative?: Float32Array
}

function averagedVectors(prepared: PreparedClassifications, outputs: ClassificationOutputs): AveragedVectors[] {
  const mean = (rows: readonly number[]) => meanOfEmbeddings(rows.map((row) => outputs.pairs.texts[row]!.global!))
  return prepared.rows.map(({ prompts, negatives }) => ({
    positive: mean(prompts),
    ...(negatives.length === 0 ? {} : { negative: mean(negatives) }),
  }))
}

function cosinesOf(image: Float32Array, { positive, negative }: AveragedVectors) {
  return { positive: dot(image, positive), ...(negative === undefined ? {} : { negative: dot(image, negative) }) }
}

function aggregated({ reading, rows }: PreparedClassifications, at: number, ofImage: readonly number[]) {
  const by = reading.promptAggregation === 'max' ? 'max' : 'mean'
  const { prompts, negatives } = rows[at]!
  const scoresOf = (texts: readonly number[]): number[] => texts.map((row) => ofImage[row]!)
  return {
    positive: aggregatePrompts(scoresOf(prompts), by),
    ...(negatives.length === 0 ? {} : { negative: aggregatePrompts(scoresOf(negatives), by) }),
  }
}

function promptScores(
  { rows }: PreparedClassifications,
  label: ReadLabel,
  at: number,
  ofImage: readonly number[],
): PromptScore[] {
  const { prompts, negatives } = rows[at]!
  return [
    ...label.prompts.map((text, prompt) => ({ text, score: ofImage[prompts[prompt]!]!, isNegative: false })),
    ...label.negatives.map((text, prompt) => ({ text, score: ofImage[negatives[prompt]!]!, isNegative: true })),
  ]
}

/** The map of a label on its image, or on each film of the study. */
function labelMaps(
  model: DualEncoderModel,
  prepared: PreparedClassifications,
  outputs: ClassificationOutputs,
  { image, label }: { readonly image: number; readonly label: number },
): Pick<LabelScore, 'map' | 'maps'> {
  if (outputs.maps === undefined) return {}
  const of = (at: number): LabelMap | undefined => labelMap(model, prepared, outputs, at, label)
  if (prepared.pairs.studies.length > 0) return { maps: outputs.maps.flatMap((_, film) => of(film) ?? []) }
  const map = of(image)
  return map === undefined ? {} : { map }
}

/** The mean of the best prompt's word maps: float32[cells]. */
function labelMap(
  model: DualEncoderModel,
  prepared: PreparedClassifications,
  outputs: ClassificationOutputs,
  image: number,
  label: number,
): LabelMap | undefined {
  const found = outputs.maps?.[image]?.[label]
  const grid = outputs.pairs.images.local?.grid
  if (found === undefined || grid === undefined) return undefined
  const cells = grid[0] * grid[1]
  const words = shownWords(outputs.pairs.texts[found.row]!.words!)
  const values = new Float32Array(cells)
  for (let at = 0; at < words * cells; at++) values[at % cells]! += found.values[at]! / words
  const { text } = prepared.pairs.texts.rows[found.row]!
  return { values, grid, kind: model.spec.maps?.values ?? 'attention', display: mapDisplay(model), text }
}
