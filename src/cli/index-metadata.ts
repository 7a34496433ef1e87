import { AppError } from '../errors.js'
import { readCsvTable } from './csv-table.js'

type Metadata = Readonly<Record<string, string | number | boolean>>

/**
 * Metadata of films by their id, from a CSV file with a column `id`, the path below the folder, and a
 * column for each field of the index that is wanted; other columns are ignored, and so are empty cells. Throws
 * `invalid_option` naming the line at fault.
 */
export async function readMetadataCsv(
  path: string,
  fields: Readonly<Record<string, string>>,
): Promise<ReadonlyMap<string, Metadata>> {
  const { rows } = await readCsvTable(path)
  return new Map(
    rows.map((row) => {
      const entries = Object.entries(fields).flatMap(([name, type]) => {
        const text = row.value(name)
        if (text === '') return []
        const value = valueOf(type, text)
        if (value !== undefined) return [[name, value] as const]
        throw new AppError('invalid_option', `${row.place}: ${name} must be of type ${type}.`)
      })
      return [row.needed('id'), Object.fromEntries(entries)]
    }),
  )
}

/** What a cell says, or `undefined`; the service checks the rest. */
function valueOf(type: string, text: string): string | number | boolean | undefined {
  if (type === 'number' || type === 'integer') {
    const value = Number(text)
    return Number.isFinite(value) && (type === 'number' || Number.isSafeInteger(value)) ? value : undefined
  }
  if (type !== 'boolean') return text
  return /^(true|1|yes)$/i.test(text) ? true : /^(false|0|no)$/i.test(text) ? false : undefined
}
