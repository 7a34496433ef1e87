import type { Graph } from '../store/graph.js'
import type { FilledOptions } from './engine-options.js'
import { createLane } from './lane.js'
import { createLaneSessions, type LaneSessions } from './lane-sessions.js'
import type { LaneLoaded } from './protocol.js'

/** All lanes of the engine with what they hold. */
export interface LaneSet {
  readonly lanes: readonly LaneSessions[]
  /** Rejects with `device_unavailable` when one lane cannot be started; the others are ended then. */
  start(): Promise<void>
  end(graceMs: number): Promise<void>
}

export interface LaneSetEvents {
  isPinned(digest: string): boolean
  isAwaited(digest: string): boolean
  onLoaded(graph: Graph, reply: LaneLoaded): void
  /** A lane went up or down. */
  onChange(): void
  /** A lane has a new process, without sessions. */
  onUp(lane: LaneSessions): void
}

export function createLaneSet(options: FilledOptions, events: LaneSetEvents): LaneSet {
  const lanes = Array.from({ length: options.lanes }, (_, index): LaneSessions => {
    const lane = createLane({
      ...options,
      index,
      choice: options.device,
      threads: options.threadsPerLane,
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
    const sessions = createLaneSessions({ ...options, ...events, lane })
    return sessions
  })
  const end = async (graceMs: number): Promise<void> => {
    await Promise.all(lanes.map(({ lane }) => lane.end(graceMs)))
    // A load that waits for room on a lane waits for nothing now.
    for (const sessions of lanes) sessions.forget()
  }
  return {
    lanes,
    end,
    async start() {
      try {
        await Promise.all(lanes.map(({ lane }) => lane.start()))
      } catch (error) {
        await end(0)
        throw error
      }
    },
  }
}
