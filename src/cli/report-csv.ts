import { AppError } from '../errors.js'
import { readCsvTable } from './csv-table.js'
import { filmPaths } from './film-files.js'

/** A study with the text that should be written of it. */
export interface ReferenceStudy {
  readonly paths: readonly string[]
  readonly text: string
  /** Labels that the study has; absent where the file has no column `labels`. */
  readonly labels?: ReadonlySet<string>
  readonly group: string
  /** What figures are given apart by. */
  readonly subset: string
}

/**
 * Columns `images` (paths of a study's films between semicolons; `image` and `Path` will do) and `text`; optional `labels`
 * (names of the pack's findings between semicolons), `group` or `patient`, and `subset` or `dataset`. Throws
 * `invalid_option` naming the line.
 */
export async function readReferenceStudies(csv: string, root?: string): Promise<ReferenceStudy[]> {
  const { columns, rows } = await readCsvTable(csv)
  const hasLabels = columns.some((name) => name.toLowerCase() === 'labels')
  return rows.map((row) => {
    const paths = filmPaths(row.needed('images', 'image', 'path'), csv, root)
    if (paths.length === 0) throw new AppError('invalid_option', `${row.place}: a study has a film at least.`)
    const labels = row.value('labels').split(';')
    return {
      ...{ paths, text: row.needed('text') },
      ...(hasLabels && { labels: new Set(labels.map((label) => label.trim()).filter((label) => label !== '')) }),
      group: row.value('group', 'patient') || paths.join(';'),
      subset: row.value('subset', 'dataset') || 'all',
    }
  })
}
