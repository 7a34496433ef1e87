import { AppError } from '../errors.js'
import type { Clock, Log, Meter } from '../ports.js'
import { mergeFeeds, splitOutputs, wantedOutputs } from './batch.js'
import type { Crowd } from './crowd.js'
import { serviceTimeIn, type GraphDirectory, type GraphState } from './graph-directory.js'
import { lanesFor } from './lane-choice.js'
import { LaneDied } from './lane-link.js'
import type { LaneSessions } from './lane-sessions.js'
import { laneFailed, type Placement } from './placement.js'
import type { LaneRan } from './protocol.js'
import { quarantined, type Quarantine } from './quarantine.js'
import type { Replicas } from './replicas.js'
import type { RunEntry } from './run-entry.js'
import { rankOf, type Batch } from './run-queue.js'
import type { Statistics } from './statistics.js'

/** Times that a run may take its lane with it before its caller is told `lane_failed`. */
const MOST_DEATHS = 2
/** A run is cut off when it takes so many times longer than its rows usually do, and at least `runLimitMs`. */
const PATIENCE = 10

export interface DispatchLimits {
  readonly maxBatchBytes: number
  /** A batch takes no more rows than are expected to be done in this time: whoever comes next waits that long. */
  readonly targetRunMs: number
  /** While a run shorter than this is under way, the next is sent already, so that the lane need not wait for it. */
  readonly prefetchBelowMs: number
  readonly runLimitMs: number
  readonly ageingMs: number
}

/** Takes batches from the queues to the lanes and brings their rows back. */
export interface Dispatcher {
  /** Something has changed: runs came or ended, a lane came up or became free. Does its work at the end of this tick. */
  wake(): void
}

export interface DispatcherDeps {
  readonly lanes: readonly LaneSessions[]
  readonly directory: GraphDirectory
  readonly placement: Placement
  readonly replicas: Replicas
  readonly crowd: Crowd
  readonly quarantine: Quarantine
  readonly statistics: Statistics
  readonly limits: DispatchLimits
  readonly clock: Clock
  readonly log: Log
  readonly meter: Meter
}

interface Flight {
  readonly state: GraphState
  readonly batch: Batch
  readonly sentMs: number
  readonly inputMs: number
  readonly expectedMs: number
}

export function createDispatcher(deps: DispatcherDeps): Dispatcher {
  const { lanes, directory, placement, replicas, crowd, quarantine, limits, clock } = deps
  const flights = new Map<LaneSessions, Set<Flight>>()
  /** When each lane answered last: a run that was sent earlier began then. */
  const answeredMs = new Map<LaneSessions, number>()
  const loading = new Set<GraphState>()
  let isAwake = false

  const flightsOf = (lane: LaneSessions): Set<Flight> => {
    const found = flights.get(lane) ?? new Set()
    flights.set(lane, found)
    return found
  }
  const hasSlot = (lane: LaneSessions): boolean => {
    const [first, second] = flightsOf(lane)
    return first === undefined || (second === undefined && first.expectedMs < limits.prefetchBelowMs)
  }
  const pump = (): void => {
    isAwake = false
    for (const lane of lanes) lane.recheck()
    if (!crowd.isThere) replicas.forgetWaits()
    let hasMore = true
    while (hasMore) hasMore = inOrder(directory.all(), clock.nowMs(), limits.ageingMs).some(dispatch)
  }
  /** Sends one batch of the graph; false when it has none or no lane is free for it. */
  const dispatch = (state: GraphState): boolean => {
    const { digest } = state.graph
    const wide = placement.holders(digest)
    if (wide.length === 0) bringBack(state)
    const head = state.queue.head(clock.nowMs())
    if (head === undefined) return false
    const fit = lanesFor(head, { wide, narrow: replicas.lanesOf(digest), isCrowded: crowd.isThere })
    const free = fit.filter(hasSlot).sort((a, b) => flightsOf(a).size - flightsOf(b).size)
    const [lane] = free
    if (lane === undefined) return false
    const batch = state.queue.take(batchLimits(state, lane, free.length), clock.nowMs())
    if (batch === undefined) return false
    void send(lane, state, batch)
    return true
  }
  const batchLimits = (state: GraphState, lane: LaneSessions, freeLanes: number) => {
    const { rowMs } = serviceTimeIn(lane, state)
    const inTime = rowMs === undefined ? 1 : Math.floor(limits.targetRunMs / rowMs)
    // Two idle lanes are done sooner with half the rows each.
    const share = Math.ceil(state.queue.rows / freeLanes)
    return { maxBytes: limits.maxBatchBytes, targetRows: Math.max(1, Math.min(inTime, share)) }
  }
  /** Runs wait for a graph that was evicted, or whose lane died. */
  const bringBack = (state: GraphState): void => {
    if (loading.has(state)) return
    loading.add(state)
    placement
      .ensure(state)
      .catch((error: unknown) => {
        const reason = error instanceof AppError ? error : laneFailed('The lane process died.', error)
        state.queue.failAll(() => reason)
      })
      .finally(() => {
        loading.delete(state)
        wake()
      })
  }
  const send = async (lane: LaneSessions, state: GraphState, batch: Batch): Promise<void> => {
    const startMs = clock.nowMs()
    const expectedMs = (serviceTimeIn(lane, state).rowMs ?? Infinity) * batch.rows
    const limitMs = Math.max(limits.runLimitMs, Number.isFinite(expectedMs) ? expectedMs * PATIENCE : 0)
    state.inFlight++
    for (const holder of lanes) holder.touch(state.graph.digest)
    try {
      const feeds = mergeFeeds(batch)
      const sentMs = clock.nowMs()
      const flight = { state, batch, sentMs, inputMs: sentMs - startMs, expectedMs }
      flightsOf(lane).add(flight)
      try {
        const ran = await lane.run(state.graph, feeds, wantedOutputs(batch), limitMs)
        onRan(lane, flight, ran)
      } finally {
        flightsOf(lane).delete(flight)
        answeredMs.set(lane, clock.nowMs())
      }
    } catch (error) {
      onFailed(state, batch, error, startMs)
    } finally {
      state.inFlight--
      wake()
    }
  }
  const onRan = (lane: LaneSessions, { state, batch, sentMs, inputMs }: Flight, ran: LaneRan): void => {
    const beganMs = Math.max(sentMs, answeredMs.get(lane) ?? 0)
    serviceTimeIn(lane, state).observe(batch.rows, ran.runMs)
    const parts = splitOutputs(batch, ran.outputs)
    batch.chunks.forEach(({ entry, range }, at) => {
      if (entry.deaths > 0) quarantine.acquit(entry.owner)
      entry.deliver(range, parts[at]!, {
        queueMs: beganMs - entry.arrivedMs,
        runMs: ran.runMs,
        batchRows: batch.rows,
      })
    })
    const outputMs = Math.max(0, clock.nowMs() - beganMs - ran.runMs)
    const waits = batch.chunks.map(({ entry }) => beganMs - entry.arrivedMs)
    const queueMs = Math.max(...waits)
    if (crowd.isThere) for (const waitedMs of waits) replicas.noteWait(state, waitedMs)
    recordRun(deps, batch, { rows: batch.rows, queueMs, inputMs, runMs: ran.runMs, outputMs })
  }
  const onFailed = (state: GraphState, batch: Batch, error: unknown, beganMs: number): void => {
    if (error instanceof LaneDied) {
      onDeath(state, batch, error, beganMs)
      return
    }
    const failure = error instanceof AppError ? error : new AppError('internal', String(error), { cause: error })
    const entries = new Set(batch.chunks.map(({ entry }) => entry))
    if (failure.code !== 'invalid_tensor' || entries.size === 1) {
      for (const entry of entries) entry.fail(failure)
      return
    }
    // The rows of one caller were refused; run each alone, so that the others get theirs.
    tryAlone(state, batch)
  }
  const tryAlone = (state: GraphState, batch: Batch): void => {
    for (const { entry } of batch.chunks) entry.isAlone = true
    giveBack(state, batch)
  }
  const giveBack = (state: GraphState, batch: Batch): void => {
    for (const chunk of batch.chunks) {
      const { entry } = chunk
      if (state.claims.has(entry.owner)) state.queue.giveBack(chunk)
      else entry.fail(new AppError('model_not_loaded', `The model ${entry.owner} was unloaded.`))
    }
  }
  const onDeath = (state: GraphState, batch: Batch, death: LaneDied, beganMs: number): void => {
    if (!death.wasRunning) {
      giveBack(state, batch)
      return
    }
    const entries = new Set<RunEntry>(batch.chunks.map(({ entry }) => entry))
    for (const entry of entries) entry.deaths++
    for (const owner of new Set([...entries].map((entry) => entry.owner))) {
      if (quarantine.strike(owner, beganMs)) endOwner(directory, owner)
    }
    for (const entry of entries) {
      if (quarantine.has(entry.owner)) entry.fail(quarantined(entry.owner))
      else if (entry.deaths >= MOST_DEATHS) {
        entry.fail(laneFailed(`The process that ran the model failed: ${death.message}.`, death))
      }
    }
    tryAlone(state, batch)
  }
  const wake = (): void => {
    if (isAwake) return
    isAwake = true
    // At the end of the tick, so that runs which arrive together share a batch.
    queueMicrotask(pump)
  }
  return { wake }
}

/** Ends every waiting run of a quarantined owner. */
export function endOwner(directory: GraphDirectory, owner: string): void {
  for (const state of directory.all()) {
    state.queue.failAll(
      () => quarantined(owner),
      (entry) => entry.owner === owner,
    )
  }
}

/** Graphs with waiting runs: the highest priority first, then who has waited longest. */
function inOrder(states: Iterable<GraphState>, nowMs: number, ageingMs: number): GraphState[] {
  const waiting = [...states].flatMap((state) => {
    const head = state.queue.head(nowMs)
    return head === undefined ? [] : [{ state, rank: rankOf(head, nowMs, ageingMs), arrivedMs: head.arrivedMs }]
  })
  return waiting.sort((a, b) => a.rank - b.rank || a.arrivedMs - b.arrivedMs).map(({ state }) => state)
}

function recordRun(
  { statistics, meter }: DispatcherDeps,
  batch: Batch,
  execution: Parameters<Statistics['execution']>[1],
): void {
  const owners = new Set(batch.chunks.map(({ entry }) => entry.owner))
  statistics.execution(owners, execution)
  const [model] = owners
  const labels = { model: model ?? '' }
  meter.observe('radserve_batch_rows', execution.rows, labels)
  meter.observe('radserve_run_ms', execution.runMs, labels)
  meter.observe('radserve_queue_ms', execution.queueMs, labels)
}
