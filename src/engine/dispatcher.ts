import { AppError, envelopeToError } from '../errors.js'
import type { Clock, Log, Meter } from '../ports.js'
import { loopsOf, mergeFeeds, splitOutputs, wantedOutputs } from './batch.js'
import { batchRows, isInTheWay, type BatchRowsLimits } from './batch-rows.js'
import type { Crowd } from './crowd.js'
import type { Failures } from './failures.js'
import { serviceTimeIn, type GraphDirectory, type GraphState } from './graph-directory.js'
import { lanesFor } from './lane-choice.js'
import type { LaneSessions } from './lane-sessions.js'
import { laneFailed, type Placement } from './placement.js'
import type { LaneRan, LoopsOrder } from './protocol.js'
import type { Quarantine } from './quarantine.js'
import { readerOf } from './reader.js'
import type { Replicas } from './replicas.js'
import type { RunEntry } from './run-entry.js'
import { couldMeet, rankOf, type Batch, type BatchLimits } from './run-queue.js'
import type { Statistics } from './statistics.js'

/** A run is cut off when it takes so many times longer than its rows usually do, and at least `runLimitMs`. */
const PATIENCE = 10

export interface DispatchLimits extends BatchRowsLimits {
  /** Lanes for copies, on a CPU. */
  readonly narrowLanes: number
  readonly maxBatchBytes: number
  /** While a run shorter than this is under way, the next is sent already, so that the lane need not wait for it. */
  readonly prefetchBelowMs: number
  /** How long a lane may go on with the loops of a batch while nobody else waits. */
  readonly mostLoopMs: number
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
  readonly failures: Failures
  readonly statistics: Statistics
  readonly limits: DispatchLimits
  readonly clock: Clock
  readonly log: Log
  readonly meter: Meter
}

/** That may take a run, and of those the ones that would take it now. */
interface Lanes {
  readonly fit: readonly LaneSessions[]
  readonly free: readonly LaneSessions[]
}

interface Flight {
  readonly state: GraphState
  readonly batch: Batch
  readonly sentMs: number
  readonly inputMs: number
  readonly expectedMs: number
  /** The lane goes on with its loops by itself. */
  readonly isLooping: boolean
  /** The lane was asked to end that. */
  isInterrupted: boolean
}

export function createDispatcher(deps: DispatcherDeps): Dispatcher {
  const { lanes, directory, placement, replicas, crowd, quarantine, failures, limits, clock } = deps
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
  const isInTheWayAt = ({ isNarrow, lane: { device } }: LaneSessions, head: RunEntry): boolean =>
    isInTheWay(head, { isNarrow, device, isCrowded: crowd.isThere, narrowLanes: limits.narrowLanes })
  const hasSlot = (lane: LaneSessions, head: RunEntry): boolean => {
    const [first, second] = flightsOf(lane)
    if (first === undefined) return true
    // A second run would end the loops, and their next step could not share a batch with it.
    if (second !== undefined || first.isLooping || first.expectedMs >= limits.prefetchBelowMs) return false
    if (couldMeet(head, first.batch)) return false
    // What is urgent would wait for it as well.
    return !isInTheWayAt(lane, head)
  }
  /** Somebody waits for these lanes: what they go on with by themselves ends after the step under way. */
  const interrupt = (wanted: readonly LaneSessions[], isMeant: (flight: Flight) => boolean): void => {
    for (const lane of wanted) {
      const looping = [...flightsOf(lane)].find(
        (flight) => flight.isLooping && !flight.isInterrupted && isMeant(flight),
      )
      if (looping === undefined) continue
      looping.isInterrupted = true
      lane.interrupt()
    }
  }
  const pump = (): void => {
    isAwake = false
    for (const lane of lanes) lane.recheck()
    if (!crowd.isThere) replicas.forgetWaits()
    let hasMore = true
    while (hasMore) hasMore = inOrder(directory.all(), clock.nowMs(), limits.ageingMs).some(dispatch)
    interrupt(lanes, ({ batch }) => batch.chunks.every(({ entry }) => entry.isSettled))
  }
  /** Sends one batch of the graph; false when it has none or no lane is free for it. */
  const dispatch = (state: GraphState): boolean => {
    const { digest } = state.graph
    const wide = placement.holders(digest)
    if (wide.length === 0) bringBack(state)
    const head = state.queue.head(clock.nowMs())
    if (head === undefined) return false
    const fit = lanesFor(head, { wide, narrow: replicas.lanesOf(digest), isCrowded: crowd.isThere })
    const free = fit.filter((lane) => hasSlot(lane, head)).sort((a, b) => flightsOf(a).size - flightsOf(b).size)
    const [lane] = free
    if (lane === undefined) {
      interrupt(fit, () => true)
      return false
    }
    const batch = state.queue.take(batchLimits(state, head, lane, { fit, free }), clock.nowMs())
    if (batch === undefined) return false
    void send(lane, state, batch)
    return true
  }
  const batchLimits = (state: GraphState, head: RunEntry, lane: LaneSessions, lanes: Lanes): BatchLimits => {
    const { rowMs } = serviceTimeIn(lane, state)
    const atWork = lanes.fit.flatMap((each) => [...flightsOf(each)].filter((flight) => flight.state === state))
    const rowsAtWork = atWork.reduce((sum, { batch }) => sum + batch.rows, 0)
    const rows = { waitingRows: state.queue.rows, rowsAtWork, lanes: lanes.fit.length, freeLanes: lanes.free.length }
    const asked = { head, rowMs, ...rows, isInTheWay: isInTheWayAt(lane, head) }
    return { maxBytes: limits.maxBatchBytes, targetRows: batchRows(asked, limits) }
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
  /** Whoever waits would share the loops' next step, or have the lane. */
  const goOn = (batch: Batch, nowMs: number): LoopsOrder | undefined =>
    [...directory.all()].some(({ queue }) => !queue.isEmpty) ? undefined : loopsOf(batch, limits.mostLoopMs, nowMs)
  const send = async (lane: LaneSessions, state: GraphState, batch: Batch): Promise<void> => {
    const startMs = clock.nowMs()
    const loops = goOn(batch, startMs)
    const expectedMs = (serviceTimeIn(lane, state).rowMs ?? Infinity) * batch.rows
    const limitMs = Math.max(limits.runLimitMs, Number.isFinite(expectedMs) ? expectedMs * PATIENCE : 0)
    state.inFlight++
    const reader = readerOf(batch, (digest) => lane.holds(digest))
    for (const holder of lanes) for (const each of [state.graph, ...(reader ? [reader] : [])]) holder.touch(each.digest)
    try {
      const outputs = wantedOutputs(batch, reader)
      const ask = { feeds: mergeFeeds(batch, loops), outputs, ...(loops && { loops }), ...(reader && { reader }) }
      const sentMs = clock.nowMs()
      const isLooping = loops !== undefined
      const flight = { state, batch, sentMs, inputMs: sentMs - startMs, expectedMs, isLooping, isInterrupted: false }
      flightsOf(lane).add(flight)
      try {
        const ran = await lane.run(state.graph, ask, limitMs)
        onRan(lane, flight, ran)
      } finally {
        flightsOf(lane).delete(flight)
        answeredMs.set(lane, clock.nowMs())
      }
    } catch (error) {
      failures.handle(state, batch, error, startMs)
    } finally {
      state.inFlight--
      wake()
    }
  }
  const onRan = (lane: LaneSessions, { state, batch, sentMs, inputMs }: Flight, ran: LaneRan): void => {
    const beganMs = Math.max(sentMs, answeredMs.get(lane) ?? 0)
    serviceTimeIn(lane, state).observe(batch.rows * ran.steps, ran.runMs)
    const parts = ran.ends === undefined ? splitOutputs(batch, ran) : []
    batch.chunks.forEach(({ entry, range }, at) => {
      if (entry.deaths > 0) quarantine.acquit(entry.owner)
      const times = { queueMs: beganMs - entry.arrivedMs, runMs: ran.runMs, batchRows: batch.rows }
      const end = ran.ends?.[at]
      if (end === undefined) entry.deliver(range, parts[at]!, times)
      else if ('error' in end) entry.fail(envelopeToError(end.error))
      else entry.deliverLoop({ state: end.state, steps: ran.steps }, times)
    })
    const outputMs = Math.max(0, clock.nowMs() - beganMs - ran.runMs)
    const waits = batch.chunks.map(({ entry }) => beganMs - entry.arrivedMs)
    const queueMs = Math.max(...waits)
    // In a crowd every further step of a loop would have waited for the others': the lane is as busy without.
    const aheadMs = (ran.runMs * (ran.steps - 1)) / ran.steps
    if (crowd.isThere) for (const waitedMs of waits) replicas.noteWait(state, waitedMs + aheadMs)
    recordRun(deps, batch, { rows: batch.rows, steps: ran.steps, queueMs, inputMs, runMs: ran.runMs, outputMs })
  }
  const wake = (): void => {
    if (isAwake) return
    isAwake = true
    // After all that was promised: runs that arrive together share a batch, and so do loops whose last step was answered now.
    queueMicrotask(() => process.nextTick(pump))
  }
  return { wake }
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
  meter.observe('radserve_run_ms', execution.runMs / execution.steps, labels)
  meter.observe('radserve_queue_ms', execution.queueMs, labels)
}
