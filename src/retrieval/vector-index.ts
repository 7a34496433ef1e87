import { AppError } from '../errors.js'
import type { Database, Query } from '../state/database.js'
import type { IndexDefinition, StoredIndex, VectorSpace } from './definition.js'
import { indexOf, type GenerationRow, type IndexRow } from './rows.js'
import { generationSql, graphTable, graphType, itemsTable, sourcesSql, sourcesTable } from './tables.js'

/** Which indexes there are, and of which generations they consist. Every method throws `state_unavailable`. */
export interface VectorIndexes {
  find(name: string): Promise<StoredIndex | undefined>
  /** Throws `index_not_found`. */
  get(name: string): Promise<StoredIndex>
  /** By name. */
  list(): Promise<StoredIndex[]>
  /** Throws `too_large` when there are `maxIndexes`, `index_conflict` when somebody else made one of this name meanwhile. */
  create(definition: IndexDefinition, space: VectorSpace, options: CreateOptions): Promise<StoredIndex>
  /** Adds the generation that will take over; one that failed or is still being built for another model makes way. */
  beginGeneration(index: StoredIndex, space: VectorSpace): Promise<StoredIndex>
  /** The generation that serves goes on; the one that would have taken over is given up. */
  cancelGeneration(index: StoredIndex): Promise<StoredIndex>
  /** Its tables are dropped at the next `dropLeftovers`. Throws `index_not_found`. */
  remove(name: string): Promise<void>
  /** Drops tables that no index has any more; gives how many. */
  dropLeftovers(): Promise<number>
}

export interface CreateOptions {
  readonly maxIndexes: number
  readonly owner: string
  /** The data folder, where the index keeps its sources. */
  readonly spool?: string
}

export function createVectorIndexes(database: Database): VectorIndexes {
  const find = async (name: string): Promise<StoredIndex | undefined> => {
    const [index] = await load(database.query, 'where name = $1', [name])
    return index
  }
  const get = async (name: string): Promise<StoredIndex> => {
    const index = await find(name)
    if (index === undefined) throw indexNotFound()
    return index
  }
  return {
    find,
    get,
    list: () => load(database.query, '', []),
    async create(definition, space, options) {
      await database.transaction(async (query) => {
        await query('lock table radserve.indexes in share row exclusive mode')
        const [count] = await query<{ n: number }>('select count(*)::integer as n from radserve.indexes')
        if (count!.n >= options.maxIndexes) throw tooManyIndexes(options.maxIndexes)
        const row = await insertIndex(query, definition, options)
        if (row === undefined) throw new AppError('index_conflict', 'An index of this name was made meanwhile.')
        if (definition.storesSources) for (const statement of sourcesSql(row.id)) await query(statement)
        await addGeneration(query, { ...definition, id: row.id }, space, 'serving')
      })
      return get(definition.name)
    },
    async beginGeneration(index, space) {
      await database.transaction(async (query) => {
        await query('select 1 from radserve.indexes where id = $1 for update', [index.id])
        await retire(query, `index_id = $1 and state in ('building', 'failed')`, [index.id])
        await addGeneration(query, index, space, 'building')
      })
      return get(index.name)
    },
    async cancelGeneration(index) {
      await database.transaction((query) =>
        retire(query, `index_id = $1 and state in ('building', 'failed')`, [index.id]),
      )
      return get(index.name)
    },
    async remove(name) {
      await database.transaction(async (query) => {
        const [row] = await query<IndexRow>('select * from radserve.indexes where name = $1 for update', [name])
        if (row === undefined) throw indexNotFound()
        await retire(query, 'index_id = $1', [row.id])
        if (row.stores_sources) await leave(query, [sourcesTable(row.id)])
        await query('delete from radserve.indexes where id = $1', [row.id])
      })
    },
    dropLeftovers: () => dropLeftovers(database),
  }
}

async function load(query: Query, where: string, values: readonly unknown[]): Promise<StoredIndex[]> {
  const rows = await query<IndexRow & { generations: GenerationRow[] }>(
    `select i.*, (
       select json_agg(g) from radserve.index_generations g where g.index_id = i.id
     ) as generations from radserve.indexes i ${where} order by name`,
    values,
  )
  return rows.flatMap((row) => {
    // JSON knows no dates.
    const generations = row.generations.map((each) => ({ ...each, created_at: new Date(each.created_at) }))
    return indexOf(row, generations) ?? []
  })
}

async function insertIndex(
  query: Query,
  { name, metric, fields, storesSources, graph }: IndexDefinition,
  { owner, spool }: Pick<CreateOptions, 'owner' | 'spool'>,
): Promise<IndexRow | undefined> {
  const [row] = await query<IndexRow>(
    `insert into radserve.indexes (name, metric, fields, stores_sources, graph, spool, owner)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict (name) do nothing returning *`,
    [name, metric, JSON.stringify(fields), storesSources, JSON.stringify(graph), spool ?? null, owner],
  )
  return row
}

async function addGeneration(
  query: Query,
  index: Pick<StoredIndex, 'id' | 'metric' | 'fields' | 'graph'>,
  { dimensions, model, digest }: VectorSpace,
  state: 'serving' | 'building',
): Promise<void> {
  const [row] = await query<{ id: number }>(
    `insert into radserve.index_generations (index_id, state, dimensions, model_name, model_version, model_digest)
     values ($1, $2, $3, $4, $5, $6) returning id`,
    [index.id, state, dimensions, model?.name ?? null, model?.version ?? null, model?.digest ?? digest ?? null],
  )
  for (const statement of generationSql(index, { id: row!.id, dimensions })) await query(statement)
}

/** Takes generations away; `where` is ours, never a caller's. */
export async function retire(query: Query, where: string, values: readonly unknown[]): Promise<void> {
  const rows = await query<{ id: number; dimensions: number }>(
    `delete from radserve.index_generations where ${where} returning id, dimensions`,
    values,
  )
  const tables = rows.flatMap(({ id, dimensions }) => [
    itemsTable(id),
    ...(graphType(dimensions) === undefined ? [] : [graphTable(id)]),
  ])
  await leave(query, tables)
}

/** Not dropped in the same change: that would wait for every search that reads them, and make others wait. */
async function leave(query: Query, tables: readonly string[]): Promise<void> {
  await query('insert into radserve.index_leftovers select unnest($1::text[]) on conflict do nothing', [tables])
}

async function dropLeftovers(database: Database): Promise<number> {
  const rows = await database.query<{ table_name: string }>('select table_name from radserve.index_leftovers')
  for (const { table_name: table } of rows) {
    await database.transaction(async (query) => {
      await query(`drop table if exists ${table}`)
      await query('delete from radserve.index_leftovers where table_name = $1', [table])
    })
  }
  return rows.length
}

export function indexNotFound(): AppError {
  return new AppError('index_not_found', 'There is no index of this name.')
}

function tooManyIndexes(maxIndexes: number): AppError {
  const details = { limit: 'MAX_INDEXES' }
  return new AppError('too_large', `The service keeps at most ${maxIndexes} indexes.`, { details })
}
