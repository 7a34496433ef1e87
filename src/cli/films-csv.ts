import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { parse } from 'csv-parse/sync'
import { AppError } from '../errors.js'

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

const REQUIRED = ['image', 'mask', 'text'] as const
const OPTIONAL = ['text_type', 'group'] as const

/**
 * Rows of a CSV file (RFC 4180, UTF-8) with a header of `image`, `mask`, `text` and, if wanted, `text_type` and `group`;
 * other columns are ignored. Paths are relative to the file. Throws `invalid_option` naming the line at fault.
 */
export async function readFilmsCsv(path: string): Promise<FilmRow[]> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new AppError('invalid_option', `The manifest ${path} cannot be read.`, { cause })
  })
  const records = parseRecords(bytes, path)
  if (records.length === 0) throw new AppError('invalid_option', `The manifest ${path} has no rows.`)
  return records.map(({ record, info }) => {
    const missing = REQUIRED.filter((name) => (record[name] ?? '').trim() === '')
    if (missing.length > 0)
      throw new AppError('invalid_option', `${path}:${info.lines}: no ${missing.join(', no ')}. ${columns()}`)
    const image = resolve(dirname(path), record['image']!)
    return {
      image,
      mask: resolve(dirname(path), record['mask']!),
      text: record['text']!,
      textType: record['text_type'] || 'all',
      group: record['group'] || image,
    }
  })
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
    throw new AppError('invalid_option', `${path} is not a CSV file that can be read: ${why} ${columns()}`, { cause })
  }
}

function columns(): string {
  return `The columns are ${REQUIRED.join(', ')} and, if wanted, ${OPTIONAL.join(' and ')}.`
}
