import type { AppError } from '../errors.js'
import type { AddedItem, Generation, Item, SearchAnswer, StoredIndex } from '../flows/indexes.js'
import { createProblem, openAiShape } from './problem.js'
import { identityReply } from './replies.js'
import type { AddedReply, HitsReply, StoredItemReply } from './schemas/index-items.js'
import type { IndexReply } from './schemas/indexes.js'

export function indexReply(index: StoredIndex): IndexReply {
  const { name, metric, fields, storesSources, graph, serving, next, createdAt } = index
  return {
    ...{ object: 'index', name, metric, dimensions: serving.dimensions },
    ...(serving.model && { model: identityReply(serving.model) }),
    ...(serving.digest !== undefined && { model_digest: serving.digest }),
    metadata: Object.fromEntries(fields.map(({ name: field, type }) => [field, type])),
    store_sources: storesSources,
    graph: {
      ...{ m: graph.m, ef_construction: graph.efConstruction, ef_search: graph.efSearch, from_items: graph.fromItems },
      items: serving.filled,
    },
    items: serving.items,
    created_at: createdAt.toISOString(),
    ...(next && { rebuild: rebuildReply(next, serving) }),
  }
}

function rebuildReply(
  { state, model, items, failure }: Generation,
  serving: Generation,
): IndexReply['rebuild'] & object {
  return {
    state: state === 'failed' ? 'failed' : 'building',
    ...(model && { model: identityReply(model) }),
    ...{ items, of: serving.items },
    ...(failure !== undefined && { error: failure }),
  }
}

export function itemReply({ id, kind, metadata, sourceDigest, createdAt }: Item): StoredItemReply {
  const created = createdAt.toISOString()
  return { object: 'index.item', id, kind, source_digest: sourceDigest, metadata: { ...metadata }, created_at: created }
}

export function hitsReply({ hits, mode, model, digest }: SearchAnswer): HitsReply {
  return {
    object: 'list',
    data: hits.map(({ score, id, kind, metadata, sourceDigest }) => ({
      ...{ object: 'index.hit', score, id, kind, source_digest: sourceDigest },
      metadata: { ...metadata },
    })),
    mode,
    ...(model && { model: identityReply(model) }),
    ...(digest !== undefined && { model_digest: digest }),
  }
}

/** What became of one item, as a member of a list or, with `line`, as a line. */
export function addedReply({ id, outcome }: AddedItem, requestId: string): AddedReply {
  const head = { object: 'index.added' as const, ...(id !== undefined && { id }) }
  if (outcome.kind === 'refused') return { ...head, status: 'refused', error: errorReply(outcome.error, requestId) }
  const { kind, sourceDigest } = outcome.item
  return { ...head, status: 'written', kind, source_digest: sourceDigest }
}

/** The problem document of one item. */
function errorReply({ code, message, details }: AppError, requestId: string): AddedReply['error'] & object {
  return openAiShape.body(createProblem({ code, message, details }, requestId)) as AddedReply['error'] & object
}
