import { deviceName } from './devices.js'
import type { GraphDirectory } from './graph-directory.js'
import type { LaneSessions } from './lane-sessions.js'
import type { Placement } from './placement.js'
import type { Quarantine } from './quarantine.js'

/** Where one graph is, by device. */
export interface Residency {
  readonly device: string
  readonly provider: string
  /** Lanes of the device that hold it. */
  readonly lanes: number
  /** In all these lanes together. */
  readonly bytes: number
}

export interface LaneStatus {
  readonly lane: number
  /** `undefined` while the lane is down. */
  readonly pid: number | undefined
  /** That it really uses, as `cuda:0`; `undefined` before its first start. */
  readonly device: string | undefined
  readonly restarts: number
  /** Runs that it has and has not answered. */
  readonly runs: number
  /** Memory of the process, at its last heartbeat. */
  readonly processBytes: number
  readonly sessionBytes: number
  readonly budgetBytes: number
  /** Least recently used first. */
  readonly sessions: readonly { readonly digest: string; readonly bytes: number; readonly isPinned: boolean }[]
}

export interface GraphStatus {
  readonly digest: string
  readonly owners: readonly string[]
  readonly waitingRows: number
  readonly waitingBytes: number
  /** Mean time of one row; `undefined` before the first run. */
  readonly rowMs: number | undefined
}

export interface EngineStatus {
  readonly lanes: readonly LaneStatus[]
  readonly graphs: readonly GraphStatus[]
  readonly quarantined: readonly string[]
  readonly isDraining: boolean
}

export interface StatusSources {
  readonly lanes: readonly LaneSessions[]
  readonly directory: GraphDirectory
  readonly quarantine: Quarantine
  readonly isDraining: boolean
}

export function statusOf({ lanes, directory, quarantine, isDraining }: StatusSources): EngineStatus {
  return {
    isDraining,
    quarantined: quarantine.list(),
    graphs: [...directory.all()].map(({ graph, claims, queue, serviceTime }) => ({
      digest: graph.digest,
      owners: [...claims.keys()],
      waitingRows: queue.rows,
      waitingBytes: Math.round(queue.bytes),
      rowMs: serviceTime.rowMs,
    })),
    lanes: lanes.map(({ lane, runs, usedBytes, budgetBytes, list }) => ({
      lane: lane.index,
      pid: lane.pid,
      device: lane.device && deviceName(lane.device),
      restarts: lane.restarts,
      runs,
      processBytes: lane.residentBytes,
      sessionBytes: usedBytes,
      budgetBytes,
      sessions: list().map((session) => ({ ...session, isPinned: directory.isPinned(session.digest) })),
    })),
  }
}

export function residencyOf(lanes: readonly LaneSessions[], digest: string): Residency[] {
  const found = new Map<string, Residency>()
  for (const { lane, holds, list } of lanes) {
    if (!holds(digest) || lane.device === undefined) continue
    const device = deviceName(lane.device)
    const { lanes: count, bytes } = found.get(device) ?? { lanes: 0, bytes: 0 }
    const own = list().find((session) => session.digest === digest)?.bytes ?? 0
    found.set(device, { device, provider: lane.device.provider, lanes: count + 1, bytes: bytes + own })
  }
  return [...found.values()]
}

interface WholenessDeps extends Omit<StatusSources, 'isDraining'> {
  readonly placement: Pick<Placement, 'holders'>
}

/** A lane is up, and every pinned graph is in one. */
export function isWhole({ lanes, directory, quarantine, placement }: WholenessDeps): boolean {
  const lacksPinned = [...directory.all()].some(
    // A quarantined pack is missing on purpose; the others are served.
    ({ graph: { digest }, claims }) =>
      [...claims].some(([owner, isPinned]) => isPinned && !quarantine.has(owner)) &&
      placement.holders(digest).length === 0,
  )
  return lanes.some(({ lane }) => lane.isUp) && !lacksPinned
}
