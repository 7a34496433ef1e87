import { AppError } from '../errors.js'
import { readCsvTable, type CsvRow } from './csv-table.js'
import { filmPaths } from './film-files.js'

/** A film, a study or a text. */
export type Sought =
  { readonly kind: 'films'; readonly paths: readonly string[] } | { readonly kind: 'text'; readonly text: string }

export interface Query {
  readonly item: Sought
  readonly className: string
  /** What the bootstrap draws, and what `excludeGroup` compares; the item itself where the file does not say it. */
  readonly group: string
}

export interface Candidate {
  readonly item: Sought
  /** Classes whose column has 1. */
  readonly classes: ReadonlySet<string>
  readonly group: string
}

const NOT_CLASSES = ['path', 'image', 'text', 'group', 'patient', 'variable', 'class']

/**
 * Queries: a class (`class` or, as ConVIRT's files call it, `Variable`) and `image` (`Path`) or `text`; optional
 * `group` or `patient`. Throws `invalid_option` naming the line.
 */
export async function readQueries(csv: string, root?: string): Promise<Query[]> {
  const { rows } = await readCsvTable(csv)
  return rows.map((row) => {
    const item = soughtIn(row, csv, root)
    return { item, className: row.needed('class', 'variable'), group: groupIn(row, item) }
  })
}

/**
 * Candidates: `image` (`Path`) or `text`, and a column for each class, 1 where it is a hit; everything else (0, -1, empty)
 * is none. A file with one class a row may have a column `class` instead. Throws `invalid_option` naming the line.
 */
export async function readCandidates(csv: string, root?: string): Promise<Candidate[]> {
  const { columns, rows } = await readCsvTable(csv)
  const names = columns.filter((name) => !NOT_CLASSES.includes(name.toLowerCase()))
  return rows.map((row) => {
    const item = soughtIn(row, csv, root)
    const marked = names.filter((name) => Number(row.value(name) || NaN) === 1)
    const named = row.value('class', 'variable')
    return { item, classes: new Set(named === '' ? marked : [...marked, named]), group: groupIn(row, item) }
  })
}

function soughtIn(row: CsvRow, csv: string, root: string | undefined): Sought {
  const cell = row.value('image', 'path')
  const text = row.value('text')
  if ((cell === '') === (text === ''))
    throw new AppError('invalid_option', `${row.place}: a row has either an image or a text.`)
  return cell === '' ? { kind: 'text', text } : { kind: 'films', paths: filmPaths(cell, csv, root) }
}

function groupIn(row: CsvRow, item: Sought): string {
  return row.value('group', 'patient') || (item.kind === 'text' ? item.text : item.paths.join(';'))
}
