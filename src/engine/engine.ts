import { EventEmitter, once } from 'node:events'
import { AppError } from '../errors.js'
import type { Loop, LoopCall } from '../families/loop.js'
import type { Demand } from '../ports.js'
import type { Graph } from '../store/graph.js'
import type { NamedTensors } from '../tensor/tensor.js'
import { createCrowd } from './crowd.js'
import { createClaims, type LoadOptions } from './claims.js'
import { createDispatcher } from './dispatcher.js'
import { fillOptions, type EngineOptions } from './engine-options.js'
import { isWhole, residencyOf, statusOf, type EngineStatus, type Residency } from './engine-status.js'
import { createFailures, endOwner } from './failures.js'
import { startGauges } from './gauges.js'
import { createGraphDirectory, serviceTimeIn, type GraphState } from './graph-directory.js'
import { createLaneSet } from './lane-set.js'
import { createPermits, queueFull, type Permit } from './permits.js'
import { createPlacement, notLoaded } from './placement.js'
import { createQuarantine } from './quarantine.js'
import type { Reader } from './reader.js'
import { createReplicas } from './replicas.js'
import { createRunEntry, type RunEnd, type RunEntry, type RunEntryOptions, type RunResult } from './run-entry.js'
import { createStatistics, type OwnerStatistics } from './statistics.js'

export type { LoadOptions } from './claims.js'
export type { EngineOptions } from './engine-options.js'
export type { EngineStatus, Residency } from './engine-status.js'
export type { Permit } from './permits.js'
export type { Reader } from './reader.js'
export type { RunResult } from './run-entry.js'
export type { OwnerStatistics } from './statistics.js'

/** Time that lanes get at least to end by themselves, however late it is. */
const LEAST_END_MS = 1_000

/** Runs graphs in lanes: it schedules, and knows no task. An owner is whoever loads graphs: a pack, `name@version`. */
export interface Engine {
  /**
   * Makes the owner's graphs resident and warm, one after the other. Throws `model_invalid`, `over_budget`, `model_quarantined`,
   * `lane_failed`, `draining`, or why the signal was aborted; the owner then claims what it did before.
   */
  load(owner: string, graphs: readonly Graph[], options: LoadOptions): Promise<void>
  /** Drops the owner's claims and pardons it; sessions that nobody claims are released when no run uses them. */
  unload(owner: string): Promise<void>
  /**
   * Runs the graph on the rows of `feeds`, merged with those of other callers. `outputs` names what is wanted; all when left
   * out. `reader` reads what the graph gives, in the lane where that can be. A graph that was evicted is loaded again on the way.
   * The caller must not change `feeds` until the end. Throws
   * `cancelled`, `deadline_exceeded`, `queue_full`, `invalid_tensor`, `lane_failed`, `model_not_loaded`,
   * `model_quarantined`, `draining`.
   */
  run(
    owner: string,
    graph: Graph,
    feeds: NamedTensors,
    demand: Demand,
    outputs?: readonly string[],
    reader?: Reader,
  ): Promise<RunResult>
  /** Takes steps of a loop: one merged with those of other callers, or several in the lane while nobody else waits. Throws as `run`. */
  advance<State, Own extends Loop<State>>(
    owner: string,
    graph: Graph,
    call: LoopCall<State, Own>,
    demand: Demand,
  ): Promise<RunResult & { readonly loop: Own }>
  /** A place for one request, taken before any work; throws `queue_full`, `model_quarantined` or `draining` at once. */
  admit(owner: string, demand: Demand): Permit
  /** Throws as `admit` would, and takes no place: a refusal before a body is read. */
  checkRoom(owner: string): void
  residency(graph: Pick<Graph, 'digest'>): Residency[]
  status(): EngineStatus
  statistics(owner: string): OwnerStatistics
  /** A lane is up and every pinned graph is in one. */
  isReady(): boolean
  /** Lifts the owner's quarantine. */
  pardon(owner: string): void
  /** Admits nothing more, lets admitted requests and runs end for `graceMs`, then ends the lanes. */
  close(options: { graceMs: number }): Promise<void>
}

/** Resolves when every lane answers; throws `device_unavailable` when one cannot be started. */
export async function createEngine(given: EngineOptions): Promise<Engine> {
  const options = fillOptions(given)
  const { clock, log, meter } = options
  const quarantine = createQuarantine(clock)
  const directory = createGraphDirectory(options.ageingMs)
  const statistics = createStatistics()
  const changes = new EventEmitter().setMaxListeners(0)
  const live = new Set<RunEntry>()
  let held = 0
  let sequence = 0
  let isDraining = false

  const laneSet = createLaneSet(options, {
    isPinned: (digest) => directory.isPinned(digest),
    isAwaited: (digest) => directory.find(digest)?.queue.isEmpty === false,
    beforeLoad: async (lane) => (lane.isNarrow ? undefined : replicas.trim()),
    onLoaded(lane, graph, { warmRunMs }) {
      const state = directory.find(graph.digest)
      if (warmRunMs !== undefined && state !== undefined) serviceTimeIn(lane, state).observe(1, warmRunMs)
      if (!lane.isNarrow) void replicas.trim()
    },
    onChange() {
      placement.lanesChanged()
      dispatcher.wake()
    },
    onUp: (lane) => void (lane.isNarrow ? replicas : placement).restore(lane).finally(() => dispatcher.wake()),
  })
  const { wide, lanes } = laneSet
  const placement = createPlacement({
    ...{ lanes: wide, directory, quarantine, log },
    onQuarantined: (owner) => endOwner(directory, owner),
  })
  const replicas = createReplicas({
    ...options,
    ...{ originals: wide, directory },
    openNarrow: () => laneSet.openNarrow(),
    blame: (state, error) => placement.blame(state, error),
    onChange: () => dispatcher.wake(),
  })
  const count = () => Math.max(held, live.size)
  const crowd = createCrowd({ from: Math.max(2, options.narrowLanes), calmAfterMs: options.calmAfterMs, clock, count })
  const claims = createClaims({ directory, placement, replicas, quarantine })
  const failures = createFailures(directory, quarantine)
  const rooms = { lanes, directory, quarantine, placement, replicas, crowd, failures, statistics }
  const dispatcher = createDispatcher({ ...options, ...rooms, limits: options })
  const ownerDrainMs = (owner: string) => directory.of(owner).reduce((sum, state) => sum + drainMs(state), 0)
  const permits = createPermits({ limit: options.maxRequestsInFlight, clock, drainMs: ownerDrainMs })

  const drainMs = (state: GraphState): number => {
    const { digest } = state.graph
    const narrow = replicas.lanesOf(digest)
    const [lane, ...others] = narrow.length > 0 ? narrow : placement.holders(digest)
    const { rowMs = 0 } = lane === undefined ? state.serviceTime : serviceTimeIn(lane, state)
    return (state.queue.rows * rowMs) / (1 + others.length)
  }
  const checkOpen = (): void => {
    if (isDraining) throw new AppError('draining', 'The service is shutting down.')
  }
  const roomFault = ({ rows, bytes }: RunEntry, state: GraphState): AppError | undefined => {
    const { queue } = state
    if (queue.isEmpty) return undefined
    if (queue.rows + rows > options.maxQueuedRows) return queueFull('maxQueuedRows', drainMs(state))
    return queue.bytes + bytes > options.maxQueuedBytes ? queueFull('maxQueuedBytes', drainMs(state)) : undefined
  }
  const enqueue = (entry: RunEntry, state: GraphState): Promise<RunResult> => {
    const fault = roomFault(entry, state)
    if (fault !== undefined) entry.fail(fault)
    if (!entry.isSettled) {
      live.add(entry)
      state.queue.add(entry)
      dispatcher.wake()
    }
    return entry.result
  }
  // Async, so that a refusal is a rejection and not an exception.
  const submit = async (
    owner: string,
    graph: Graph,
    asked: Pick<RunEntryOptions, 'feeds' | 'demand' | 'outputs' | 'loop' | 'reader'>,
  ): Promise<RunResult> => {
    if (held === 0) checkOpen()
    quarantine.check(owner)
    const state = directory.find(graph.digest)
    if (state?.claims.has(owner) !== true) throw notLoaded(owner)
    const entry = createRunEntry({
      ...{ owner, graph, ...asked, clock, sequence: sequence++ },
      onEnd: (ended, how, steps) => settle(ended, how, { state, steps }),
    })
    return enqueue(entry, state)
  }
  const settle = (ended: RunEntry, how: RunEnd, { state, steps }: { state: GraphState; steps: number }): void => {
    live.delete(ended)
    state.queue.remove(ended)
    statistics.end(ended.owner, how, ended.rows * steps, clock.nowMs() - ended.arrivedMs)
    meter.count('radserve_runs_total', { model: ended.owner, outcome: how }, steps)
    changes.emit('change')
    dispatcher.wake()
  }
  const gauges = startGauges(meter, lanes, directory)

  const engine: Engine = {
    async load(owner, graphs, loading) {
      checkOpen()
      await claims.load(owner, graphs, loading)
    },
    unload: (owner) => claims.unload(owner),
    run: (owner, graph, feeds, demand, outputs, reader) =>
      submit(owner, graph, { feeds, demand, outputs, loop: undefined, reader }),
    async advance(owner, graph, { loop, order, constants, outputs, toldEveryMs, resume }, demand) {
      const feeds = { ...constants, ...loop.feeds() }
      const part = { order, state: loop.state, constants: Object.keys(constants), toldEveryMs }
      const ran = await submit(owner, graph, { feeds, demand, outputs, loop: part, reader: undefined })
      // What came back is of the kind that was sent.
      if (ran.went !== undefined) return { ...ran, loop: resume(ran.went.state as typeof loop.state) }
      loop.accept(ran.outputs)
      return { ...ran, loop }
    },
    checkRoom(owner) {
      checkOpen()
      quarantine.check(owner)
      permits.check(owner)
    },
    admit(owner) {
      checkOpen()
      quarantine.check(owner)
      const permit = permits.admit(owner)
      held++
      crowd.look()
      let isHeld = true
      return {
        release() {
          if (!isHeld) return
          isHeld = false
          held--
          permit.release()
          changes.emit('change')
        },
      }
    },
    residency: ({ digest }) => residencyOf(lanes, digest),
    status: () => statusOf({ lanes, directory, quarantine, isDraining }),
    statistics: (owner) => statistics.of(owner),
    isReady: () => !isDraining && isWhole({ lanes, directory, quarantine, placement }),
    pardon: (owner) => quarantine.pardon(owner),
    async close({ graceMs }) {
      isDraining = true
      clearInterval(gauges)
      const endMs = clock.nowMs() + graceMs
      const grace = AbortSignal.timeout(graceMs)
      while ((live.size > 0 || held > 0) && !grace.aborted) {
        await once(changes, 'change', { signal: grace }).catch(() => undefined)
      }
      const drained = () => new AppError('draining', 'The service has shut down before the run was done.')
      for (const state of directory.all()) state.queue.failAll(drained)
      placement.close()
      await laneSet.end(Math.max(LEAST_END_MS, endMs - clock.nowMs()))
      for (const entry of live) entry.fail(drained())
    },
  }
  await laneSet.start()
  return engine
}
