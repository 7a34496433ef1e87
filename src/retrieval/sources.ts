import type { Blobs } from '../state/blobs.js'
import type { Database } from '../state/database.js'
import type { KeptSource } from './definition.js'
import type { ItemSource } from './source.js'
import { sourcesTable } from './tables.js'

/** Younger files may belong to an item that is being written. */
const SWEEP_AGE_MS = 600_000
const SWEEP_BATCH = 500

/** What items were made of, where an index keeps it: films as blobs, texts beside the items. */
export interface Sources {
  /** On the disk when it resolves. Throws `storage_full`. */
  keep(source: ItemSource): Promise<KeptSource | undefined>
  /** `undefined` when a film is no longer there. */
  read(source: KeptSource): Promise<ItemSource | undefined>
  /** Removes films that no index needs any more. */
  sweep(): Promise<void>
}

export function createSources(database: Database, blobs: Blobs): Sources {
  return {
    async keep(source) {
      if (source.kind === 'vector') return undefined
      if (source.kind === 'text') return { kind: 'text', text: source.text }
      const kept = await Promise.all(source.films.map((film) => blobs.put(film)))
      return { kind: source.kind, films: kept.map(({ digest }) => digest) }
    },
    async read(source) {
      if (source.kind === 'text') return source
      const films = await Promise.all(source.films.map((digest) => blobs.get(digest)))
      const [first] = films
      if (first === undefined || films.some((film) => film === undefined)) return undefined
      if (source.kind === 'image') return { kind: 'image', films: [first] }
      return { kind: 'study', films: films.filter((film) => film !== undefined) }
    },
    async sweep() {
      let batch: string[] = []
      const flush = async (): Promise<void> => {
        for (const digest of await unused(database, batch)) await blobs.removeOlder(digest, SWEEP_AGE_MS)
        batch = []
      }
      for await (const digest of blobs.olderThan(SWEEP_AGE_MS)) {
        batch.push(digest)
        if (batch.length === SWEEP_BATCH) await flush()
      }
      if (batch.length > 0) await flush()
    },
  }
}

/** Of these digests those that no index names. */
async function unused(database: Database, digests: readonly string[]): Promise<string[]> {
  let left = [...digests]
  const indexes = await database.query<{ id: number }>('select id from radserve.indexes where stores_sources')
  for (const { id } of indexes) {
    const used = await database.query<{ digest: string }>(
      `select distinct digest from ${sourcesTable(id)}, unnest(films) as digest where films && $1::text[]`,
      [left],
    )
    const found = new Set(used.map(({ digest }) => digest))
    left = left.filter((digest) => !found.has(digest))
  }
  return left
}
