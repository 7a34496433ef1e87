import { readFile } from 'node:fs/promises'
import { AppError } from '../errors.js'
import type { Predict } from '../flows/predict.js'
import { bootstrapMean, type BootstrapOptions, type Estimate } from './bootstrap.js'
import type { FilmRow } from './films-csv.js'

/** Texts of one film that are asked together: they share its work. */
const MAX_TEXTS = 16
/** Films that are on their way at the same time: one is decoded while another runs. */
const IN_FLIGHT = 3

/** Warnings that the mask may be of nothing that was asked for. */
const DOUBTS: readonly string[] = ['unknown_text', 'unknown_words', 'low_confidence']

/** Figures of all rows of one kind of text. Means are over rows, intervals over groups. */
export interface TypeFigures {
  readonly text_type: string
  readonly rows: number
  readonly groups: number
  readonly dice: Estimate
  readonly iou: Estimate
  /** Mean over the rows where neither mask is empty; absent where there is none. */
  readonly hd95_px?: number
  /** Rows whose ground truth is empty, and of those the share whose mask is empty or of a doubtful text. */
  readonly empty_truths: number
  readonly empty_or_flagged?: number
}

export interface SegmentationReport {
  readonly model: { readonly name: string; readonly version: string; readonly digest: string }
  readonly bootstrap: BootstrapOptions
  /** Every text type in the order of the manifest, then all rows together when there is more than one type. */
  readonly figures: readonly TypeFigures[]
}

export interface EvaluationPlan {
  readonly model: string
  readonly rows: readonly FilmRow[]
  readonly bootstrap: BootstrapOptions
  readonly signal: AbortSignal
  onProgress(done: number): void
}

interface Measured {
  readonly row: FilmRow
  readonly dice: number
  readonly iou: number
  readonly hd95Px: number | undefined
  readonly isTruthEmpty: boolean
  readonly isEmptyOrFlagged: boolean
}

/** Throws `invalid_option` for a file that cannot be read, and what `predict` throws, with the film's name. */
export async function evaluateSegmentation(
  predict: Pick<Predict, 'segmentations'>,
  plan: EvaluationPlan,
): Promise<SegmentationReport> {
  const batches = batchesOf(plan.rows)
  const measured: Measured[][] = []
  let model: SegmentationReport['model'] | undefined
  let done = 0
  let next = 0
  const work = async (): Promise<void> => {
    while (next < batches.length) {
      const at = next++
      const found = await measure(predict, plan, batches[at]!)
      measured[at] = found.rows
      model = found.model
      for (let row = 0; row < found.rows.length; row++) plan.onProgress(++done)
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, work))
  const all = measured.flat()
  const types = [...new Set(all.map(({ row }) => row.textType))]
  const figures = types.map((type) =>
    figuresOf(
      type,
      all.filter(({ row }) => row.textType === type),
      plan.bootstrap,
    ),
  )
  const total = types.length > 1 ? [figuresOf('(all)', all, plan.bootstrap)] : []
  return { model: model!, bootstrap: plan.bootstrap, figures: [...figures, ...total] }
}

/** Rows of one film that follow each other. */
function batchesOf(rows: readonly FilmRow[]): FilmRow[][] {
  const batches: FilmRow[][] = []
  for (const row of rows) {
    const last = batches.at(-1)
    if (last !== undefined && last[0]!.image === row.image && last.length < MAX_TEXTS) last.push(row)
    else batches.push([row])
  }
  return batches
}

async function measure(predict: Pick<Predict, 'segmentations'>, plan: EvaluationPlan, rows: readonly FilmRow[]) {
  const { image } = rows[0]!
  const [film, ...truths] = await Promise.all([image, ...rows.map(({ mask }) => mask)].map(read))
  try {
    const answer = await predict.segmentations({
      ...{ model: plan.model, images: [film!], texts: rows.map(({ text }) => text), truths, parts: [] },
      demand: { priority: 'batch', signal: plan.signal, isDeterministic: false },
    })
    const found = answer.result.items.map(({ agreement, areaPx, warnings }, at): Measured => {
      const { dice, iou, truthAreaPx, distancesPx } = agreement!
      const isEmptyOrFlagged = areaPx === 0 || warnings.some(({ code }) => DOUBTS.includes(code))
      return { row: rows[at]!, dice, iou, hd95Px: distancesPx?.hd95, isTruthEmpty: truthAreaPx === 0, isEmptyOrFlagged }
    })
    const { name, version, digest } = answer.model
    return { rows: found, model: { name, version, digest } }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    throw new AppError(error.code, `${image}: ${error.message}`, { cause: error, details: error.details })
  }
}

async function read(path: string): Promise<Buffer> {
  return readFile(path).catch((cause: unknown) => {
    throw new AppError('invalid_option', `${path} cannot be read.`, { cause })
  })
}

function figuresOf(type: string, rows: readonly Measured[], bootstrap: BootstrapOptions): TypeFigures {
  const groups = rows.map(({ row }) => row.group)
  const distances = rows.flatMap(({ hd95Px }) => (hd95Px === undefined ? [] : [hd95Px]))
  const empty = rows.filter(({ isTruthEmpty }) => isTruthEmpty)
  const estimate = (of: (row: Measured) => number): Estimate => bootstrapMean(rows.map(of), groups, bootstrap)
  return {
    text_type: type,
    rows: rows.length,
    groups: new Set(groups).size,
    dice: estimate(({ dice }) => dice),
    iou: estimate(({ iou }) => iou),
    ...(distances.length > 0 && { hd95_px: meanOf(distances) }),
    empty_truths: empty.length,
    ...(empty.length > 0 && { empty_or_flagged: meanOf(empty.map((row) => Number(row.isEmptyOrFlagged))) }),
  }
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
