import type { Figure } from './figures/weighted.js'

/** Lines whose columns are as wide as their widest cell. */
export function alignColumns(lines: readonly (readonly string[])[]): string {
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)))
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** `-` where there is no figure. */
export function showFigure(figure: Figure | undefined): string {
  if (figure === undefined) return '-'
  return `${figure.value.toFixed(3)} [${figure.low.toFixed(3)}, ${figure.high.toFixed(3)}]`
}
