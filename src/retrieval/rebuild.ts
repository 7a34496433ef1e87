import type { Database } from '../state/database.js'
import type { Generation, ItemKind, KeptSource, Metadata, NewItem, StoredIndex } from './definition.js'
import { idsOf, lockGenerations, upsert } from './items.js'
import { itemsTable, sourcesTable } from './tables.js'
import { retire } from './vector-index.js'

/** An item of the serving generation with what it was made of. */
export interface OldItem {
  readonly number: number
  readonly id: string
  readonly kind: ItemKind
  readonly sourceDigest: string
  readonly metadata: Metadata
  /** None where it was not kept. */
  readonly source?: KeptSource
}

/** The steps by which a new generation takes the place of the one that serves. */
export interface Rebuild {
  /** Whether every item of the index has its source. */
  hasAllSources(index: StoredIndex): Promise<boolean>
  /**
   * Takes or keeps the right to build a generation for `leaseMs`; gives where it stands, `undefined` when another process
   * has the right or the generation is no longer to be built.
   */
  claim(generation: number, worker: string, leaseMs: number): Promise<{ sourceCursor: number } | undefined>
  /** Nobody can be at it: the database has no other user. */
  clearLeases(): Promise<void>
  /** Items of the serving generation that come next. */
  window(index: StoredIndex, after: number, count: number): Promise<OldItem[]>
  /** Writes the window into the new generation, without what was written over or deleted meanwhile; moves the cursor. */
  write(index: StoredIndex, window: readonly OldItem[], items: readonly NewItem[]): Promise<void>
  /** The new generation serves from now on; false when the serving one has something that it has not, from `cursor` 0. */
  swap(index: StoredIndex): Promise<boolean>
  /** It cannot be built. The serving one goes on. */
  fail(generation: number, reason: string): Promise<void>
}

export function createRebuild(database: Database): Rebuild {
  return {
    async hasAllSources(index) {
      if (!index.storesSources) return index.serving.items === 0
      const [row] = await database.query<{ found: boolean }>(
        `select exists (
           select from ${itemsTable(index.serving.id)} i left join ${sourcesTable(index.id)} s using (id)
           where s.text is null and s.films is null
         ) as found`,
      )
      return row?.found !== true
    },
    async claim(generation, worker, leaseMs) {
      const [row] = await database.query<{ source_cursor: string }>(CLAIM, [generation, worker, leaseMs])
      return row && { sourceCursor: Number(row.source_cursor) }
    },
    async clearLeases() {
      await database.query('update radserve.index_generations set worker = null, lease_until = null')
    },
    window: (index, after, count) => readWindow(database, index, after, count),
    write: (index, window, items) => writeWindow(database, index, window, items),
    swap: (index) => swap(database, index),
    async fail(generation, reason) {
      await database.query(
        `update radserve.index_generations set state = 'failed', failure = $2 where id = $1 and state = 'building'`,
        [generation, reason],
      )
    },
  }
}

const CLAIM = `update radserve.index_generations
  set worker = $2, lease_until = now() + $3 * interval '1 millisecond'
  where id = $1 and state = 'building' and (worker = $2 or lease_until is null or lease_until < now())
  returning source_cursor`

const NO_SOURCES = '(select null::text as id, null::text as text, null::text[] as films where false)'

async function readWindow(database: Database, index: StoredIndex, after: number, count: number): Promise<OldItem[]> {
  const rows = await database.query<{
    number: string
    id: string
    kind: ItemKind
    source_digest: string
    metadata: Metadata
    text: string | null
    films: string[] | null
  }>(
    `select i.number, i.id, i.kind, i.source_digest, i.metadata, s.text, s.films
     from ${itemsTable(index.serving.id)} i left join ${index.storesSources ? sourcesTable(index.id) : NO_SOURCES} s using (id)
     where i.number > $1 order by i.number limit $2`,
    [after, count],
  )
  return rows.map(({ number, id, kind, source_digest: digest, metadata, text, films }) => ({
    ...{ number: Number(number), id, kind, sourceDigest: digest, metadata },
    ...(text !== null && { source: { kind: 'text' as const, text } }),
    ...(films !== null && { source: { kind: kind === 'study' ? ('study' as const) : ('image' as const), films } }),
  }))
}

async function writeWindow(
  database: Database,
  index: StoredIndex,
  window: readonly OldItem[],
  items: readonly NewItem[],
): Promise<void> {
  await database.transaction(async (query) => {
    const { serving, next } = await lockGenerations(query, index)
    if (next === undefined) return
    const still = await query<{ number: string }>(
      `select number from ${itemsTable(serving.id)} where number = any($1)`,
      [window.map(({ number }) => number)],
    )
    const numbers = new Set(still.map(({ number }) => Number(number)))
    const ids = new Set(idsOf(window.filter(({ number }) => numbers.has(number))))
    const current = items.filter(({ id }) => ids.has(id))
    if (current.length > 0) await upsert(query, index, next, current)
    await query('update radserve.index_generations set source_cursor = $2 where id = $1', [
      next.id,
      Math.max(...window.map(({ number }) => number)),
    ])
  })
}

function swap(database: Database, index: StoredIndex): Promise<boolean> {
  return database.transaction(async (query) => {
    const { serving, next } = await lockGenerations(query, index)
    if (next === undefined) return false
    // Nobody writes while the generations are held, so what is behind the cursor is all that can be missing.
    if (await hasMore(query, serving, next)) return false
    await retire(query, 'id = $1', [serving.id])
    await query(
      `update radserve.index_generations set state = 'serving', worker = null, lease_until = null where id = $1`,
      [next.id],
    )
    return true
  })
}

async function hasMore(query: Database['query'], serving: Generation, { sourceCursor }: Generation): Promise<boolean> {
  const [row] = await query<{ found: boolean }>(
    `select exists (select from ${itemsTable(serving.id)} where number > $1) as found`,
    [sourceCursor],
  )
  return row?.found === true
}
