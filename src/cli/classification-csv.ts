import { AppError } from '../errors.js'
import { readCsvTable } from './csv-table.js'
import { filmPaths } from './film-files.js'

/** A film, or the films of a study, with what is known of it. */
export interface LabelledFilm {
  readonly paths: readonly string[]
  /** By the names of the label columns in lower case: whether it is there; absent where nobody knows. */
  readonly labels: ReadonlyMap<string, boolean>
  readonly group: string
  /** What figures are given apart by. */
  readonly subset: string
}

const NOT_LABELS = ['image', 'path', 'group', 'patient', 'subset', 'dataset']

/**
 * A column `image` (or `Path`; films of a study between semicolons) and one for each label: 1 has it, 0 has it not, anything else (-1, empty) is unknown;
 * optional `group` or `patient`, and `subset` or `dataset`. Throws `invalid_option` naming the line.
 */
export async function readLabelledFilms(csv: string, root?: string): Promise<LabelledFilm[]> {
  const { columns, rows } = await readCsvTable(csv)
  const names = columns.map((name) => name.toLowerCase()).filter((name) => !NOT_LABELS.includes(name))
  return rows.map((row) => {
    const paths = filmPaths(row.needed('image', 'path'), csv, root)
    if (paths.length === 0) throw new AppError('invalid_option', `${row.place}: a row has a film at least.`)
    const known = names.flatMap((name) => {
      const value = Number(row.value(name) || NaN)
      return value === 0 || value === 1 ? [[name, value === 1] as const] : []
    })
    const group = row.value('group', 'patient') || paths.join(';')
    return { paths, labels: new Map(known), group, subset: row.value('subset', 'dataset') || 'all' }
  })
}
