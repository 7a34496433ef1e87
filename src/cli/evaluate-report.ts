import type { Predict } from '../flows/predict.js'
import type { BootstrapOptions } from './bootstrap.js'
import { aboutFilm, readFilm } from './film-files.js'
import { labelMeasures, textMeasures, type Written } from './figures/written.js'
import { bootstrapFigure, type Figure, type Measure } from './figures/weighted.js'
import { inFlight } from './in-flight.js'
import type { ReferenceStudy } from './report-csv.js'

export interface ReportFigures {
  readonly subset: string
  readonly studies: number
  readonly groups: number
  /** Studies of which the model says that they are unfit. */
  readonly unfit: number
  /** `label_f1`, `exact`, `token_accuracy`, `bleu`, `rouge1`, `rouge2`, `rougeL`. */
  readonly measures: Readonly<Record<string, Figure>>
  /** The same, were the subset's commonest reference written for every study. */
  readonly majority: Readonly<Record<string, number>>
  /** F1 of each label, and how many studies have it. */
  readonly labels?: Readonly<Record<string, Figure & { readonly studies: number }>>
}

export interface ReportReport {
  readonly task: 'report'
  readonly model: { readonly name: string; readonly version: string; readonly digest: string }
  readonly bootstrap: BootstrapOptions
  readonly figures: readonly ReportFigures[]
}

export interface ReportPlan {
  readonly model: string
  readonly studies: readonly ReferenceStudy[]
  readonly bootstrap: BootstrapOptions
  readonly signal: AbortSignal
  onProgress(done: number, all: number): void
}

interface WrittenStudy extends ReferenceStudy {
  readonly said: string
  readonly saidLabels: ReadonlySet<string>
  readonly isUnfit: boolean
}

/** Texts by the pack's default way of writing, against their references. Throws what `predict` throws, with the film's name. */
export async function evaluateReport(predict: Pick<Predict, 'reports'>, plan: ReportPlan): Promise<ReportReport> {
  let model: ReportReport['model'] | undefined
  const written = await inFlight(
    plan.studies,
    async (study): Promise<WrittenStudy> => {
      const { model: identity, result } = await aboutFilm(study.paths.join(';'), async () =>
        predict.reports({
          ...{ model: plan.model, images: await Promise.all(study.paths.map(readFilm)) },
          demand: { priority: 'batch', signal: plan.signal, isDeterministic: false },
        }),
      )
      const { name, version, digest } = identity
      model = { name, version, digest }
      const present = result.findings.filter(({ state }) => state === 'present')
      return {
        ...study,
        said: result.text,
        saidLabels: new Set(present.map(({ label }) => label)),
        isUnfit: result.warnings.some((warning) => warning.code === 'unfit_films'),
      }
    },
    (done) => plan.onProgress(done, plan.studies.length),
  )
  const subsets = [...new Set(written.map(({ subset }) => subset))]
  const names = subsets.length > 1 ? [...subsets, '(all)'] : subsets
  const figures = names.map((name) =>
    reportFigures(
      name,
      written.filter(({ subset }) => name === '(all)' || subset === name),
      plan.bootstrap,
    ),
  )
  return { task: 'report', model: model!, bootstrap: plan.bootstrap, figures }
}

function reportFigures(subset: string, studies: readonly WrittenStudy[], bootstrap: BootstrapOptions): ReportFigures {
  const groups = studies.map(({ group }) => group)
  const written = writtenOf(studies, ({ said, saidLabels }) => ({ said, labels: saidLabels }))
  const commonest = commonestOf(studies)
  const majority = writtenOf(studies, () => ({ said: commonest.text, labels: commonest.labels ?? new Set() }))
  const ones = new Float64Array(studies.length).fill(1)
  const valueOf = ([name, measure]: [string, Measure]): [string, number] => [name, measure(ones)]
  return {
    subset,
    studies: studies.length,
    groups: new Set(groups).size,
    unfit: studies.filter(({ isUnfit }) => isUnfit).length,
    measures: intervals(textMeasures(written), groups, bootstrap),
    majority: Object.fromEntries(Object.entries(textMeasures(majority)).map(valueOf)),
    ...(written.labels && {
      labels: Object.fromEntries(
        Object.entries(intervals(labelMeasures(written.labels), groups, bootstrap)).map(([label, figure]) => [
          label,
          { ...figure, studies: studies.filter(({ labels }) => labels!.has(label)).length },
        ]),
      ),
    }),
  }
}

function writtenOf(
  studies: readonly WrittenStudy[],
  answerOf: (study: WrittenStudy) => { said: string; labels: ReadonlySet<string> },
): Written {
  const answers = studies.map(answerOf)
  const truth = studies.flatMap(({ labels }) => (labels === undefined ? [] : [labels]))
  return {
    said: answers.map(({ said }) => said),
    references: studies.map(({ text }) => text),
    ...(truth.length > 0 && { labels: { truth, said: answers.map(({ labels }) => labels) } }),
  }
}

function commonestOf(studies: readonly WrittenStudy[]): WrittenStudy {
  const counts = new Map<string, number>()
  for (const { text } of studies) counts.set(text, (counts.get(text) ?? 0) + 1)
  return studies.reduce((best, study) => (counts.get(study.text)! > counts.get(best.text)! ? study : best))
}

function intervals(measures: Readonly<Record<string, Measure>>, groups: readonly string[], options: BootstrapOptions) {
  const found = Object.entries(measures).flatMap(([name, measure]) => {
    const figure = bootstrapFigure(measure, groups, options)
    return figure === undefined ? [] : [[name, figure] as const]
  })
  return Object.fromEntries(found)
}
