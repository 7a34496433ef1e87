import { AppError } from '../errors.js'
import type { Graph } from '../store/graph.js'
import type { DeviceChoice } from './devices.js'
import type { FilledOptions } from './engine-options.js'
import { createLane } from './lane.js'
import { createLaneSessions, type LaneSessions } from './lane-sessions.js'
import type { LaneLoaded } from './protocol.js'

/** All lanes of the engine with what they hold. */
export interface LaneSet {
  /** Those that placement fills, there from the start: a wide one, or several that are alike. */
  readonly wide: readonly LaneSessions[]
  /** All of them; the narrow ones come last, once they are open. */
  readonly lanes: readonly LaneSessions[]
  /** Rejects with `device_unavailable` when one lane cannot be started; the others are ended then. */
  start(): Promise<void>
  /** Starts the narrow lanes, on the device of the wide one, unless they are there. Rejects with `device_unavailable`. */
  openNarrow(): Promise<readonly LaneSessions[]>
  end(graceMs: number): Promise<void>
}

/**
 * What the crowd waits for gives way to what cannot wait: an urgent run in the wide lane, and the process that speaks HTTP.
 * A tenth of their share while they want the cores (`sched_prio_to_weight` of Linux), all of it while they do not.
 */
const NARROW_NICENESS = 10

export interface LaneSetEvents {
  isPinned(digest: string): boolean
  isAwaited(digest: string): boolean
  /** Resolves when the other lanes are within what is left beside the lane's `usedBytes`. */
  beforeLoad(lane: LaneSessions): Promise<void>
  onLoaded(lane: LaneSessions, graph: Graph, reply: LaneLoaded): void
  /** A lane went up or down. */
  onChange(): void
  /** A lane has a new process, without sessions. */
  onUp(lane: LaneSessions): void
}

interface LanePlan {
  readonly index: number
  readonly choice: DeviceChoice
  readonly threads: number
  readonly isNarrow: boolean
  readonly niceness: number
  budgetBytes(): number
}

export function createLaneSet(options: FilledOptions, events: LaneSetEvents): LaneSet {
  const plan = (plan: LanePlan): LaneSessions => planLane(options, events, plan)
  const wide = Array.from({ length: options.lanes }, (_, index) => {
    const { device: choice, threadsPerLane: threads, budgetBytes } = options
    return plan({ index, choice, threads, isNarrow: false, niceness: 0, budgetBytes: () => budgetBytes })
  })
  const lanes = [...wide]
  let isEnding = false
  let opening: Promise<readonly LaneSessions[]> | undefined

  const openNarrow = async (): Promise<readonly LaneSessions[]> => {
    if (isEnding) throw new AppError('draining', 'The service is shutting down.')
    const { narrowLanes: count, threadsPerLane, budgetBytes } = options
    const candidates = wide.flatMap(({ lane }) => lane.device ?? []).slice(0, 1)
    const threads = Math.max(1, Math.floor(threadsPerLane / count))
    const originalBytes = () => wide.reduce((sum, { usedBytes }) => sum + usedBytes, 0)
    const narrow = Array.from({ length: count }, (_, at) =>
      plan({
        index: wide.length + at,
        choice: { isAuto: false, candidates },
        threads,
        isNarrow: true,
        niceness: NARROW_NICENESS,
        budgetBytes: () => Math.max(0, (budgetBytes - originalBytes()) / count),
      }),
    )
    lanes.push(...narrow)
    try {
      await startAll(narrow)
    } catch (error) {
      lanes.splice(wide.length)
      opening = undefined
      throw error
    }
    return narrow
  }
  return {
    wide,
    lanes,
    start: () => startAll(wide),
    openNarrow: () => (opening ??= openNarrow()),
    end(graceMs) {
      isEnding = true
      return endAll(lanes, graceMs)
    },
  }
}

function planLane(options: FilledOptions, events: LaneSetEvents, plan: LanePlan): LaneSessions {
  const { isNarrow, budgetBytes } = plan
  const lane = createLane({
    ...options,
    ...plan,
    times: options.laneTimes,
    onUp() {
      events.onChange()
      events.onUp(sessions)
    },
    onDown() {
      sessions.forget()
      events.onChange()
    },
  })
  const sessions = createLaneSessions({
    ...{ lane, isNarrow, budgetBytes, loadLimitMs: options.loadLimitMs },
    // A copy may always leave: the original stays.
    isPinned: (digest) => !isNarrow && events.isPinned(digest),
    isAwaited: (digest) => !isNarrow && events.isAwaited(digest),
    beforeLoad: () => events.beforeLoad(sessions),
    onLoaded(graph, reply) {
      options.meter.count('radserve_sessions_loaded_total', { lane: String(lane.index) })
      events.onLoaded(sessions, graph, reply)
    },
    onEvicted: () => options.meter.count('radserve_sessions_evicted_total', { lane: String(lane.index) }),
  })
  return sessions
}

async function startAll(lanes: readonly LaneSessions[]): Promise<void> {
  try {
    await Promise.all(lanes.map(({ lane }) => lane.start()))
  } catch (error) {
    await endAll(lanes, 0)
    throw error
  }
}

async function endAll(lanes: readonly LaneSessions[], graceMs: number): Promise<void> {
  await Promise.all(lanes.map(({ lane }) => lane.end(graceMs)))
  // A load that waits for room on a lane waits for nothing now.
  for (const sessions of lanes) sessions.forget()
}
