import type { TestContext } from 'node:test'
import { silentLog } from '../../src/ports.js'
import type { IndexDefinition, NewItem, StoredIndex, VectorSpace } from '../../src/retrieval/definition.js'
import { createRetrieval, type Retrieval } from '../../src/retrieval/retrieval.js'
import type { State } from '../../src/state/state.js'
import { createClusters } from '../load/clustered.js'
import { testBoth } from '../state/kinds.js'
import { noPgvector } from '../state/postgres.js'

/** The same test with the embedded database and with a real server, both without an index. */
export function testIndexes(
  title: string,
  body: (t: TestContext, retrieval: Retrieval, state: State) => Promise<void>,
): void {
  const emptyOne = async (t: TestContext, state: State): Promise<void> => {
    const retrieval = createRetrieval(state, silentLog)
    await emptied(retrieval)
    await body(t, retrieval, state)
  }
  testBoth(title, emptyOne, noPgvector)
}

async function emptied({ indexes }: Retrieval): Promise<void> {
  for (const { name } of await indexes.list()) await indexes.remove(name)
  await indexes.dropLeftovers()
}

export function makeIndex(
  { indexes }: Retrieval,
  changes: Partial<IndexDefinition> = {},
  space: VectorSpace = { dimensions: 16 },
): Promise<StoredIndex> {
  const definition: IndexDefinition = {
    name: 'films',
    metric: 'cosine',
    fields: [],
    storesSources: false,
    graph: { m: 12, efConstruction: 48, efSearch: 100, fromItems: 10 },
    ...changes,
  }
  return indexes.create(definition, space, { maxIndexes: 8, owner: 'anonymous' })
}

/** Items `film-0` … with vectors that are the same in every run. */
export function makeItems(count: number, options: { dimensions?: number; seed?: number } = {}): NewItem[] {
  const { dimensions = 16, seed = 1 } = options
  const clusters = createClusters({ seed, dimensions, count: 20, spread: 1 })
  return Array.from({ length: count }, (_, at) => newItem(`film-${at}`, clusters.next()))
}

export function newItem(id: string, vector: Float32Array, changes: Partial<NewItem> = {}): NewItem {
  return { id, kind: 'vector', vector, metadata: {}, sourceDigest: 'a'.repeat(64), ...changes }
}

/** Until nothing is left. */
export async function fillAll({ fill }: Retrieval, index: StoredIndex, count = 50): Promise<void> {
  while (((await fill(index.serving.id, count))?.left ?? 0) > 0);
}
