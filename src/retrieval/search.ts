import { AppError } from '../errors.js'
import type { Database, Query } from '../state/database.js'
import type { Item, Metric, StoredIndex } from './definition.js'
import { filterSql, type Filter, type FilterSql } from './filter.js'
import { ITEM_COLUMNS, itemOf, onTables, type ItemRow } from './items.js'
import { graphTable, graphType, itemsTable, OPERATORS, type GraphType } from './tables.js'
import { vectorValue } from './vector.js'

export const SEARCH_MODES = ['auto', 'exact', 'approximate'] as const
export type SearchMode = (typeof SEARCH_MODES)[number]

export interface VectorQuery {
  /** float32[dimensions], checked. */
  readonly vector: Float32Array
  /** Hits at most. */
  readonly k: number
  readonly filter: Filter
  /** Hits below it are left out. */
  readonly minScore?: number
  readonly mode: SearchMode
  /** An item that is not to be among the hits: the one that was asked with. */
  readonly exceptId?: string
}

export interface Hit extends Item {
  /** Greater is nearer: cosine, inner product, or the distance with a minus. */
  readonly score: number
}

export interface Hits {
  /** The nearest first; equal ones by id. */
  readonly hits: readonly Hit[]
  /** How it was searched. */
  readonly mode: 'exact' | 'approximate'
}

/** A filter that lets so few through is searched one by one, which is quicker and always right. */
const FEW = 2_000
/** pgvector's own bound. */
const MAX_EF_SEARCH = 1_000
/** Nodes of the graph that a search with a filter looks at, at most; few enough matches are searched one by one instead. */
const MAX_SCAN_TUPLES = 40_000

/**
 * The nearest items. `auto` takes the graph where there is one and it helps. What is not in the graph yet is searched one
 * by one beside it, so an item is found from the moment that it was acknowledged. Throws `invalid_option` for a filter
 * that does not fit, `index_not_found` when the index is gone.
 */
export async function searchIndex(database: Database, index: StoredIndex, asked: VectorQuery): Promise<Hits> {
  // Throws for what does not fit before anything is asked.
  filterSql(index.fields, asked.filter, { alias: 'i', first: 1 })
  return onTables(async () => {
    const isExact = asked.mode === 'exact' || !(await isWorthGraph(database.query, index, asked))
    const rows = isExact ? await scan(database.query, index, asked) : await walk(database, index, asked)
    const scored = rows.map((row): Hit => ({ ...itemOf(row), score: scoreOf(index.metric, row.distance) }))
    const { minScore = -Infinity } = asked
    return { hits: scored.filter(({ score }) => score >= minScore), mode: isExact ? 'exact' : 'approximate' }
  })
}

interface HitRow extends ItemRow {
  readonly distance: number
}

function scoreOf(metric: Metric, distance: number): number {
  return metric === 'cosine' ? 1 - distance : -distance
}

async function isWorthGraph(query: Query, { serving, fields }: StoredIndex, asked: VectorQuery): Promise<boolean> {
  if (serving.filled === 0 || graphType(serving.dimensions) === undefined) return false
  if (asked.mode === 'approximate') return true
  // More than half has to be read anyway.
  if (serving.filled * 2 < serving.items) return false
  if (Object.keys(asked.filter).length === 0) return true
  const filter = filterSql(fields, asked.filter, { alias: 'i', first: 1 })
  const [row] = await query<{ n: number }>(
    `select count(*)::integer as n from
       (select 1 from ${itemsTable(serving.id)} i where true${filter.text} limit ${FEW + 1}) few`,
    filter.values,
  )
  return row!.n > FEW
}

interface Statement {
  readonly vector: string
  readonly operator: string
  readonly limit: string
  readonly except: string
  readonly filter: FilterSql
  readonly values: readonly unknown[]
}

function statementOf({ fields, metric }: StoredIndex, { vector, k, exceptId, filter }: VectorQuery): Statement {
  const own = [vectorValue(vector), k, exceptId ?? null]
  const rest = filterSql(fields, filter, { alias: 'i', first: own.length + 1 })
  return {
    ...{ vector: '$1::vector', operator: OPERATORS[metric], limit: '$2::integer' },
    except: 'i.id is distinct from $3::text',
    filter: rest,
    values: [...own, ...rest.values],
  }
}

/** One by one. */
function scan(query: Query, index: StoredIndex, asked: VectorQuery): Promise<HitRow[]> {
  const { vector, operator, limit, except, filter, values } = statementOf(index, asked)
  return query<HitRow>(
    `select ${ITEM_COLUMNS}, vector ${operator} ${vector} as distance from ${itemsTable(index.serving.id)} i
     where ${except}${filter.text} order by distance, id limit ${limit}`,
    values,
  )
}

/** Through the graph, and one by one over what is not in it yet. */
function walk(database: Database, index: StoredIndex, asked: VectorQuery): Promise<HitRow[]> {
  const { serving, graph } = index
  const type = graphType(serving.dimensions)
  if (type === undefined) throw new AppError('internal', 'There is no graph of this width. This is a bug.')
  const { vector, operator, limit, except, filter, values } = statementOf(index, asked)
  const items = itemsTable(serving.id)
  const selected = `${ITEM_COLUMNS}, i.vector ${operator} ${vector} as distance`
  const wanted = candidates(asked.k, type)
  // The join is lateral, so that the graph is walked node by node until enough have passed the filter.
  const passed =
    filter.text === ''
      ? ''
      : `cross join lateral (select 1 from ${items} i where i.number = g.number${filter.text} offset 0) passed`
  // It can only have grown since it was read, so that some are in both.
  const rest =
    serving.filled === serving.items
      ? ''
      : `union all
      (select ${selected} from ${items} i
       where number > ${serving.filledTo} and number not in (select number from near) and ${except}${filter.text}
       order by distance, id limit ${limit})`
  const text = `with near as materialized (
      select g.number from ${graphTable(serving.id)} g ${passed}
      order by g.vector ${operator} ${vector}${type === 'halfvec' ? `::halfvec(${serving.dimensions})` : ''}
      limit ${wanted}
    )
    select * from (
      (select ${selected} from ${items} i where number in (select number from near) and ${except})
      ${rest}
    ) found order by distance, id limit ${limit}`
  return database.transaction(async (query) => {
    await query(
      // The planner knows too little of new tables to see that few items are behind a number.
      `select set_config('hnsw.ef_search', $1, true), set_config('hnsw.iterative_scan', 'relaxed_order', true),
         set_config('hnsw.max_scan_tuples', $2, true), set_config('enable_seqscan', 'off', true)`,
      [String(Math.min(MAX_EF_SEARCH, Math.max(graph.efSearch, wanted))), String(MAX_SCAN_TUPLES)],
    )
    return query<HitRow>(text, values)
  })
}

/** One more for the item that was asked with; rounded numbers need some more, from which the full ones choose. */
function candidates(k: number, type: GraphType): number {
  return type === 'vector' ? k + 1 : 2 * k + 10
}
