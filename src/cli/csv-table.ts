import { readFile } from 'node:fs/promises'
import { parse } from 'csv-parse/sync'
import { AppError } from '../errors.js'

/** A CSV file (RFC 4180, UTF-8) with a header. */
export interface CsvTable {
  /** Names in the header, as they stand there. */
  readonly columns: readonly string[]
  readonly rows: readonly CsvRow[]
}

export interface CsvRow {
  /** Value of the column with one of these names, whatever their case; empty where there is none. */
  value(...names: string[]): string
  /** As `value`, but throws `invalid_option` naming the line where there is nothing. */
  needed(...names: string[]): string
  /** Where it stands, for messages. */
  readonly place: string
}

/** Throws `invalid_option` for a file that cannot be read, is no CSV, or has no rows; `hint` says what it should hold. */
export async function readCsvTable(path: string, hint?: string): Promise<CsvTable> {
  const told = hint === undefined ? '' : ` ${hint}`
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new AppError('invalid_option', `The file ${path} cannot be read.`, { cause })
  })
  let columns: string[] = []
  const records = parseRecords(bytes, { path, told }, (header) => (columns = header))
  if (records.length === 0) throw new AppError('invalid_option', `The file ${path} has no rows.`)
  return {
    columns,
    rows: records.map(({ record, info }) => createRow(record, { place: `${path}:${info.lines}`, told })),
  }
}

interface ParsedRecord {
  readonly record: Readonly<Record<string, string | undefined>>
  readonly info: { readonly lines: number }
}

function parseRecords(
  bytes: Buffer,
  { path, told }: { path: string; told: string },
  onHeader: (columns: string[]) => void,
): ParsedRecord[] {
  const columns = (header: string[]): string[] => {
    onHeader(header)
    return header.map((name) => name.toLowerCase())
  }
  try {
    return parse(bytes, { columns, bom: true, skip_empty_lines: true, trim: true, info: true })
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new AppError('invalid_option', `${path} is not a CSV file that can be read: ${why}${told}`, { cause })
  }
}

function createRow(record: ParsedRecord['record'], { place, told }: { place: string; told: string }): CsvRow {
  const value = (...names: string[]): string =>
    names.map((name) => record[name.toLowerCase()] ?? '').find((found) => found !== '') ?? ''
  return {
    place,
    value,
    needed(...names) {
      const found = value(...names)
      if (found === '') throw new AppError('invalid_option', `${place}: no ${names.join(' or ')}.${told}`)
      return found
    },
  }
}
