import { AppError } from '../errors.js'
import type { ClassificationsRequest, Predict } from '../flows/predict.js'
import type { BootstrapOptions } from './bootstrap.js'
import type { LabelledFilm } from './classification-csv.js'
import { aboutFilm, readFilm } from './film-files.js'
import { createRanking } from './figures/ranking.js'
import { bootstrapFigure, meanOf, type Figure } from './figures/weighted.js'
import { inFlight } from './in-flight.js'

export interface LabelFigures {
  readonly label: string
  /** Films of which it is known, and those that have it. */
  readonly films: number
  readonly positives: number
  /** Absent where all films or none have the label. */
  readonly auroc?: Figure
  readonly average_precision?: Figure
}

export interface SubsetFigures {
  readonly subset: string
  readonly films: number
  readonly groups: number
  readonly labels: readonly LabelFigures[]
  /** Share of the films with exactly one of the labels where it has the highest score; absent for a single label. */
  readonly accuracy?: Figure & { readonly films: number }
}

export interface ClassificationReport {
  readonly task: 'classification'
  readonly model: { readonly name: string; readonly version: string; readonly digest: string }
  readonly bootstrap: BootstrapOptions
  readonly label_set?: string
  readonly score_kind: string
  readonly figures: readonly SubsetFigures[]
}

export type LabelsOption = Pick<ClassificationsRequest, 'labelSet' | 'labels' | 'prompts'>

export interface ClassificationPlan {
  readonly model: string
  readonly films: readonly LabelledFilm[]
  readonly asked: LabelsOption
  readonly bootstrap: BootstrapOptions
  readonly signal: AbortSignal
  onProgress(done: number, all: number): void
}

/** A film with the answered score of each label, by the label's name in lower case. */
interface ScoredFilm extends LabelledFilm {
  readonly scores: ReadonlyMap<string, number>
}

/**
 * AUROC and average precision of the scores that callers get, label by label, and the accuracy of the best label. Throws
 * `invalid_option` where the file has no column for a label, and what `predict` throws, with the film's name.
 */
export async function evaluateClassification(
  predict: Pick<Predict, 'classifications'>,
  plan: ClassificationPlan,
): Promise<ClassificationReport> {
  let about: Omit<ClassificationReport, 'task' | 'bootstrap' | 'figures'> | undefined
  const films = await inFlight(
    plan.films,
    async (film): Promise<ScoredFilm> => {
      const { model, result } = await aboutFilm(film.paths.join(';'), async () =>
        predict.classifications({
          ...{ model: plan.model, images: await Promise.all(film.paths.map(readFilm)), ...plan.asked },
          ...(film.paths.length > 1 && { isStudy: true }),
          demand: { priority: 'batch', signal: plan.signal, isDeterministic: false },
        }),
      )
      const { name, version, digest } = model
      const set = result.labelSet === undefined ? {} : { label_set: result.labelSet }
      about = { model: { name, version, digest }, ...set, score_kind: result.scoreKind }
      const scores = result.items[0]!.labels.map(({ label, score }) => [label.toLowerCase(), score] as const)
      return { ...film, scores: new Map(scores) }
    },
    (done) => plan.onProgress(done, plan.films.length),
  )
  const labels = [...films[0]!.scores.keys()].sort()
  checkColumns(labels, films)
  const subsets = [...new Set(films.map(({ subset }) => subset))]
  const figures = subsets.map((name) =>
    subsetFigures(
      name,
      films.filter(({ subset }) => subset === name),
      { labels, bootstrap: plan.bootstrap },
    ),
  )
  const all = subsets.length > 1 ? [subsetFigures('(all)', films, { labels, bootstrap: plan.bootstrap })] : []
  return { task: 'classification', ...about!, bootstrap: plan.bootstrap, figures: [...figures, ...all] }
}

function checkColumns(labels: readonly string[], films: readonly LabelledFilm[]): void {
  const unknown = labels.filter((label) => films.every(({ labels: known }) => !known.has(label)))
  if (unknown.length === labels.length)
    throw new AppError('invalid_option', `No column with a 0 or a 1 has the name of a label: ${labels.join(', ')}.`)
}

interface Asked {
  readonly labels: readonly string[]
  readonly bootstrap: BootstrapOptions
}

function subsetFigures(subset: string, films: readonly ScoredFilm[], { labels, bootstrap }: Asked): SubsetFigures {
  const known = labels.filter((label) => films.some((film) => film.labels.has(label)))
  const accuracy = known.length > 1 ? accuracyOf(films, known, bootstrap) : undefined
  return {
    subset,
    films: films.length,
    groups: new Set(films.map(({ group }) => group)).size,
    labels: known.map((label) => labelFigures(label, films, bootstrap)),
    ...(accuracy !== undefined && { accuracy }),
  }
}

function labelFigures(label: string, films: readonly ScoredFilm[], bootstrap: BootstrapOptions): LabelFigures {
  const known = films.filter((film) => film.labels.has(label))
  const isPositive = known.map((film) => film.labels.get(label)!)
  const groups = known.map(({ group }) => group)
  const positives = isPositive.filter(Boolean).length
  const counts = { label, films: known.length, positives }
  if (positives === 0 || positives === known.length) return counts
  const ranking = createRanking(
    known.map(({ scores }) => scores.get(label)!),
    isPositive,
  )
  const auroc = bootstrapFigure(ranking.auroc, groups, bootstrap)!
  return { ...counts, auroc, average_precision: bootstrapFigure(ranking.averagePrecision, groups, bootstrap)! }
}

function accuracyOf(films: readonly ScoredFilm[], labels: readonly string[], bootstrap: BootstrapOptions) {
  const single = films.flatMap((film) => {
    const own = labels.filter((label) => film.labels.get(label) === true)
    return own.length === 1 ? [{ film, own: own[0]! }] : []
  })
  if (single.length === 0) return undefined
  const isRight = single.map(({ film: { scores }, own }) => {
    const best = labels.reduce((a, b) => (scores.get(b)! > scores.get(a)! ? b : a))
    return Number(best === own)
  })
  const groups = single.map(({ film }) => film.group)
  return { ...bootstrapFigure(meanOf(isRight), groups, bootstrap)!, films: single.length }
}
