import { EventEmitter, once } from 'node:events'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { AppError } from '../errors.js'
import type { Log } from '../ports.js'
import type { GraphDirectory, GraphState } from './graph-directory.js'
import { LaneDied } from './lane-link.js'
import type { LaneSessions } from './lane-sessions.js'
import { quarantined, type Quarantine } from './quarantine.js'

/** Deaths of lanes that one load may cause before it is given up. */
const MOST_DEATHS = 2

/** Which lanes hold which graph, and how it comes to be so. */
export interface Placement {
  holders(digest: string): LaneSessions[]
  /**
   * Brings the graph onto as many lanes as it should be on; resolves when it can be run. Throws `over_budget`,
   * `model_invalid`, `lane_failed` when no lane can be started, or `model_quarantined`.
   */
  ensure(state: GraphState): Promise<void>
  /** Finds out whose fault it is that a load failed: who kills lanes is quarantined. */
  blame(state: GraphState, error: unknown): void
  /** Fills a lane that has come up with what is claimed and not on enough lanes: the pinned first. */
  restore(lane: LaneSessions): Promise<void>
  /** Takes the graph off every lane once no run uses it. */
  release(state: GraphState): Promise<void>
  /** A lane came up, went down or is given up: whoever waits for one looks again. */
  lanesChanged(): void
  /** No lane will come up again: whoever waits for one is told `draining`. */
  close(): void
}

export interface PlacementDeps {
  readonly lanes: readonly LaneSessions[]
  readonly directory: GraphDirectory
  readonly quarantine: Quarantine
  readonly log: Log
  /** An owner was quarantined. */
  onQuarantined(owner: string): void
}

export function createPlacement(deps: PlacementDeps): Placement {
  const { lanes, directory, quarantine, log } = deps
  const changes = new EventEmitter().setMaxListeners(0)
  /** One death rejects everybody who shared the load; it is one strike all the same. */
  const blamed = new WeakSet<LaneDied>()
  let isClosed = false
  const holders = (digest: string) => lanes.filter((lane) => lane.holds(digest))
  const wantedLanes = (state: GraphState) => Math.min(state.graph.replicas ?? lanes.length, lanes.length)

  /** Lanes that are up and lack the graph, the emptiest first. */
  const vacant = (state: GraphState): LaneSessions[] =>
    lanes.filter(({ lane, holds }) => lane.isUp && !holds(state.graph.digest)).sort((a, b) => a.usedBytes - b.usedBytes)
  const nextVacant = async (state: GraphState): Promise<LaneSessions> => {
    for (;;) {
      if (isClosed) throw new AppError('draining', 'The service is shutting down.')
      if (state.claims.size === 0) throw new AppError('model_not_loaded', 'The graph was unloaded while it was loaded.')
      const [lane] = vacant(state)
      if (lane !== undefined) return lane
      if (lanes.every(({ lane: { isHopeless } }) => isHopeless)) throw laneFailed('No lane process can be started.')
      await once(changes, 'change')
    }
  }
  const blame = (state: GraphState, error: unknown): void => {
    if (!(error instanceof LaneDied) || !error.wasRunning || blamed.has(error)) return
    blamed.add(error)
    for (const owner of state.claims.keys()) if (quarantine.strike(owner)) deps.onQuarantined(owner)
  }
  /** The first copy is loaded alone: a graph that kills its lane then kills one and not all. */
  const ensureFirst = async (state: GraphState): Promise<void> => {
    let deaths = 0
    while (holders(state.graph.digest).length === 0) {
      const lane = await nextVacant(state)
      try {
        await lane.ensure(state.graph)
        if (deaths > 0) for (const owner of state.claims.keys()) quarantine.acquit(owner)
      } catch (error) {
        if (!(error instanceof LaneDied)) throw error
        if (error.wasRunning) deaths++
        blame(state, error)
        const owner = [...state.claims.keys()].find((name) => quarantine.has(name))
        if (owner !== undefined) throw quarantined(owner)
        if (deaths >= MOST_DEATHS) throw laneFailed('The lane process died while it loaded the graph.')
        // A refusal at once must not become a loop that keeps the event loop from seeing the lane's end.
        await nextTurn()
      }
    }
  }
  const ensureOn = async (lane: LaneSessions, state: GraphState): Promise<void> => {
    try {
      await lane.ensure(state.graph)
    } catch (error) {
      blame(state, error)
      log.warn({ lane: lane.lane.index, reason: (error as Error).message }, 'a lane lacks a graph that it should hold')
    }
  }

  // A lane that dies on the way has released it too.
  const release = async ({ graph: { digest } }: GraphState): Promise<void> => {
    await Promise.allSettled(lanes.map((lane) => lane.drop(digest)))
  }

  return {
    holders,
    blame,
    async ensure(state) {
      await ensureFirst(state)
      const lacking = wantedLanes(state) - holders(state.graph.digest).length
      await Promise.all(
        vacant(state)
          .slice(0, Math.max(0, lacking))
          .map((lane) => ensureOn(lane, state)),
      )
      // Unloaded in the meantime: what was loaded after that belongs to nobody.
      if (directory.find(state.graph.digest) === undefined) await release(state)
    },
    async restore(lane) {
      const isFirst = (state: GraphState) => Number(directory.isPinned(state.graph.digest))
      const claimed = [...directory.all()].filter(({ claims }) =>
        [...claims.keys()].some((name) => !quarantine.has(name)),
      )
      for (const state of claimed.sort((a, b) => isFirst(b) - isFirst(a))) {
        const { digest, bytes } = state.graph
        const hasRoom = isFirst(state) === 1 || lane.usedBytes + bytes <= lane.budgetBytes
        if (lane.lane.isUp && hasRoom && holders(digest).length < wantedLanes(state)) await ensureOn(lane, state)
      }
    },
    release,
    lanesChanged: () => void changes.emit('change'),
    close() {
      isClosed = true
      changes.emit('change')
    },
  }
}

export function laneFailed(message: string, cause?: unknown): AppError {
  return new AppError('lane_failed', message, { cause })
}

export function notLoaded(owner: string): AppError {
  return new AppError('model_not_loaded', `The model ${owner} is not loaded.`)
}
