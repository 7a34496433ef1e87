import { AppError, type FieldError } from '../errors.js'
import type { MetadataField } from './definition.js'
import { columnValue, pointerToken, unknownField, valueFault, type Scalar } from './metadata.js'
import { FIELD_COLUMN_TYPES, fieldColumn } from './tables.js'

/** Conditions on one field; all of them must hold. An item that does not say the field fulfils `exists: false` alone. */
export interface FieldCondition {
  readonly eq?: Scalar
  readonly in?: readonly Scalar[]
  readonly gt?: Scalar
  readonly gte?: Scalar
  readonly lt?: Scalar
  readonly lte?: Scalar
  readonly exists?: boolean
}

/** By the name of the field; all of them must hold. */
export type Filter = Readonly<Record<string, FieldCondition>>

const COMPARISONS = { eq: '=', gt: '>', gte: '>=', lt: '<', lte: '<=' } as const

/** Part of a statement and its values. */
export interface FilterSql {
  /** Such as ` and i.f0 = $3`; empty where there is no filter. */
  readonly text: string
  readonly values: readonly unknown[]
}

/**
 * The filter over columns of the table `alias`, its values counted from `$first`. Throws `invalid_option` naming every
 * field that the index does not have and every value of another type.
 */
export function filterSql(
  fields: readonly MetadataField[],
  filter: Filter,
  { alias, first }: { readonly alias: string; readonly first: number },
): FilterSql {
  const values: unknown[] = []
  const faults: FieldError[] = []
  const add = (value: unknown): string => `$${first + values.push(value) - 1}`
  const parts = Object.entries(filter).flatMap(([name, condition]) => {
    const place = fields.findIndex((field) => field.name === name)
    const field = fields[place]
    const pointer = `/filter/${pointerToken(name)}`
    if (field === undefined) {
      faults.push({ pointer, detail: unknownField(fields) })
      return []
    }
    const found = conditionFaults(field, condition, pointer)
    faults.push(...found)
    return found.length > 0 ? [] : conditionSql(field, condition, `${alias}.${fieldColumn(place)}`, add)
  })
  if (faults.length > 0)
    throw new AppError('invalid_option', 'The filter does not fit the index.', { details: { fields: faults } })
  return { text: parts.map((part) => ` and ${part}`).join(''), values }
}

function conditionFaults({ type }: MetadataField, condition: FieldCondition, pointer: string): FieldError[] {
  const { exists, in: list, ...comparisons } = condition
  if (Object.keys(condition).length === 0) return [{ pointer, detail: 'says no condition' }]
  const given: [string, Scalar][] = [
    ...Object.entries(comparisons),
    ...(list ?? []).map((value, at): [string, Scalar] => [`in/${at}`, value]),
  ]
  const faults = given.flatMap(([name, value]): FieldError[] => {
    const isOrder = name !== 'eq' && !name.startsWith('in/')
    const detail = isOrder && type === 'boolean' ? 'cannot be asked of a boolean' : valueFault(type, value)
    return detail === undefined ? [] : [{ pointer: `${pointer}/${name}`, detail }]
  })
  return exists === false && given.length > 0
    ? [...faults, { pointer: `${pointer}/exists`, detail: 'is false, so that nothing else can hold' }]
    : faults
}

function conditionSql(
  { type }: MetadataField,
  condition: FieldCondition,
  column: string,
  add: (value: unknown) => string,
): string[] {
  const cast = FIELD_COLUMN_TYPES[type]
  const parts: string[] = []
  for (const [name, operator] of Object.entries(COMPARISONS)) {
    const value = condition[name as keyof typeof COMPARISONS]
    if (value !== undefined) parts.push(`${column} ${operator} ${add(columnValue(type, value))}::${cast}`)
  }
  if (condition.in !== undefined) {
    const list = condition.in.map((value) => columnValue(type, value))
    parts.push(`${column} = any(${add(list)}::${cast}[])`)
  }
  if (condition.exists !== undefined) parts.push(`${column} is ${condition.exists ? 'not ' : ''}null`)
  return parts
}
