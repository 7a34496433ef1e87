import { EventEmitter, once } from 'node:events'
import { AppError } from '../errors.js'
import type { Graph } from '../store/graph.js'
import type { Lane } from './lane.js'
import type { LaneLoaded, LaneRan, LaneRun } from './protocol.js'
import { createSessionCache, type CachedSession } from './session-cache.js'

/** What one lane holds and how that changes: loads one after the other, evicts within the budget, counts uses. */
export interface LaneSessions {
  readonly lane: Lane
  /** It has a share of the threads and holds copies only. */
  readonly isNarrow: boolean
  /** Runs that were sent and are not answered yet. */
  readonly runs: number
  /** Of sessions, with what a load under way is going to take. */
  readonly usedBytes: number
  readonly budgetBytes: number
  /** The graph can be run here now. */
  holds(digest: string): boolean
  list(): CachedSession[]
  /** The graph is used, here or in another lane: it is among the last to be evicted. */
  touch(digest: string): void
  /**
   * Makes the graph resident and warm; concurrent calls share one load. Throws `over_budget`, `model_invalid` or
   * `LaneDied`.
   */
  ensure(graph: Graph): Promise<void>
  /** Releases the session once no run uses it. */
  drop(digest: string): Promise<void>
  /** Evicts what is above the budget, which may have become smaller. */
  trim(): Promise<void>
  /** The caller has seen that `holds`, the reader too. Rejects with the lane's `AppError` or with `LaneDied`. */
  run(graph: Graph, ask: LaneRun, limitMs: number): Promise<LaneRan>
  /** The lane ends what it goes on with by itself after the step under way. */
  interrupt(): void
  /** What waits for room looks again: something was released, cancelled or unpinned. */
  recheck(): void
  /** The process died and with it what it held. */
  forget(): void
}

export interface LaneSessionsOptions {
  readonly lane: Lane
  readonly isNarrow: boolean
  budgetBytes(): number
  readonly loadLimitMs: number
  isPinned(digest: string): boolean
  /** Runs wait for the graph: a session that was loaded for them stays until it has served one. */
  isAwaited(digest: string): boolean
  /** A session is about to be loaded and `usedBytes` counts it: whoever shares the memory makes room. */
  beforeLoad(): Promise<void>
  onLoaded(graph: Graph, reply: LaneLoaded): void
  /** A session was released to make room. */
  onEvicted(): void
}

/** Of the bytes inside a graph file, what a load has twice at its worst moment (docs/performance.md has the measurement). */
const LOAD_SHARE = 0.5
/** What a lane may hold beside its sessions: V8, what a run was fed, the arenas of small graphs. */
const OWN_BYTES = 64 << 20

export function createLaneSessions(options: LaneSessionsOptions): LaneSessions {
  const { lane, budgetBytes } = options
  let cache = createSessionCache(budgetBytes)
  const uses = new Map<string, number>()
  const unserved = new Set<string>()
  /** What a load was seen to take; the file's size is the estimate before. */
  const measuredBytes = new Map<string, number>()
  const loading = new Map<string, Promise<void>>()
  const changes = new EventEmitter().setMaxListeners(0)
  let chain: Promise<unknown> = Promise.resolve()
  let runs = 0
  let comingBytes = 0
  /** Of the process before it had any session. */
  let emptyBytes: number | undefined

  const inTurn = <Result>(task: () => Promise<Result>): Promise<Result> => {
    const result = chain.then(task)
    chain = result.catch(() => undefined)
    return result
  }
  const release = async (digest: string): Promise<void> => {
    cache.markLeaving(digest)
    const from = cache
    while ((uses.get(digest) ?? 0) > 0) await once(changes, 'change')
    // A death in the meantime has emptied the lane.
    if (from !== cache) return
    await lane.call({ kind: 'unload', digest }, options.loadLimitMs)
    from.delete(digest)
    unserved.delete(digest)
  }
  const evict = async (victims: readonly string[]): Promise<void> => {
    for (const digest of victims) {
      await release(digest)
      options.onEvicted()
    }
  }
  const canLeaveNow = (digest: string) =>
    !options.isPinned(digest) && !(unserved.has(digest) && options.isAwaited(digest))
  const makeRoom = async (graph: Graph, bytes: number): Promise<void> => {
    for (;;) {
      const canEverLeave = (digest: string) => digest !== graph.digest && !options.isPinned(digest)
      const victims = cache.victims(bytes, (digest) => canEverLeave(digest) && canLeaveNow(digest))
      if (victims !== undefined) {
        await evict(victims)
        return
      }
      if (cache.victims(bytes, canEverLeave) === undefined) throw overBudget(bytes, budgetBytes())
      await once(changes, 'change')
    }
  }
  /** What large batches have left in arenas goes with the sessions that they belong to. */
  const leftBytes = (): number =>
    Math.max(0, lane.residentBytes - (emptyBytes ?? lane.residentBytes) - cache.usedBytes - OWN_BYTES)
  /** What a load has twice and what runs have left fits too, as far as others can leave; it is no reason to refuse a load. */
  const makeSpare = async (bytes: number): Promise<void> => {
    while (budgetBytes() - cache.usedBytes - leftBytes() < bytes) {
      const oldest = cache.list().find(({ digest }) => canLeaveNow(digest))
      if (oldest === undefined) return
      await evict([oldest.digest])
    }
  }
  const callLoad = async (graph: Graph, bytes: number): Promise<LaneLoaded> => {
    await makeSpare(bytes)
    comingBytes = bytes
    try {
      await options.beforeLoad()
      return await lane.call({ kind: 'load', graph }, options.loadLimitMs)
    } finally {
      comingBytes = 0
    }
  }
  const load = async (graph: Graph): Promise<void> => {
    const { digest } = graph
    if (cache.has(digest)) return
    emptyBytes ??= lane.residentBytes
    const estimateBytes = measuredBytes.get(digest) ?? graph.bytes
    await makeRoom(graph, estimateBytes)
    const into = cache
    const reply = await callLoad(graph, estimateBytes + Math.ceil(LOAD_SHARE * graph.insideBytes))
    // Growth that is smaller than the file was served from memory freed before; the weights are there all the same.
    const bytes = Math.max(graph.bytes, reply.grownBytes)
    measuredBytes.set(digest, bytes)
    into.add(digest, bytes)
    unserved.add(digest)
    options.onLoaded(graph, reply)
    if (bytes > estimateBytes) await keepWithin(graph)
  }
  /** A session that turned out larger than its file must not leave the lane above its budget. */
  const keepWithin = async (graph: Graph): Promise<void> => {
    try {
      await makeRoom(graph, 0)
    } catch (error) {
      await release(graph.digest)
      throw error
    }
  }

  return {
    lane,
    isNarrow: options.isNarrow,
    get budgetBytes() {
      return budgetBytes()
    },
    get runs() {
      return runs
    },
    get usedBytes() {
      return cache.usedBytes + comingBytes
    },
    holds: (digest) => lane.isUp && cache.has(digest),
    list: () => cache.list(),
    touch: (digest) => cache.touch(digest),
    ensure(graph) {
      const under = loading.get(graph.digest)
      if (under !== undefined) return under
      const promise = inTurn(() => load(graph)).finally(() => loading.delete(graph.digest))
      loading.set(graph.digest, promise)
      return promise
    },
    drop: (digest) => inTurn(() => (cache.has(digest) ? release(digest) : Promise.resolve())),
    trim: () =>
      inTurn(async () => {
        const victims = cache.victims(0, (digest) => !options.isPinned(digest)) ?? []
        await evict(victims)
      }),
    async run(graph, ask, limitMs) {
      const { digest } = graph
      const used = ask.reader === undefined ? [digest] : [digest, ask.reader.digest]
      runs++
      for (const each of used) {
        uses.set(each, (uses.get(each) ?? 0) + 1)
        unserved.delete(each)
        cache.touch(each)
      }
      try {
        return await lane.call({ kind: 'run', digest, ...ask }, limitMs)
      } finally {
        runs--
        for (const each of used) uses.set(each, uses.get(each)! - 1)
        changes.emit('change')
      }
    },
    // Any request does; its answer comes when the one before has ended, and says nothing new.
    interrupt: () => void lane.call({ kind: 'ping' }, options.loadLimitMs).catch(() => undefined),
    recheck: () => void changes.emit('change'),
    forget() {
      cache = createSessionCache(budgetBytes)
      unserved.clear()
      emptyBytes = undefined
      changes.emit('change')
    },
  }
}

function overBudget(bytes: number, budgetBytes: number): AppError {
  return new AppError(
    'over_budget',
    `A graph of ${bytes} bytes does not fit beside the pinned ones into the ${budgetBytes} bytes of a lane.`,
    { details: { limit: 'CACHE_BUDGET_BYTES' } },
  )
}
