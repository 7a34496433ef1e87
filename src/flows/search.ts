import type { Clock, Demand, Meter } from '../ports.js'
import type { VectorModel } from '../retrieval/definition.js'
import type { Filter } from '../retrieval/filter.js'
import type { Retrieval } from '../retrieval/retrieval.js'
import type { Hit, SearchMode } from '../retrieval/search.js'
import type { Timings } from './answer.js'
import { startTimings } from './answer.js'
import { vectorFor, type GivenSource } from './index-embedding.js'
import type { Predict } from './predict.js'

export interface SearchRequest {
  /** What similar items are looked for, or the id of an item that has them. */
  readonly like: GivenSource | { readonly kind: 'item'; readonly id: string }
  readonly k: number
  readonly filter: Filter
  /** Cosine or inner product at least, or minus the distance. */
  readonly minScore?: number
  readonly mode: SearchMode
  readonly demand: Demand
}

export interface SearchAnswer {
  readonly hits: readonly Hit[]
  readonly mode: 'exact' | 'approximate'
  /** What made the vectors, where that is known. */
  readonly model?: VectorModel
  readonly digest?: string
  readonly timings: Readonly<Timings>
  /** In the database. */
  readonly searchMs: number
}

export interface SearchDeps {
  readonly retrieval: Retrieval
  readonly predict: Pick<Predict, 'embeddings'>
  readonly clock: Clock
  readonly meter: Meter
}

/** Throws `index_not_found`, `item_not_found`, `invalid_option`, and what `vectorFor` throws. */
export async function search(deps: SearchDeps, name: string, request: SearchRequest): Promise<SearchAnswer> {
  const { retrieval, predict, clock, meter } = deps
  const index = await retrieval.indexes.get(name)
  const { like, k, filter, minScore, mode, demand } = request
  const { vector, timings } =
    like.kind === 'item'
      ? { vector: await retrieval.items.vector(index, like.id), timings: startTimings() }
      : await vectorFor(predict, index, like, demand)
  const beganMs = clock.nowMs()
  const found = await retrieval.search(index, {
    ...{ vector, k, filter, mode },
    ...(minScore !== undefined && { minScore }),
    ...(like.kind === 'item' && { exceptId: like.id }),
  })
  const searchMs = clock.nowMs() - beganMs
  meter.observe('radserve_search_ms', searchMs, { mode: found.mode })
  const { model, digest } = index.serving
  return {
    ...{ hits: found.hits, mode: found.mode, timings, searchMs },
    ...(model !== undefined && { model }),
    ...(digest !== undefined && { digest }),
  }
}
