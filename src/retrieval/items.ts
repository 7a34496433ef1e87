import { AppError } from '../errors.js'
import type { Database, Query } from '../state/database.js'
import type { Generation, IndexDefinition, Item, KeptSource, Metadata, NewItem, StoredIndex } from './definition.js'
import { fieldValues } from './metadata.js'
import { generationOf, type GenerationRow } from './rows.js'
import { fieldColumn, graphTable, graphType, itemsTable, sourcesTable } from './tables.js'
import { parseVector, vectorValue } from './vector.js'
import { indexNotFound } from './vector-index.js'

/** What is in an index. All throw `state_unavailable`, and `index_not_found` when it is gone meanwhile. */
export interface Items {
  /**
   * Writes items over those of the same ids, all or none. The vectors must have been checked, and come from the model of
   * the generation that serves: throws `index_model_mismatch` when another one does by now, `too_large` beyond `maxItems`.
   */
  write(index: StoredIndex, items: readonly NewItem[], maxItems: number): Promise<void>
  /** Throws `item_not_found`. */
  remove(index: StoredIndex, id: string): Promise<void>
  /** By id, in the order of their bytes, those behind `after`. */
  list(index: StoredIndex, page: { readonly after?: string; readonly limit: number }): Promise<Item[]>
  /** Throws `item_not_found`; so does `vector`. */
  get(index: StoredIndex, id: string): Promise<Item>
  vector(index: StoredIndex, id: string): Promise<Float32Array>
}

export function createItems(database: Database): Items {
  const one = async <Row extends object>(index: StoredIndex, columns: string, id: string): Promise<Row> => {
    const [row] = await onTables(() =>
      database.query<Row>(`select ${columns} from ${itemsTable(index.serving.id)} where id = $1`, [id]),
    )
    if (row === undefined) throw itemNotFound()
    return row
  }
  return {
    write: (index, items, maxItems) =>
      database.transaction(async (query) => {
        const { serving, next } = await lockGenerations(query, index)
        if (serving.id !== index.serving.id) throw movedOn()
        const latest = [...new Map(items.map((item) => [item.id, item])).values()]
        const known = await upsert(query, index, serving, latest)
        const count = serving.items + latest.length - known
        if (count > maxItems) throw indexFull(maxItems)
        if (index.storesSources) await keepSources(query, index, latest)
        // The generation that is being built takes them up again, from their new numbers.
        if (next !== undefined) await removeFrom(query, next, idsOf(latest))
      }),
    remove: (index, id) =>
      database.transaction(async (query) => {
        const { serving, next } = await lockGenerations(query, index)
        if ((await removeFrom(query, serving, [id])) === 0) throw itemNotFound()
        if (next !== undefined) await removeFrom(query, next, [id])
        if (index.storesSources) await query(`delete from ${sourcesTable(index.id)} where id = $1`, [id])
      }),
    async list(index, { after = '', limit }) {
      const rows = await onTables(() =>
        database.query<ItemRow>(
          `select ${ITEM_COLUMNS} from ${itemsTable(index.serving.id)} where id > $1 order by id limit $2`,
          [after, limit],
        ),
      )
      return rows.map(itemOf)
    },
    get: async (index, id) => itemOf(await one<ItemRow>(index, ITEM_COLUMNS, id)),
    vector: async (index, id) => parseVector((await one<{ vector: string }>(index, 'vector', id)).vector),
  }
}

export const ITEM_COLUMNS = 'id, kind, source_digest, metadata, created_at'

export interface ItemRow {
  readonly id: string
  readonly kind: Item['kind']
  readonly source_digest: string
  readonly metadata: Metadata
  readonly created_at: Date
}

export function itemOf(row: ItemRow): Item {
  const { id, kind, metadata } = row
  return { id, kind, metadata, sourceDigest: row.source_digest, createdAt: row.created_at }
}

/**
 * The generations of an index, held until the change is done: writers go one after the other, so that numbers of items
 * become visible in their order and everything up to a number can be said to be in the graph.
 */
export async function lockGenerations(
  query: Query,
  index: Pick<StoredIndex, 'id'>,
): Promise<{ serving: Generation; next?: Generation }> {
  const rows = await query<GenerationRow>(
    `select * from radserve.index_generations where index_id = $1 order by id for update`,
    [index.id],
  )
  const serving = rows.find(({ state }) => state === 'serving')
  const next = rows.find(({ state }) => state === 'building')
  if (serving === undefined) throw indexNotFound()
  return { serving: generationOf(serving), ...(next !== undefined && { next: generationOf(next) }) }
}

/** Gives how many of the ids were there before. The caller holds the generation. */
export async function upsert(
  query: Query,
  index: Pick<IndexDefinition, 'fields'>,
  generation: Generation,
  items: readonly NewItem[],
): Promise<number> {
  const table = itemsTable(generation.id)
  const known = await query<{ number: string }>(`select number from ${table} where id = any($1)`, [idsOf(items)])
  const columns = index.fields.map((_, place) => fieldColumn(place))
  const values: unknown[] = []
  const rows = items.map((item) => {
    const given = [item.id, vectorValue(item.vector), item.kind, item.sourceDigest, JSON.stringify(item.metadata)]
    const places = [...given, ...fieldValues(index.fields, item.metadata)].map((value) => `$${values.push(value)}`)
    return `(${places.join(', ')})`
  })
  const written = ['vector', 'kind', 'source_digest', 'metadata', ...columns]
  await query(
    `insert into ${table} (id, ${written.join(', ')}) values ${rows.join(', ')}
     on conflict (id) do update set number = excluded.number, created_at = now(),
       ${written.map((column) => `${column} = excluded.${column}`).join(', ')}`,
    values,
  )
  const left = await leaveGraph(query, generation, known.map(numberOf))
  await query(`update radserve.index_generations set items = items + $2, filled = filled - $3 where id = $1`, [
    generation.id,
    items.length - known.length,
    left,
  ])
  return known.length
}

const numberOf = ({ number }: { readonly number: string }): number => Number(number)

/** Gives how many there were. The caller holds the generation. */
export async function removeFrom(query: Query, generation: Generation, ids: readonly string[]): Promise<number> {
  const gone = await query<{ number: string }>(
    `delete from ${itemsTable(generation.id)} where id = any($1) returning number`,
    [ids],
  )
  if (gone.length === 0) return 0
  const left = await leaveGraph(query, generation, gone.map(numberOf))
  await query(`update radserve.index_generations set items = items - $2, filled = filled - $3 where id = $1`, [
    generation.id,
    gone.length,
    left,
  ])
  return gone.length
}

async function leaveGraph(query: Query, generation: Generation, numbers: readonly number[]): Promise<number> {
  const filled = numbers.filter((number) => number <= generation.filledTo)
  if (filled.length === 0 || graphType(generation.dimensions) === undefined) return 0
  const gone = await query(`delete from ${graphTable(generation.id)} where number = any($1) returning number`, [filled])
  return gone.length
}

async function keepSources(query: Query, index: StoredIndex, items: readonly NewItem[]): Promise<void> {
  const kept = items.map(({ id, source, kind }) => ({ id, kind: source?.kind ?? kind, ...columnsOf(source) }))
  await query(
    `insert into ${sourcesTable(index.id)} (id, kind, text, films)
     select id, kind, text, films from json_populate_recordset(null::${sourcesTable(index.id)}, $1)
     on conflict (id) do update set kind = excluded.kind, text = excluded.text, films = excluded.films`,
    [JSON.stringify(kept)],
  )
}

function columnsOf(source: KeptSource | undefined): { text?: string; films?: readonly string[] } {
  if (source === undefined) return {}
  return source.kind === 'text' ? { text: source.text } : { films: source.films }
}

export function idsOf(items: readonly { readonly id: string }[]): string[] {
  return items.map(({ id }) => id)
}

/** A generation that was replaced a moment ago has lost its tables: whoever read its name before asks again. */
export async function onTables<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if ((error as { code?: string }).code !== UNDEFINED_TABLE) throw error
    throw new AppError('index_not_found', 'The index was changed or removed at this moment; ask again.')
  }
}

/** SQLSTATE. */
const UNDEFINED_TABLE = '42P01'

export function itemNotFound(): AppError {
  return new AppError('item_not_found', 'There is no item of this id in the index.')
}

function movedOn(): AppError {
  return new AppError('index_model_mismatch', 'Another model serves the index by now; send the items again.')
}

function indexFull(maxItems: number): AppError {
  const details = { limit: 'MAX_INDEX_ITEMS' }
  return new AppError('too_large', `An index keeps at most ${maxItems} items.`, { details })
}
