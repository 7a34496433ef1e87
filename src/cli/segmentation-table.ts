import type { Estimate } from './bootstrap.js'
import type { SegmentationReport, TypeFigures } from './evaluate-segmentation.js'

const HEADER = ['text type', 'rows', 'groups', 'Dice [95 %]', 'IoU [95 %]', 'HD95 px', 'empty or flagged']

/** The report for people: one line a text type, columns aligned. */
export function segmentationTable({ model, bootstrap, figures }: SegmentationReport): string {
  const lines = [HEADER, ...figures.map(cells)]
  const widths = HEADER.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)))
  const rows = lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  )
  const note = `${bootstrap.resamples} resamples of whole groups, seed ${bootstrap.seed}`
  return `${model.name}@${model.version}  ${model.digest}\n${rows.join('\n')}\n${note}\n`
}

function cells(figures: TypeFigures): string[] {
  const { empty_or_flagged: flagged, empty_truths: empty, hd95_px: hd95 } = figures
  return [
    figures.text_type,
    String(figures.rows),
    String(figures.groups),
    interval(figures.dice),
    interval(figures.iou),
    hd95 === undefined ? '-' : hd95.toFixed(1),
    flagged === undefined ? '-' : `${(flagged * 100).toFixed(0)} % of ${empty}`,
  ]
}

function interval({ mean, low, high }: Estimate): string {
  return `${mean.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`
}
