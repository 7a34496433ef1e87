import type { Device } from './devices.js'
import type { RunEntry } from './run-entry.js'

export interface BatchRowsLimits {
  /** A batch takes no more rows than are expected to be done in this time: whoever comes next waits that long. */
  readonly targetRunMs: number
  /** The same of steps of loops that are in the way. */
  readonly targetCrowdedRunMs: number
}

export interface BatchRowsAsked {
  /** The run that goes next. */
  readonly head: Pick<RunEntry, 'rows' | 'loop'>
  /** Rows that wait, and that lanes are at. */
  readonly waitingRows: number
  readonly rowsAtWork: number
  /** That may take them, and of those the ones that would take them now. */
  readonly lanes: number
  readonly freeLanes: number
  /** Of a row in the lane; `undefined` before the first run. */
  readonly rowMs: number | undefined
  readonly isInTheWay: boolean
}

/** A lane, and how busy the house is. */
export interface LanePlace {
  readonly isNarrow: boolean
  readonly isCrowded: boolean
  /** Lanes for copies; there are none on another device than a CPU. */
  readonly narrowLanes: number
  readonly device: Pick<Device, 'provider'> | undefined
}

/** Step after step in the wide lane, loops that were not copied into the narrow ones would keep waiting what is urgent. */
export function isInTheWay({ loop }: Pick<RunEntry, 'loop'>, place: LanePlace): boolean {
  const { isNarrow, isCrowded, narrowLanes, device } = place
  return loop !== undefined && isCrowded && !isNarrow && narrowLanes > 0 && device?.provider === 'cpu'
}

/** How many rows a batch should have; at least 1. */
export function batchRows(asked: BatchRowsAsked, limits: BatchRowsLimits): number {
  const { head, waitingRows, rowsAtWork, lanes, freeLanes, rowMs } = asked
  const inTime = (ms: number): number => (rowMs === undefined ? 1 : Math.floor(ms / rowMs))
  // No run is cut for that.
  const inCrowd = asked.isInTheWay ? Math.max(head.rows, inTime(limits.targetCrowdedRunMs)) : Infinity
  // Two idle lanes are done sooner with half the rows each. Loops that are at work wait again after their step and go on where
  // they are let, so what counts is a lane's part of all of them.
  const share = Math.ceil(head.loop ? (waitingRows + rowsAtWork) / lanes : waitingRows / freeLanes)
  return Math.max(1, Math.min(inTime(limits.targetRunMs), inCrowd, share))
}
