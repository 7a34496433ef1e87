import { AppError, type ErrorCode } from '../errors.js'
import type { Clock, Demand, Log } from '../ports.js'
import type { Generation, NewItem, StoredIndex } from '../retrieval/definition.js'
import type { OldItem } from '../retrieval/rebuild.js'
import type { Retrieval } from '../retrieval/retrieval.js'
import { graphType } from '../retrieval/tables.js'
import { embed } from './index-embedding.js'
import type { Predict } from './predict.js'

/** Items that are embedded anew at a time, and written in one change. */
const WINDOW = 32

/** Passing faults of the service: the same step is tried again. */
const PASSING: ReadonlySet<ErrorCode> = new Set([
  'queue_full',
  'lane_failed',
  'deadline_exceeded',
  'cancelled',
  'not_ready',
  'draining',
  'state_unavailable',
  'index_not_found',
])

export interface RebuildOptions {
  readonly retrieval: Retrieval
  readonly predict: Pick<Predict, 'embeddings'>
  /** Longest time of one item. */
  readonly timeoutMs: number
  readonly clock: Clock
  readonly log: Log
}

export interface RebuildLease {
  readonly worker: string
  readonly leaseMs: number
  readonly signal: AbortSignal
}

/**
 * Embeds the next items of an index with the model that it moves to, or lets that model's generation serve when all are
 * done. Whether there is more to do. A fault that will not pass ends the move and is written down; the old one serves on.
 */
export async function rebuildStep(options: RebuildOptions, index: StoredIndex, lease: RebuildLease): Promise<boolean> {
  const { next } = index
  const { rebuild, spool } = options.retrieval
  if (next?.state !== 'building') return false
  if (index.spool !== undefined && index.spool !== (await spool())) return false
  const claimed = await rebuild.claim(next.id, lease.worker, lease.leaseMs)
  if (claimed === undefined) return false
  try {
    return await step(options, { index, next, cursor: claimed.sourceCursor, signal: lease.signal })
  } catch (error) {
    if (!(error instanceof AppError) || PASSING.has(error.code)) throw error
    options.log.error({ generation: next.id, code: error.code }, 'an index cannot move to another model')
    await rebuild.fail(next.id, `${error.code}: ${error.message}`)
    return false
  }
}

interface Step {
  readonly index: StoredIndex
  readonly next: Generation
  readonly cursor: number
  readonly signal: AbortSignal
}

async function step(options: RebuildOptions, { index, next, cursor, signal }: Step): Promise<boolean> {
  const { rebuild } = options.retrieval
  const window = await rebuild.window(index, cursor, WINDOW)
  if (window.length > 0) {
    const items = await Promise.all(window.map((item) => embedAgain(options, next, item, signal)))
    await rebuild.write(index, window, items)
    return true
  }
  // A search must not become slower by the change: most of the new graph is there first.
  const { graph } = index
  if (graphType(next.dimensions) !== undefined && next.items >= graph.fromItems && next.filled * 2 < next.items)
    return true
  if (!(await rebuild.swap(index))) return true
  options.log.info({ generation: next.id, items: next.items }, 'an index has moved to another model')
  return true
}

async function embedAgain(
  { retrieval, predict, timeoutMs, clock }: RebuildOptions,
  { model }: Generation,
  { id, kind, metadata, sourceDigest, source: kept }: OldItem,
  signal: AbortSignal,
): Promise<NewItem> {
  const source = kept && (await retrieval.sources.read(kept))
  if (source === undefined || source.kind === 'vector' || model === undefined)
    throw new AppError('index_conflict', 'What an item was made of is not there any more.')
  const demand: Demand = { priority: 'batch', signal, deadlineMs: clock.nowMs() + timeoutMs, isDeterministic: false }
  const { vector } = await embed(predict, model, source, demand)
  return { id, kind, vector, metadata, sourceDigest }
}
