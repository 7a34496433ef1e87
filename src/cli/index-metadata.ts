import { readFile } from 'node:fs/promises'
import { parse } from 'csv-parse/sync'
import { AppError } from '../errors.js'

type Metadata = Readonly<Record<string, string | number | boolean>>

/**
 * Metadata of films by their id, from a CSV file (RFC 4180, UTF-8) with a column `id`, the path below the folder, and a
 * column for each field of the index that is wanted; other columns are ignored, and so are empty cells. Throws
 * `invalid_option` naming the line at fault.
 */
export async function readMetadataCsv(
  path: string,
  fields: Readonly<Record<string, string>>,
): Promise<ReadonlyMap<string, Metadata>> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new AppError('invalid_option', `The metadata ${path} cannot be read.`, { cause })
  })
  const metadata = new Map<string, Metadata>()
  for (const { record, info } of parseRecords(bytes, path)) {
    const id = record['id'] ?? ''
    if (id === '') throw new AppError('invalid_option', `${path}:${info.lines}: no id.`)
    const entries = Object.entries(fields).flatMap(([name, type]) => {
      const text = record[name] ?? ''
      if (text === '') return []
      const value = valueOf(type, text)
      if (value !== undefined) return [[name, value] as const]
      throw new AppError('invalid_option', `${path}:${info.lines}: ${name} must be of type ${type}.`)
    })
    metadata.set(id, Object.fromEntries(entries))
  }
  return metadata
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

interface ParsedRecord {
  readonly record: Readonly<Record<string, string | undefined>>
  readonly info: { readonly lines: number }
}

function parseRecords(bytes: Buffer, path: string): ParsedRecord[] {
  try {
    return parse(bytes, { columns: true, bom: true, skip_empty_lines: true, trim: true, info: true })
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new AppError('invalid_option', `${path} is not a CSV file that can be read: ${why}`, { cause })
  }
}
