import type { GraphOptions, Generation, GenerationState, MetadataField, Metric, StoredIndex } from './definition.js'

/** A row of `radserve.indexes`. */
export interface IndexRow {
  readonly id: number
  readonly name: string
  readonly metric: Metric
  readonly fields: readonly MetadataField[]
  readonly stores_sources: boolean
  readonly graph: GraphOptions
  readonly owner: string
  readonly spool: string | null
  readonly created_at: Date
}

/** A row of `radserve.index_generations`; `pg` gives a bigint as text. */
export interface GenerationRow {
  readonly id: number
  readonly index_id: number
  readonly state: GenerationState
  readonly dimensions: number
  readonly model_name: string | null
  readonly model_version: string | null
  readonly model_digest: string | null
  readonly items: string
  readonly filled_to: string
  readonly filled: string
  readonly source_cursor: string
  readonly failure: string | null
  readonly created_at: Date
}

export function generationOf(row: GenerationRow): Generation {
  const { model_name: name, model_version: version, model_digest: digest } = row
  return {
    id: row.id,
    indexId: row.index_id,
    state: row.state,
    dimensions: row.dimensions,
    ...(name !== null && version !== null && digest !== null && { model: { name, version, digest } }),
    ...(digest !== null && { digest }),
    items: Number(row.items),
    filledTo: Number(row.filled_to),
    filled: Number(row.filled),
    sourceCursor: Number(row.source_cursor),
    ...(row.failure !== null && { failure: row.failure }),
    createdAt: row.created_at,
  }
}

/** An index of its row and of those of its generations; `undefined` when none serves, which no change leaves behind. */
export function indexOf(row: IndexRow, generations: readonly GenerationRow[]): StoredIndex | undefined {
  const serving = generations.find(({ state }) => state === 'serving')
  const next = generations.find(({ state }) => state === 'building' || state === 'failed')
  if (serving === undefined) return undefined
  return {
    id: row.id,
    owner: row.owner,
    name: row.name,
    metric: row.metric,
    fields: row.fields,
    storesSources: row.stores_sources,
    graph: row.graph,
    ...(row.spool !== null && { spool: row.spool }),
    createdAt: row.created_at,
    serving: generationOf(serving),
    ...(next !== undefined && { next: generationOf(next) }),
  }
}
