/** `cosine` and `inner`: greater is nearer; `l2`: the distance. */
export const METRICS = ['cosine', 'inner', 'l2'] as const
export type Metric = (typeof METRICS)[number]

export const FIELD_TYPES = ['string', 'number', 'integer', 'boolean', 'date'] as const
export type FieldType = (typeof FIELD_TYPES)[number]

/** One field of the items' metadata; its place in the list is the place of its column. */
export interface MetadataField {
  readonly name: string
  readonly type: FieldType
}

/** HNSW (arXiv:1603.09320), as pgvector names its numbers. */
export interface GraphOptions {
  /** Neighbours of a node on each layer. */
  readonly m: number
  /** Candidates that are looked at when a node is added. */
  readonly efConstruction: number
  /** Candidates that a search looks at, at least. */
  readonly efSearch: number
  /** Items from which on there is a graph; fewer are searched one by one. */
  readonly fromItems: number
}

/**
 * With these numbers recall@10 over 100,000 clustered vectors of 256 dimensions is above 0.95: `docs/retrieval.md` has the
 * figures, `test/load/retrieval.ts` measures them again.
 */
export const DEFAULT_GRAPH: GraphOptions = { m: 12, efConstruction: 48, efSearch: 160, fromItems: 5_000 }

/** pgvector's `vector` has at most so many dimensions, in a column. */
export const MAX_DIMENSIONS = 16_000
/** An HNSW index takes `vector` up to this width, `halfvec` up to the next; wider ones are searched one by one. */
export const MAX_GRAPH_DIMENSIONS = 2_000
export const MAX_HALF_GRAPH_DIMENSIONS = 4_000

/** Which bytes made the vectors: as `flows` says it of every answer. */
export interface VectorModel {
  readonly name: string
  readonly version: string
  readonly digest: string
}

/** What an index is, apart from the model that made its vectors. */
export interface IndexDefinition {
  readonly name: string
  readonly metric: Metric
  readonly fields: readonly MetadataField[]
  /** Films and texts are kept, so that the index can move to another model. */
  readonly storesSources: boolean
  readonly graph: GraphOptions
}

/** What the vectors of one generation are. Without a model they come from elsewhere, of `digest` where that was said. */
export interface VectorSpace {
  readonly dimensions: number
  readonly model?: VectorModel
  readonly digest?: string
}

export type GenerationState = 'building' | 'serving' | 'failed' | 'retired'

/** One filling of an index with the vectors of one model, in tables of its own. */
export interface Generation extends VectorSpace {
  readonly id: number
  readonly indexId: number
  readonly state: GenerationState
  readonly items: number
  /** Items whose number is at most this one are in the graph. */
  readonly filledTo: number
  /** How many these are. */
  readonly filled: number
  /** While it is built: items of the serving generation that are done. */
  readonly sourceCursor: number
  /** Why it could not be built. */
  readonly failure?: string
  readonly createdAt: Date
}

export interface StoredIndex extends IndexDefinition {
  readonly id: number
  /** Who made it. */
  readonly owner: string
  /** The data folder that keeps the films, where any are kept. */
  readonly spool?: string
  readonly createdAt: Date
  readonly serving: Generation
  /** The generation that takes over when it is built, or that could not be built. */
  readonly next?: Generation
}

/** What of an item its vector was made of. */
export const ITEM_KINDS = ['image', 'study', 'text', 'vector'] as const
export type ItemKind = (typeof ITEM_KINDS)[number]

/** Checked against the index's fields. Dates are ISO 8601 texts. */
export type Metadata = Readonly<Record<string, string | number | boolean>>

/** An item as it is written: everything about it is known. */
export interface NewItem {
  readonly id: string
  readonly kind: ItemKind
  /** float32[dimensions] */
  readonly vector: Float32Array
  readonly metadata: Metadata
  /** sha256 of what it was made of; `sourceDigest` says how. */
  readonly sourceDigest: string
  readonly source?: KeptSource
}

/** What an item was made of, so far as it is kept: a text, or films by their digests among the blobs. */
export type KeptSource =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'image' | 'study'; readonly films: readonly string[] }

export interface Item {
  readonly id: string
  readonly kind: ItemKind
  readonly metadata: Metadata
  readonly sourceDigest: string
  readonly createdAt: Date
}
