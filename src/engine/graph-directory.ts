import type { Graph } from '../store/graph.js'
import { createRunQueue, type RunQueue } from './run-queue.js'
import { createServiceTime, type ServiceTime } from './service-time.js'

/** One graph by its content: who claims it and which runs wait for it. */
export interface GraphState {
  readonly graph: Graph
  readonly queue: RunQueue
  readonly serviceTime: ServiceTime
  /** The same in a narrow lane. */
  readonly narrowServiceTime: ServiceTime
  /** Whether each owner that claims the graph wants it pinned. */
  readonly claims: Map<string, boolean>
  /** Batches that lanes have and have not answered. */
  inFlight: number
}

export function serviceTimeIn(lane: { readonly isNarrow: boolean }, state: GraphState): ServiceTime {
  return lane.isNarrow ? state.narrowServiceTime : state.serviceTime
}

/** The graphs that packs have claimed, by digest: equal files of different packs are one graph. */
export interface GraphDirectory {
  find(digest: string): GraphState | undefined
  all(): Iterable<GraphState>
  of(owner: string): GraphState[]
  claim(owner: string, graph: Graph, isPinned: boolean): GraphState
  /** Gives up the owner's claims; the graphs that nobody claims any more. */
  unclaim(owner: string): GraphState[]
  /** Forgets a graph that nobody claims. */
  forget(state: GraphState): void
  isPinned(digest: string): boolean
}

export function createGraphDirectory(ageingMs: number): GraphDirectory {
  const states = new Map<string, GraphState>()
  const of = (owner: string) => [...states.values()].filter((state) => state.claims.has(owner))
  return {
    of,
    find: (digest) => states.get(digest),
    all: () => states.values(),
    claim(owner, graph, isPinned) {
      const state = states.get(graph.digest) ?? {
        graph,
        queue: createRunQueue(ageingMs),
        serviceTime: createServiceTime(),
        narrowServiceTime: createServiceTime(),
        claims: new Map<string, boolean>(),
        inFlight: 0,
      }
      states.set(graph.digest, state)
      state.claims.set(owner, isPinned)
      return state
    },
    unclaim(owner) {
      const owned = of(owner)
      for (const state of owned) state.claims.delete(owner)
      return owned.filter((state) => state.claims.size === 0)
    },
    forget(state) {
      if (state.claims.size === 0) states.delete(state.graph.digest)
    },
    isPinned: (digest) => [...(states.get(digest)?.claims.values() ?? [])].includes(true),
  }
}
