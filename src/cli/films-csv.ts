import { dirname, resolve } from 'node:path'
import { readCsvTable } from './csv-table.js'

/** One film with a text and the mask that the text means. */
export interface FilmRow {
  /** Absolute paths. */
  readonly image: string
  readonly mask: string
  readonly text: string
  /** What figures are grouped by. */
  readonly textType: string
  /** What the bootstrap draws: the patient where the file says it, else the film. */
  readonly group: string
}

const HINT = 'The columns are image, mask, text and, if wanted, text_type and group.'

/**
 * Rows of a CSV file with a header of `image`, `mask`, `text` and, if wanted, `text_type` and `group`; other columns are
 * ignored. Paths are relative to `root`, or to the file. Throws `invalid_option` naming the line at fault.
 */
export async function readFilmsCsv(path: string, root = dirname(path)): Promise<FilmRow[]> {
  const { rows } = await readCsvTable(path, HINT)
  return rows.map((row) => {
    const image = resolve(root, row.needed('image'))
    return {
      image,
      mask: resolve(root, row.needed('mask')),
      text: row.needed('text'),
      textType: row.value('text_type') || 'all',
      group: row.value('group') || image,
    }
  })
}
