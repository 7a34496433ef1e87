import { abortReason, AppError, type ErrorCode } from '../errors.js'
import type { Clock, Demand, Meter } from '../ports.js'
import type { Metadata, NewItem, StoredIndex } from '../retrieval/definition.js'
import { checkMetadata } from '../retrieval/metadata.js'
import type { Retrieval } from '../retrieval/retrieval.js'
import { sourceDigest } from '../retrieval/source.js'
import { vectorFor, type GivenSource } from './index-embedding.js'
import { createItemWindow, type ItemWindow } from './index-window.js'
import type { Predict } from './predict.js'

/** Items of one stream that are read, embedded or waiting to be written: what the batcher sees at a time. */
const MAX_IN_FLIGHT = 32
/** Items that are written in one change. */
const MAX_WRITTEN = 64
/** Between two tries of an item while the model has no place left. */
const LONGEST_WAIT_MS = 1_000

export interface GivenItem {
  readonly id: string
  readonly source: GivenSource
  readonly metadata: Metadata
}

/** One entry of a stream: an item, or why there is none. */
export interface ItemEntry {
  /** Counted by the caller; given back with the outcome. */
  readonly place: number
  /** Of the memory that the entry holds. */
  readonly bytes: number
  readonly given: GivenItem | { readonly id?: string; readonly error: AppError }
}

/** Entries as they come from a socket, or all at once. */
export type ItemEntries = AsyncIterable<ItemEntry> | Iterable<ItemEntry>

export interface AddedItem {
  readonly place: number
  readonly id?: string
  readonly outcome:
    | { readonly kind: 'written'; readonly item: Pick<NewItem, 'kind' | 'sourceDigest'> }
    | { readonly kind: 'refused'; readonly error: AppError }
}

export interface AddItemsOptions {
  readonly index: StoredIndex
  readonly priority: Demand['priority']
  readonly signal: AbortSignal
  /** Longest time of one item. */
  readonly timeoutMs: number
  readonly maxItems: number
  /** Memory that entries in flight may hold. */
  readonly maxBytes: number
}

export interface AddItemsDeps {
  readonly retrieval: Retrieval
  readonly predict: Pick<Predict, 'embeddings'>
  readonly clock: Clock
  readonly meter: Meter
}

/**
 * Writes items as they come and tells what became of each, in their order, once it is in the database. Entries are read
 * only as fast as they are embedded and written, and as outcomes are taken. What is wrong with one item refuses that
 * item; what is wrong with the service (`state_unavailable`, `draining` …) is thrown, and what was told before is there.
 */
export async function* addItems(
  deps: AddItemsDeps,
  entries: ItemEntries,
  options: AddItemsOptions,
): AsyncGenerator<readonly AddedItem[]> {
  const window = createItemWindow<Prepared>({ maxEntries: MAX_IN_FLIGHT, maxBytes: options.maxBytes })
  const reading = readAhead(deps, entries, { ...options, window })
  try {
    for (;;) {
      const ready = await window.settled(MAX_WRITTEN)
      if (ready.length === 0) break
      yield await write(deps, ready, options)
      window.release(ready.length)
    }
    await reading
  } finally {
    window.stop()
  }
}

interface Prepared {
  readonly place: number
  readonly id?: string
  readonly result: NewItem | AppError
}

async function readAhead(
  deps: AddItemsDeps,
  entries: ItemEntries,
  options: AddItemsOptions & { readonly window: ItemWindow<Prepared> },
): Promise<void> {
  const { window } = options
  try {
    for await (const { place, bytes, given } of entries) {
      await window.room(bytes)
      if (window.isStopped) return
      const { id } = given
      const named = { place, ...(id !== undefined && { id }) }
      const work = 'error' in given ? Promise.resolve(given.error) : prepare(deps, given, options)
      window.add(
        bytes,
        work.then((result) => ({ ...named, result })),
      )
    }
    window.end()
  } catch (error) {
    window.end(error as Error)
  }
}

/** Resolves with what is wrong with the item; rejects with what is wrong with the service. */
async function prepare(deps: AddItemsDeps, given: GivenItem, options: AddItemsOptions): Promise<NewItem | AppError> {
  try {
    return await makeItem(deps, given, options)
  } catch (error) {
    if (error instanceof AppError && !ENDING.has(error.code)) return error
    throw error
  }
}

/** What no other item would escape. */
const ENDING: ReadonlySet<ErrorCode> = new Set([
  'state_unavailable',
  'storage_full',
  'draining',
  'cancelled',
  'index_not_found',
  'index_unsupported',
  'model_not_found',
  'model_quarantined',
  'device_unavailable',
  'internal',
])

async function makeItem(deps: AddItemsDeps, given: GivenItem, options: AddItemsOptions): Promise<NewItem> {
  const { id, source, metadata } = given
  const { index } = options
  checkMetadata(index.fields, metadata)
  if (source.kind === 'vector' && index.next?.state === 'building')
    throw new AppError(
      'index_model_mismatch',
      'The index moves to another model, for which a vector cannot be made again.',
    )
  const { vector } = await withPatience(deps, source, options)
  const digest = await sourceDigest(source)
  const kept = index.storesSources ? await deps.retrieval.sources.keep(source) : undefined
  return { id, kind: source.kind, vector, metadata, sourceDigest: digest, ...(kept && { source: kept }) }
}

/** A model that has no place left is asked again: the stream waits, and whoever writes to it with it. */
async function withPatience(deps: AddItemsDeps, source: GivenSource, options: AddItemsOptions) {
  const { index, priority, signal, timeoutMs } = options
  for (;;) {
    const demand = { priority, signal, deadlineMs: deps.clock.nowMs() + timeoutMs, isDeterministic: false }
    try {
      return await vectorFor(deps.predict, index, source, demand)
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'queue_full') throw error
      await pause(Math.min(LONGEST_WAIT_MS, error.details.retryAfterMs ?? LONGEST_WAIT_MS), signal)
    }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer)
      reject(abortReason(signal))
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort)
      resolve()
    }, ms)
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) onAbort()
  })
}

async function write(
  { retrieval, meter }: AddItemsDeps,
  ready: readonly Prepared[],
  { index, maxItems }: AddItemsOptions,
): Promise<AddedItem[]> {
  const items = ready.flatMap(({ result }) => (result instanceof AppError ? [] : [result]))
  let full: AppError | undefined
  if (items.length > 0) {
    full = await retrieval.items.write(index, items, maxItems).then(
      () => undefined,
      (error: unknown) => {
        if (error instanceof AppError && error.code === 'too_large') return error
        throw error
      },
    )
  }
  const added = ready.map(({ place, id, result }): AddedItem => {
    const error = result instanceof AppError ? result : full
    const named = { place, ...(id !== undefined && { id }) }
    if (error !== undefined) return { ...named, outcome: { kind: 'refused', error } }
    const { kind, sourceDigest: digest } = result as NewItem
    return { ...named, outcome: { kind: 'written', item: { kind, sourceDigest: digest } } }
  })
  const written = added.filter(({ outcome }) => outcome.kind === 'written').length
  meter.count('radserve_index_items_total', { outcome: 'written' }, written)
  meter.count('radserve_index_items_total', { outcome: 'refused' }, added.length - written)
  return added
}
