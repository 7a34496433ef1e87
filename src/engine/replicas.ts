import type { Clock, Log } from '../ports.js'
import type { GraphDirectory, GraphState } from './graph-directory.js'
import type { LaneSessions } from './lane-sessions.js'

/** A graph whose copies did not fit, or had to leave, is not copied again before. */
const AGAIN_AFTER_MS = 60_000

/** Copies of busy graphs in the narrow lanes. The wide lane holds the originals; it is `placement` that sees to those. */
export interface Replicas {
  /** The narrow lanes when each of them can run the graph now, none otherwise. */
  lanesOf(digest: string): readonly LaneSessions[]
  /** Runs of the graph have waited while the house was full; enough of that, and it is copied. */
  noteWait(state: GraphState, waitedMs: number): void
  /** The busy spell is over; what waited in it is forgotten. */
  forgetWaits(): void
  /** Fills a narrow lane that has come up again. */
  restore(lane: LaneSessions): Promise<void>
  /** Copies leave, the least recently used first, for as long as originals and copies are above the budget. */
  trim(): Promise<void>
  /** Takes the copies off every lane once no run uses them. */
  release(state: GraphState): Promise<void>
}

export interface ReplicasDeps {
  /** Lanes that hold the originals. */
  readonly originals: readonly LaneSessions[]
  /** 0: nothing is ever copied. */
  readonly narrowLanes: number
  readonly directory: GraphDirectory
  readonly copyAfterWaitMs: number
  readonly clock: Clock
  readonly log: Log
  /** Starts the narrow lanes unless they are there. Rejects when one cannot be started. */
  openNarrow(): Promise<readonly LaneSessions[]>
  /** A load failed; whose fault it was is found out. */
  blame(state: GraphState, error: unknown): void
  /** Copies are there. */
  onChange(): void
}

export function createReplicas(deps: ReplicasDeps): Replicas {
  const { originals, directory, clock, log } = deps
  const waitedMs = new Map<GraphState, number>()
  const copies = new Map<GraphState, 'under way' | 'there'>()
  const notBeforeMs = new WeakMap<GraphState, number>()
  let narrow: readonly LaneSessions[] = []
  let isOff = deps.narrowLanes === 0

  const release = async (state: GraphState): Promise<void> => {
    copies.delete(state)
    waitedMs.delete(state)
    // A lane that dies on the way has released it too.
    await Promise.allSettled(narrow.map((lane) => lane.drop(state.graph.digest)))
  }
  const open = async (): Promise<boolean> => {
    // Threads of the CPU are what is shared out; on another device a copy would only cost memory.
    isOff ||= originals.some(({ lane }) => lane.device?.provider !== 'cpu')
    if (isOff) return false
    try {
      narrow = await deps.openNarrow()
      return true
    } catch (error) {
      log.error({ reason: (error as Error).message }, 'narrow lanes cannot be started; the wide one goes on alone')
      return false
    }
  }
  const loadInto = async (lane: LaneSessions, state: GraphState): Promise<void> => {
    try {
      await lane.ensure(state.graph)
    } catch (error) {
      deps.blame(state, error)
      log.warn({ lane: lane.lane.index, reason: (error as Error).message }, 'a busy graph is not copied')
      copies.delete(state)
    }
  }
  /** One lane after the other: a graph that ends its lane then ends one, and the others go on. */
  const copy = async (state: GraphState): Promise<void> => {
    copies.set(state, 'under way')
    notBeforeMs.set(state, clock.nowMs() + AGAIN_AFTER_MS)
    const isOpen = await open()
    for (const lane of isOpen ? narrow : []) if (copies.has(state)) await loadInto(lane, state)
    // Unloaded in the meantime: what was loaded after that belongs to nobody.
    const isClaimed = directory.find(state.graph.digest) === state
    if (!isOpen || !copies.has(state) || !isClaimed) await release(state)
    else copies.set(state, 'there')
    forgetEvicted()
    deps.onChange()
  }
  /** What had to leave one lane for others is of no use in the rest. */
  const forgetEvicted = (): void => {
    for (const [state, stage] of copies) {
      const isMissing = narrow.some((lane) => lane.lane.isUp && !lane.holds(state.graph.digest))
      if (stage === 'there' && isMissing) void release(state)
    }
  }

  /** A pack may say that its graph is to be in fewer lanes than there would be. */
  const mayCopy = ({ graph: { replicas = Infinity } }: GraphState): boolean => !isOff && replicas > deps.narrowLanes

  return {
    lanesOf: (digest) => (narrow.every((lane) => lane.holds(digest)) ? narrow : []),
    noteWait(state, waited) {
      if (!mayCopy(state) || copies.has(state) || clock.nowMs() < (notBeforeMs.get(state) ?? 0)) return
      const sum = (waitedMs.get(state) ?? 0) + waited
      waitedMs.set(state, sum)
      if (sum >= deps.copyAfterWaitMs) void copy(state)
    },
    forgetWaits: () => waitedMs.clear(),
    async restore(lane) {
      for (const state of copies.keys()) if (lane.lane.isUp && copies.has(state)) await loadInto(lane, state)
    },
    trim: () => Promise.allSettled(narrow.map((lane) => lane.trim())).then(forgetEvicted),
    release,
  }
}
