import type { Log } from '../ports.js'
import type { State } from '../state/state.js'
import type { StoredIndex } from './definition.js'
import { fillStep, type Filled } from './fill.js'
import { createItems, type Items } from './items.js'
import { hasIndexSchema, withIndexSchema } from './opening.js'
import { createRebuild, type Rebuild } from './rebuild.js'
import { searchIndex, type Hits, type VectorQuery } from './search.js'
import { createSources, type Sources } from './sources.js'
import { createVectorIndexes, type VectorIndexes } from './vector-index.js'

/**
 * Vectors in the state's database, and how they are found. Everything throws `state_unavailable` while the database is gone
 * and `index_unsupported` where it has no pgvector.
 */
export interface Retrieval {
  readonly indexes: VectorIndexes
  readonly items: Items
  readonly rebuild: Rebuild
  readonly sources: Sources
  search(index: StoredIndex, asked: VectorQuery): Promise<Hits>
  /** See `fillStep`. */
  fill(generation: number, count: number): Promise<Filled | undefined>
  /** Opens the database, when it was used before; false where nobody has made an index in it. */
  hasIndexes(): Promise<boolean>
  /** The data folder of this process. */
  readonly spool: () => Promise<string>
  /** No other process can have the database open. */
  readonly isExclusive: boolean
}

export function createRetrieval(state: State, log: Log): Retrieval {
  const database = withIndexSchema(state.database, log)
  return {
    indexes: createVectorIndexes(database),
    items: createItems(database),
    rebuild: createRebuild(database),
    sources: createSources(database, state.sources),
    search: (index, asked) => searchIndex(database, index, asked),
    fill: (generation, count) => fillStep(database, { generation, count }),
    async hasIndexes() {
      if (!state.isInUse) return false
      await state.open()
      return state.isOpen && (await hasIndexSchema(state.database))
    },
    spool: state.spool,
    isExclusive: state.isExclusive,
  }
}
