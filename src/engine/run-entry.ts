import { createHash } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import { abortReason, AppError } from '../errors.js'
import type { LoopOrder } from '../families/loop.js'
import type { Clock, Demand } from '../ports.js'
import { sharedInputs, type Graph } from '../store/graph.js'
import { concatRows, sliceRows } from '../tensor/ops.js'
import type { NamedTensors, Tensor } from '../tensor/tensor.js'
import type { Reader } from './reader.js'

/** A timer set for longer fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

export interface RowRange {
  readonly from: number
  /** Exclusive. */
  readonly to: number
}

export interface RunGiven {
  /** The wanted outputs with the caller's own rows; they may be views onto the memory of a whole batch. */
  readonly outputs: NamedTensors
  /** What the reader gave. Absent where it could not read in the lane: `outputs` then has what it is to read as well. */
  readonly read?: NamedTensors
}

export interface RunResult extends RunGiven {
  /** From the call until the lane began. */
  readonly queueMs: number
  /** In the runtime; for a run in several parts their sum. */
  readonly runMs: number
  /** Rows of the (largest) batch that the run was in. */
  readonly batchRows: number
  /** What the run's loop has come to, where a lane went on with it; `outputs` then has none. */
  readonly went?: { readonly state: unknown; readonly steps: number }
}

/** The loop that a run is a step of. */
export interface RunLoopPart {
  readonly order: LoopOrder
  /** Before the step. */
  readonly state: unknown
  /** Names of the feeds that are none of its own. */
  readonly constants: readonly string[]
  readonly toldEveryMs: number | undefined
}

export type RunTimes = Pick<RunResult, 'queueMs' | 'runMs' | 'batchRows'>

/** How a run ended, for the counts. */
export type RunEnd = 'success' | 'fail' | 'cancel'

/** One call of `run`: it waits, goes to a lane in one or more ranges of rows, and ends exactly once. */
export interface RunEntry {
  readonly owner: string
  /** As the owner's manifest describes it; another pack with the same file may describe it otherwise. */
  readonly graph: Graph
  readonly feeds: NamedTensors
  /** Names of the feeds that all rows have in common. */
  readonly shared: ReadonlySet<string>
  readonly rows: number
  readonly bytes: number
  /** Equal for runs that can share a batch: shapes, the values of what the rows share, and who reads what comes of them. */
  readonly shapeKey: string
  readonly demand: Demand
  readonly outputs: readonly string[]
  readonly loop: RunLoopPart | undefined
  readonly reader: Reader | undefined
  readonly arrivedMs: number
  readonly sequence: number
  /** Shares no batch: because it must be bit for bit the same, or to find out which of a batch's runs was at fault. */
  isAlone: boolean
  /** Times that a lane died of it. */
  deaths: number
  /** Rows that are in no batch yet. */
  waiting: RowRange[]
  readonly isSettled: boolean
  readonly result: Promise<RunResult>
  deliver(range: RowRange, given: RunGiven, times: RunTimes): void
  /** Of all rows at once: their loop went on in the lane. */
  deliverLoop(went: { readonly state: unknown; readonly steps: number }, times: RunTimes): void
  fail(error: AppError): void
}

export interface RunEntryOptions {
  readonly owner: string
  readonly graph: Graph
  readonly feeds: NamedTensors
  readonly demand: Demand
  readonly outputs: readonly string[] | undefined
  readonly loop: RunLoopPart | undefined
  readonly reader: Reader | undefined
  readonly clock: Clock
  readonly sequence: number
  /** `steps`: runs of its rows that were answered. */
  onEnd(entry: RunEntry, end: RunEnd, steps: number): void
}

/** Throws `invalid_tensor` when an input is missing or those with rows do not have equally many. */
export function createRunEntry(options: RunEntryOptions): RunEntry {
  const { owner, graph, feeds, demand, clock } = options
  const shared = sharedInputs(graph)
  const rows = countRows(graph, feeds, shared)
  const parts: RunPart[] = []
  const times = { queueMs: 0, runMs: 0, batchRows: 0 }
  let resolve!: (result: RunResult) => void
  let reject!: (error: AppError) => void
  const result = new Promise<RunResult>((...settlers) => ([resolve, reject] = settlers))
  let isSettled = false
  let arrivedRows = 0
  const end = (how: RunEnd, steps = 1): void => {
    isSettled = true
    entry.waiting = []
    demand.signal.removeEventListener('abort', onAbort)
    clearTimeout(timer)
    options.onEnd(entry, how, steps)
  }
  const fail = (error: AppError): void => {
    if (isSettled) return
    reject(error)
    end(error.code === 'cancelled' || error.code === 'deadline_exceeded' ? 'cancel' : 'fail')
  }
  const onAbort = (): void => fail(abortReason(demand.signal))
  const entry: RunEntry = {
    owner,
    graph,
    feeds,
    shared,
    rows,
    bytes: Object.values(feeds).reduce((sum, feed) => sum + feed.data.byteLength, 0),
    shapeKey: `${shapeKey(graph, feeds, shared)};${readerKey(options.reader)}`,
    demand,
    outputs: options.outputs ?? graph.outputs.map((output) => output.name),
    loop: options.loop,
    reader: options.reader,
    arrivedMs: clock.nowMs(),
    sequence: options.sequence,
    isAlone: demand.isDeterministic || graph.rowSymbol === undefined,
    deaths: 0,
    waiting: [{ from: 0, to: rows }],
    get isSettled() {
      return isSettled
    },
    result,
    fail,
    deliver(range, given, { queueMs, runMs, batchRows }) {
      if (isSettled) return
      parts.push({ from: range.from, ...given })
      arrivedRows += range.to - range.from
      times.queueMs = Math.max(times.queueMs, queueMs)
      times.runMs += runMs
      times.batchRows = Math.max(times.batchRows, batchRows)
      if (arrivedRows < rows) return
      resolve({ ...joinParts(parts), ...times })
      end('success')
    },
    deliverLoop(went, gone) {
      if (isSettled) return
      resolve({ outputs: {}, ...gone, went })
      end('success', went.steps)
    },
  }
  const timer =
    demand.deadlineMs === undefined
      ? undefined
      : setTimeout(expire, Math.min(LONGEST_TIMER_MS, Math.max(0, demand.deadlineMs - clock.nowMs())))
  function expire(): void {
    fail(new AppError('deadline_exceeded', 'The deadline passed before the run was done.'))
  }
  // A request of many images has as many runs on its one signal; Node warns of a leak from the eleventh listener on.
  setMaxListeners(0, demand.signal)
  demand.signal.addEventListener('abort', onAbort)
  if (demand.signal.aborted) onAbort()
  return entry
}

function countRows(graph: Graph, feeds: NamedTensors, shared: ReadonlySet<string>): number {
  const rows = new Set<number>()
  for (const { name } of graph.inputs) {
    const feed = feeds[name]
    if (feed === undefined) throw new AppError('invalid_tensor', `The input ${name} is missing.`)
    if (!shared.has(name)) rows.add(feed.dims[0] ?? 0)
  }
  if (graph.rowSymbol === undefined) return 1
  const [count] = rows
  if (rows.size !== 1 || count === undefined || count < 1) {
    throw new AppError('invalid_tensor', 'The inputs of a run must all have the same number of rows, one at least.')
  }
  return count
}

function shapeKey(graph: Graph, feeds: NamedTensors, shared: ReadonlySet<string>): string {
  const shapes = graph.inputs.map(({ name }) => {
    const feed = feeds[name]!
    if (shared.has(name)) return `${name}=${feed.dtype}[${feed.dims.join()}]${digestOf(feed)}`
    return `${name}:${feed.dtype}[${feed.dims.slice(1).join()}]`
  })
  return [graph.rowSymbol === undefined ? 'alone' : 'rows', ...shapes].join(';')
}

function digestOf({ data }: Tensor): string {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  return createHash('sha256').update(bytes).digest('base64')
}

function readerKey(reader: Reader | undefined): string {
  return reader === undefined
    ? ''
    : `${reader.graph.digest}<${Object.entries(reader.inputs).join()}>${reader.outputs.join()}`
}

interface RunPart extends RunGiven {
  readonly from: number
}

/** Of a run in several parts nothing was read. */
function joinParts(parts: RunPart[]): RunGiven {
  const [first] = parts
  if (first === undefined || parts.length === 1) return first ?? { outputs: {} }
  parts.sort((a, b) => a.from - b.from)
  return { outputs: mapTensors(first.outputs, (_, name) => concatRows(parts.map((part) => part.outputs[name]!))) }
}

/** The feeds of some rows, as views; what the rows share as it is. */
export function feedsOf({ graph, feeds, rows, shared }: RunEntry, { from, to }: RowRange): NamedTensors {
  if (graph.rowSymbol === undefined || to - from === rows) return feeds
  return mapTensors(feeds, (feed, name) => (shared.has(name) ? feed : sliceRows(feed, from, to)))
}

export function mapTensors(tensors: NamedTensors, change: (of: Tensor, name: string) => Tensor): NamedTensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, value]) => [name, change(value, name)]))
}
