import type { LaneSessions } from './lane-sessions.js'
import type { RunEntry } from './run-entry.js'

/** Lanes that can run a graph now. */
export interface LaneOffer {
  readonly wide: readonly LaneSessions[]
  /** All that there are, or none: fewer would be slower than the wide lane alone. */
  readonly narrow: readonly LaneSessions[]
  readonly isCrowded: boolean
}

/**
 * Lanes that may take the run, the better ones first. A single request is done soonest with all threads, many are with a
 * share of the threads each: threads that work on one run wait for each other (docs/decisions/wide-and-narrow-lanes.md).
 */
export function lanesFor(
  { demand }: Pick<RunEntry, 'demand'>,
  { wide, narrow, isCrowded }: LaneOffer,
): readonly LaneSessions[] {
  // Another number of threads may add in another order, which moves the last bits.
  if (narrow.length === 0 || demand.isDeterministic) return wide
  // While the narrow lanes are at work the wide one is free: what is urgent waits for nobody.
  if (demand.priority === 'stat') return [...wide, ...narrow]
  return isCrowded || wide.length === 0 ? narrow : wide
}
