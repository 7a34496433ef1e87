import type { ClassificationReport } from './evaluate-classification.js'
import type { ReportReport } from './evaluate-report.js'
import type { RetrievalReport } from './evaluate-retrieval.js'
import { alignColumns, showFigure } from './text-table.js'

export function retrievalTable(report: RetrievalReport): string {
  const depths = Object.keys(report.figures[0]!.precision)
  const header = ['class', 'queries', 'hits', ...depths.map((depth) => `P@${depth} [95 %]`)]
  const lines = report.figures.map((row) => [
    ...[row.class, String(row.queries), String(row.hits)],
    ...depths.map((depth) => showFigure(row.precision[depth])),
  ])
  return framed(report, [header, ...lines])
}

export function classificationTable(report: ClassificationReport): string {
  const header = ['subset', 'label', 'films', 'positive', 'AUROC [95 %]', 'average precision [95 %]', 'accuracy [95 %]']
  const lines = report.figures.flatMap(({ subset, labels, accuracy }) => [
    ...labels.map((row) => [
      ...[subset, row.label, String(row.films), String(row.positives)],
      ...[showFigure(row.auroc), showFigure(row.average_precision), ''],
    ]),
    ...(accuracy === undefined ? [] : [[subset, '(best)', String(accuracy.films), '', '', '', showFigure(accuracy)]]),
  ])
  return framed(report, [header, ...lines])
}

export function reportTable(report: ReportReport): string {
  const header = ['subset', 'studies', 'unfit', 'measure', 'figure [95 %]', 'majority']
  const lines = report.figures.flatMap(({ subset, studies, unfit, measures, majority, labels = {} }) => [
    ...Object.entries(measures).map(([name, figure]) => [
      ...[subset, String(studies), String(unfit), name, showFigure(figure), majority[name]?.toFixed(3) ?? '-'],
    ]),
    ...Object.entries(labels).map(([label, figure]) => [
      ...[subset, String(figure.studies), '', `F1 ${label}`, showFigure(figure), ''],
    ]),
  ])
  return framed(report, [header, ...lines])
}

function framed(
  { model, bootstrap }: Pick<RetrievalReport, 'model' | 'bootstrap'>,
  lines: readonly (readonly string[])[],
): string {
  const note = `${bootstrap.resamples} resamples of whole groups, seed ${bootstrap.seed}`
  return `${model.name}@${model.version}  ${model.digest}\n${alignColumns(lines)}\n${note}\n`
}
