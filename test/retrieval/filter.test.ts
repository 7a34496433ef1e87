import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '../../src/errors.js'
import type { MetadataField } from '../../src/retrieval/definition.js'
import { filterSql, type Filter } from '../../src/retrieval/filter.js'
import { checkMetadata, fieldValues } from '../../src/retrieval/metadata.js'

const FIELDS: readonly MetadataField[] = [
  { name: 'view', type: 'string' },
  { name: 'age', type: 'integer' },
  { name: 'dose', type: 'number' },
  { name: 'acquired', type: 'date' },
  { name: 'portable', type: 'boolean' },
]
const sql = (filter: Filter) => filterSql(FIELDS, filter, { alias: 'i', first: 4 })

/** Places of the faults. */
function faultsOf(act: () => unknown): string[] {
  try {
    act()
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid_option')
      return (error.details.fields ?? []).map(({ pointer }) => pointer)
    throw error
  }
  return []
}

test('a filter becomes conditions over columns, and every word of the caller a value', () => {
  assert.deepEqual(sql({}), { text: '', values: [] })
  assert.deepEqual(sql({ age: { gte: 40, lt: 60 }, view: { in: ["PA'); drop", 'AP'] } }), {
    text: ' and i.f1 >= $4::bigint and i.f1 < $5::bigint and i.f0 = any($6::text[])',
    values: [40, 60, ["PA'); drop", 'AP']],
  })
  assert.deepEqual(sql({ portable: { eq: false }, dose: { exists: true }, acquired: { exists: false } }), {
    text: ' and i.f4 = $4::boolean and i.f2 is not null and i.f3 is null',
    values: [false],
  })
  // A day begins in UTC.
  assert.deepEqual(sql({ acquired: { gt: '2026-01-31' } }).values, ['2026-01-31T00:00:00.000Z'])
})

test('a filter that does not fit says where', () => {
  assert.deepEqual(
    faultsOf(() => sql({ nobody: { eq: 1 }, age: { eq: 'x', in: [1, 2.5] }, view: {}, portable: { gt: true } })),
    ['/filter/nobody', '/filter/age/eq', '/filter/age/in/1', '/filter/view', '/filter/portable/gt'],
  )
  assert.deepEqual(
    faultsOf(() => sql({ view: { exists: false, eq: 'PA' } })),
    ['/filter/view/exists'],
  )
  assert.deepEqual(
    faultsOf(() => sql({ 'a/b~c': { eq: 1 } })),
    ['/filter/a~1b~0c'],
  )
  for (const date of ['yesterday', '2026-02-31', '2026-01-31T10:00', '2026-13-01'])
    assert.deepEqual(
      faultsOf(() => sql({ acquired: { eq: date } })),
      ['/filter/acquired/eq'],
      date,
    )
  assert.deepEqual(
    faultsOf(() => sql({ __proto__: { eq: 1 } })),
    [],
  )
  assert.deepEqual(
    faultsOf(() => sql({ constructor: { eq: 1 } })),
    ['/filter/constructor'],
  )
})

test('metadata is checked against the fields, and lies in their order', () => {
  const metadata = { portable: true, view: 'PA', acquired: '2026-01-31T10:00:00+02:00' }
  checkMetadata(FIELDS, metadata)
  assert.deepEqual(fieldValues(FIELDS, metadata), ['PA', null, null, '2026-01-31T08:00:00.000Z', true])
  assert.deepEqual(
    faultsOf(() => checkMetadata(FIELDS, { view: 'x'.repeat(257), age: 1.5, dose: 'much', other: 1, portable: 1 })),
    ['/metadata/view', '/metadata/age', '/metadata/dose', '/metadata/other', '/metadata/portable'],
  )
  assert.deepEqual(
    faultsOf(() => checkMetadata([], { view: 'PA' })),
    ['/metadata/view'],
  )
  assert.deepEqual(
    faultsOf(() => checkMetadata(FIELDS, { view: 'a\0b' })),
    ['/metadata/view'],
  )
})
