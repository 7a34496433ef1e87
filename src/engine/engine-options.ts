import { availableParallelism } from 'node:os'
import type { Clock, Log, Meter } from '../ports.js'
import type { DeviceChoice } from './devices.js'
import { LANE_TIMES, type LaneTimes } from './lane.js'
import type { Environment } from './lane-link.js'

/** As given; what is left out is chosen by `fillOptions`. */
export interface EngineOptions {
  readonly device: DeviceChoice
  /**
   * Processes that hold models, all alike. Left out, there is one wide lane with all threads, and on the CPU narrow lanes
   * that share them out hold copies of what is busy (`replicas.ts`).
   */
  readonly lanes?: number
  /** Compute threads of each lane, or of the wide one. */
  readonly threadsPerLane?: number
  /** Lanes beside the wide one; none where `lanes` is given. */
  readonly narrowLanes?: number
  /** Bytes of sessions that each lane may hold, or the wide and the narrow ones together. */
  readonly budgetBytes: number
  /** Permits of each owner. */
  readonly maxRequestsInFlight?: number
  /** Rows and bytes of feeds that may wait for one graph; a safety net below the permits. */
  readonly maxQueuedRows?: number
  readonly maxQueuedBytes?: number
  readonly maxBatchBytes?: number
  readonly targetRunMs?: number
  readonly targetCrowdedRunMs?: number
  readonly prefetchBelowMs?: number
  readonly mostLoopMs?: number
  readonly ageingMs?: number
  /** Time that the runs of a graph wait in all, in one busy spell, before it is copied into the narrow lanes. */
  readonly copyAfterWaitMs?: number
  /** A spell of many requests ends when there have been few for so long. */
  readonly calmAfterMs?: number
  /** Least time after which a run is taken to hang and its lane is killed. */
  readonly runLimitMs?: number
  readonly loadLimitMs?: number
  readonly laneTimes?: Partial<LaneTimes>
  /** The environment of the lanes, to which the allocator's settings are added; left out, this process's as it is. */
  readonly environment?: Environment
  readonly log: Log
  readonly meter: Meter
  readonly clock: Clock
}

export type FilledOptions = Required<Omit<EngineOptions, 'environment' | 'laneTimes'>> & {
  readonly environment: Environment | undefined
  readonly laneTimes: LaneTimes
}

const MIB = 1 << 20
/** Each narrow lane has a copy of the weights, so a machine of many cores gets wider ones instead of more. */
const MOST_NARROW_LANES = 4

/**
 * Without the thresholds, glibc keeps what sessions and large batches have freed, and a lane that loads and unloads grows. With large
 * pages, which Linux gives to who asks for them, what is asked for anew in each run costs a small part of the page faults
 * (docs/performance.md has both measurements).
 */
const ALLOCATOR: Environment = {
  MALLOC_MMAP_THRESHOLD_: '65536',
  MALLOC_TRIM_THRESHOLD_: '65536',
  GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1',
}

export function fillOptions(given: EngineOptions): FilledOptions {
  const lanes = given.lanes ?? 1
  const threadsPerLane = given.threadsPerLane ?? Math.max(1, Math.floor(availableParallelism() / lanes))
  const mayCopy = given.lanes === undefined && threadsPerLane > 1
  return {
    maxRequestsInFlight: 256,
    maxQueuedRows: 16_384,
    maxQueuedBytes: 512 * MIB,
    maxBatchBytes: 64 * MIB,
    targetRunMs: 150,
    targetCrowdedRunMs: 20,
    prefetchBelowMs: 50,
    mostLoopMs: 1_000,
    ageingMs: 5_000,
    runLimitMs: 120_000,
    loadLimitMs: 300_000,
    copyAfterWaitMs: 1_000,
    calmAfterMs: 100,
    narrowLanes: mayCopy ? Math.min(MOST_NARROW_LANES, threadsPerLane) : 0,
    ...given,
    lanes,
    threadsPerLane,
    laneTimes: { ...LANE_TIMES, ...given.laneTimes },
    environment: given.environment && { ...ALLOCATOR, ...given.environment },
  }
}
