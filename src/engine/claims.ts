/** Which packs want which graphs: what is claimed is in the lanes, what nobody claims any more leaves them. */
import type { Graph } from '../store/graph.js'
import type { GraphDirectory, GraphState } from './graph-directory.js'
import { notLoaded, type Placement } from './placement.js'
import type { Quarantine } from './quarantine.js'
import type { Replicas } from './replicas.js'
import { unlessAborted } from './unless-aborted.js'

export interface LoadOptions {
  /** Pinned graphs are never evicted. */
  readonly pin: boolean
  readonly signal: AbortSignal
  /** Is waited for before the graph's file is read, in order; a rejection is one of `load`. Left out, all may be read at once. */
  readonly whenVerified?: (graph: Graph) => Promise<void>
}

export interface Claims {
  /** As the engine's; an owner whose load fails claims what it did before. */
  load(owner: string, graphs: readonly Graph[], options: LoadOptions): Promise<void>
  unload(owner: string): Promise<void>
}

export interface ClaimsDeps {
  readonly directory: GraphDirectory
  readonly placement: Placement
  readonly replicas: Replicas
  readonly quarantine: Quarantine
}

export function createClaims({ directory, placement, replicas, quarantine }: ClaimsDeps): Claims {
  const release = async (state: GraphState): Promise<void> => {
    directory.forget(state)
    await Promise.all([placement.release(state), replicas.release(state)])
  }
  return {
    async load(owner, graphs, { pin, signal, whenVerified }) {
      quarantine.check(owner)
      const before = new Set(directory.of(owner))
      const claimed = graphs.map((graph) => directory.claim(owner, graph, pin))
      try {
        for (const state of claimed) {
          await whenVerified?.(state.graph)
          await unlessAborted(placement.ensure(state), signal)
        }
      } catch (error) {
        const added = claimed.filter((state) => !before.has(state))
        for (const state of added) state.claims.delete(owner)
        await Promise.all(added.filter((state) => state.claims.size === 0).map(release))
        throw error
      }
    },
    async unload(owner) {
      quarantine.pardon(owner)
      const orphans = directory.unclaim(owner)
      for (const { queue } of orphans) queue.failAll(() => notLoaded(owner))
      await Promise.all(orphans.map(release))
    },
  }
}
