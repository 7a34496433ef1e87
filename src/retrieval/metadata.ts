import { AppError, type FieldError } from '../errors.js'
import type { FieldType, Metadata, MetadataField } from './definition.js'

export const MAX_STRING_CHARACTERS = 256
/** RFC 3339, or its date alone. */
const DATE = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/

export type Scalar = string | number | boolean

/** What is wrong with a value of a field, as the rest of a sentence; `undefined` where nothing is. */
export function valueFault(type: FieldType, value: Scalar): string | undefined {
  switch (type) {
    case 'string':
      if (typeof value !== 'string') return 'must be a string'
      // PostgreSQL's texts hold no NUL.
      if (value.length > MAX_STRING_CHARACTERS || value.includes('\0'))
        return `must be a string of at most ${MAX_STRING_CHARACTERS} characters`
      return undefined
    case 'number':
      return typeof value === 'number' && Number.isFinite(value) ? undefined : 'must be a number'
    case 'integer':
      return Number.isSafeInteger(value) ? undefined : 'must be an integer'
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'must be true or false'
    case 'date':
      return typeof value === 'string' && isDate(value) ? undefined : 'must be a date such as 2026-01-31'
  }
}

/** `Date` takes the 31st of February and makes it March; a calendar does not. */
function isDate(text: string): boolean {
  if (!DATE.test(text) || Number.isNaN(Date.parse(text))) return false
  const day = text.slice(0, 10)
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day)
}

/** Throws `invalid_option` naming every field that the index does not have or whose value is of another type. */
export function checkMetadata(fields: readonly MetadataField[], metadata: Metadata, pointer = '/metadata'): void {
  const faults = Object.entries(metadata).flatMap(([name, value]): FieldError[] => {
    const field = fields.find((known) => known.name === name)
    const detail = field === undefined ? unknownField(fields) : valueFault(field.type, value)
    return detail === undefined ? [] : [{ pointer: `${pointer}/${pointerToken(name)}`, detail }]
  })
  if (faults.length === 0) return
  throw new AppError('invalid_option', 'The metadata does not fit the index.', { details: { fields: faults } })
}

export function unknownField(fields: readonly MetadataField[]): string {
  return fields.length === 0
    ? 'is no field of this index, which has none'
    : `is no field of this index, which has ${fields.map(({ name }) => name).join(', ')}`
}

/** Values of the columns in their order; null where the item does not say. */
export function fieldValues(fields: readonly MetadataField[], metadata: Metadata): (Scalar | null)[] {
  return fields.map(({ name, type }) => (Object.hasOwn(metadata, name) ? columnValue(type, metadata[name]!) : null))
}

/** As its column takes it: a day begins in UTC, whatever the time zone of the database. */
export function columnValue(type: FieldType, value: Scalar): Scalar {
  return type === 'date' ? new Date(String(value)).toISOString() : value
}

/** RFC 6901. */
export function pointerToken(name: string): string {
  return name.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')
}
