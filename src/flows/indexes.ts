import { AppError } from '../errors.js'
import type { Clock, Demand, Log, Meter } from '../ports.js'
import type { Item, StoredIndex } from '../retrieval/definition.js'
import type { Retrieval } from '../retrieval/retrieval.js'
import { putIndex, type IndexAsked, type PutOutcome } from './index-definitions.js'
import { addItems, type AddedItem, type AddItemsOptions, type ItemEntries } from './index-items.js'
import { startIndexUpkeep, type IndexUpkeep } from './index-upkeep.js'
import type { Predict } from './predict.js'
import { search, type SearchAnswer, type SearchRequest } from './search.js'

export type { IndexAsked, PutOutcome } from './index-definitions.js'
export type { AddedItem, GivenItem, ItemEntry } from './index-items.js'
export type { GivenSource } from './index-embedding.js'
export type { SearchAnswer, SearchRequest } from './search.js'
export type { Filter } from '../retrieval/filter.js'
export type { Hit } from '../retrieval/search.js'
export type { Generation, Item, Metadata, StoredIndex } from '../retrieval/definition.js'
export { DEFAULT_GRAPH, FIELD_TYPES, ITEM_KINDS, MAX_DIMENSIONS, METRICS } from '../retrieval/definition.js'
export { SEARCH_MODES } from '../retrieval/search.js'

export interface ItemPage {
  readonly limit: number
  /** The last id of the page before. */
  readonly after?: string
}

/**
 * Collections of vectors that are searched. Every method throws `state_unavailable` while the database is gone and
 * `index_unsupported` where it has no pgvector; those that name an index, `index_not_found`.
 */
export interface Indexes {
  /** See `putIndex`. */
  put(name: string, asked: IndexAsked, demand: Demand): Promise<{ index: StoredIndex; outcome: PutOutcome }>
  get(name: string): Promise<StoredIndex>
  /** By name. */
  list(): Promise<StoredIndex[]>
  remove(name: string): Promise<void>
  /** See `addItems`. Rejects with `index_elsewhere` where another data folder has what the items were made of. */
  add(index: StoredIndex, entries: ItemEntries, options: AddOptions): AsyncGenerator<readonly AddedItem[]>
  /** By id. */
  items(name: string, page: ItemPage): Promise<Item[]>
  /** Throws `item_not_found`. */
  item(name: string, id: string): Promise<Item>
  /** Throws `item_not_found`. */
  removeItem(name: string, id: string): Promise<void>
  /** See `search`. */
  search(name: string, request: SearchRequest): Promise<SearchAnswer>
  /** From now on graphs are filled and indexes move to other models, in the background. */
  start(): void
  close(): Promise<void>
}

export type AddOptions = Omit<AddItemsOptions, 'index' | 'maxItems'>

export interface IndexesOptions {
  readonly retrieval: Retrieval
  readonly predict: Pick<Predict, 'embeddings'>
  readonly maxIndexes: number
  readonly maxItems: number
  /** Longest time that one item may take while it is embedded anew. */
  readonly timeoutMs: number
  /** Time after which another process goes on with the move of an index. */
  readonly leaseMs: number
  readonly clock: Clock
  readonly log: Log
  readonly meter: Meter
}

export function createIndexes(options: IndexesOptions): Indexes {
  const { retrieval, maxItems, meter } = options
  const { indexes, items } = retrieval
  let upkeep: IndexUpkeep | undefined
  let hasStarted = false
  let isClosing = false
  let writers = 0
  /** A service that was never asked for an index has nothing to keep up. */
  const wake = (): void => {
    if (!hasStarted || isClosing) return
    upkeep ??= startIndexUpkeep({ ...options, isBusy: () => writers > 0 })
    upkeep.nudge()
  }
  return {
    async put(name, asked, demand) {
      const made = await putIndex(options, name, asked, demand)
      wake()
      return made
    },
    get: (name) => indexes.get(name),
    list: () => indexes.list(),
    async remove(name) {
      await indexes.remove(name)
      wake()
    },
    async *add(index, entries, given) {
      await refuseElsewhere(retrieval, index)
      writers++
      try {
        yield* addItems(options, entries, { ...given, index, maxItems })
      } finally {
        writers--
        wake()
      }
    },
    items: async (name, page) => items.list(await indexes.get(name), page),
    item: async (name, id) => items.get(await indexes.get(name), id),
    async removeItem(name, id) {
      await items.remove(await indexes.get(name), id)
      meter.count('radserve_index_items_total', { outcome: 'removed' })
    },
    search: (name, request) => search(options, name, request),
    start() {
      hasStarted = true
      void retrieval.hasIndexes().then(
        (found) => {
          if (found) wake()
        },
        (error: unknown) => options.log.warn({ err: error }, 'indexes cannot be looked at yet'),
      )
    },
    async close() {
      isClosing = true
      await upkeep?.close()
    },
  }
}

async function refuseElsewhere(retrieval: Retrieval, { spool }: StoredIndex): Promise<void> {
  if (spool === undefined || spool === (await retrieval.spool())) return
  throw new AppError('index_elsewhere', 'The index keeps its films in another data folder than that of this process.')
}
