import type { RunEntry } from './run-entry.js'

export interface BatchRowsLimits {
  /** A batch takes no more rows than are expected to be done in this time: whoever comes next waits that long. */
  readonly targetRunMs: number
  /** The same of steps of loops in the wide lane while there is a crowd, where there are narrow lanes for them. */
  readonly targetCrowdedRunMs: number
  readonly narrowLanes: number
}

export interface BatchRowsAsked {
  /** The run that goes next. */
  readonly head: Pick<RunEntry, 'rows' | 'loop'>
  /** Rows that wait, and lanes that are free for them. */
  readonly waitingRows: number
  readonly freeLanes: number
  /** Of a row in the lane; `undefined` before the first run. */
  readonly rowMs: number | undefined
  readonly isNarrow: boolean
  readonly isCrowded: boolean
}

/** Step after step, loops that were not copied into the narrow lanes would be in the way of what is urgent. */
export function isInTheWay(
  { loop }: Pick<RunEntry, 'loop'>,
  { isNarrow, isCrowded }: Pick<BatchRowsAsked, 'isNarrow' | 'isCrowded'>,
  { narrowLanes }: Pick<BatchRowsLimits, 'narrowLanes'>,
): boolean {
  return loop !== undefined && isCrowded && !isNarrow && narrowLanes > 0
}

/** How many rows a batch should have; at least 1. */
export function batchRows(asked: BatchRowsAsked, limits: BatchRowsLimits): number {
  const { head, waitingRows, freeLanes, rowMs, isNarrow, isCrowded } = asked
  const inTime = (ms: number): number => (rowMs === undefined ? 1 : Math.floor(ms / rowMs))
  // Cut they are not.
  const inCrowd = isInTheWay(head, { isNarrow, isCrowded }, limits)
    ? Math.max(head.rows, inTime(limits.targetCrowdedRunMs))
    : Infinity
  // Two idle lanes are done sooner with half the rows each.
  const share = Math.ceil(waitingRows / freeLanes)
  return Math.max(1, Math.min(inTime(limits.targetRunMs), inCrowd, share))
}
