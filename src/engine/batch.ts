import { AppError } from '../errors.js'
import { concatRows, sliceRows } from '../tensor/ops.js'
import type { NamedTensors, Tensor } from '../tensor/tensor.js'
import type { LaneFeed, LaneFeeds } from './kept-feeds.js'
import type { LaneRan, LoopsOrder } from './protocol.js'
import type { LaneReader } from './reader.js'
import { feedsOf, mapTensors, type RunEntry, type RunGiven } from './run-entry.js'
import type { Batch } from './run-queue.js'

/**
 * The feeds of all rows of the batch, stacked in order; those of a single run are not copied. What the rows share is equal
 * in all its runs, by their shape key, and goes once. With `loops` of what every step is fed alike.
 */
export function mergeFeeds(batch: Batch, loops?: LoopsOrder): LaneFeeds {
  const parts = batch.chunks.map(({ entry, range }) => constantsOf(feedsOf(entry, range), loops && entry))
  const shared = batch.chunks[0]?.entry.shared
  const merged = Object.entries(parts[0] ?? {}).map(([name, first]) => [
    name,
    shared?.has(name) === true ? first : stack(parts.map((part) => part[name]!)),
  ])
  return Object.fromEntries(merged) as LaneFeeds
}

/** Of a loop only what is none of its own: the lane makes the rest itself. */
function constantsOf(feeds: NamedTensors, looping: RunEntry | undefined): NamedTensors {
  const names = looping?.loop?.constants
  return names === undefined ? feeds : Object.fromEntries(names.map((name) => [name, feeds[name]!]))
}

/** The loops of a batch whose every run is a whole step of one, to go on with for `mostMs`, until a deadline or until somebody waits to be told at most; otherwise `undefined`. */
export function loopsOf(batch: Batch, mostMs: number, nowMs: number): LoopsOrder | undefined {
  const parts: LoopsOrder['parts'][number][] = []
  for (const { entry, range } of batch.chunks) {
    const { loop, rows } = entry
    if (loop === undefined || range.to - range.from !== rows) return undefined
    parts.push({ order: loop.order, state: loop.state, rows })
  }
  const bounds = batch.chunks.flatMap(({ entry: { demand, loop } }) => [
    (demand.deadlineMs ?? Infinity) - nowMs,
    loop?.toldEveryMs ?? Infinity,
  ])
  const shared = [...(batch.chunks[0]?.entry.shared ?? [])]
  return { parts, shared, limitMs: Math.min(mostMs, ...bounds) }
}

/** As `concatRows`. Constants are stacked in the lane: it has most of them already, and each crosses once whoever shares the batch. */
function stack(parts: readonly Tensor[]): LaneFeed {
  return parts.length > 1 && parts.every((part) => part.isConstant === true) ? { stacked: parts } : concatRows(parts)
}

/** Every output that somebody in the batch wants, and what its reader has not read in the lane. */
export function wantedOutputs(batch: Batch, reader: LaneReader | undefined): string[] {
  return [...new Set(batch.chunks.flatMap(({ entry }) => namesOf(entry, reader !== undefined)))]
}

function namesOf({ outputs, reader }: RunEntry, isRead: boolean): readonly string[] {
  return reader === undefined || isRead ? outputs : [...new Set([...outputs, ...Object.values(reader.inputs)])]
}

/**
 * To each chunk of the batch, in order, its own rows of what it wants, as views. Throws `model_invalid` when a graph
 * gave another number of rows than it took.
 */
export function splitOutputs(batch: Batch, { outputs, read }: Pick<LaneRan, 'outputs' | 'read'>): RunGiven[] {
  for (const all of [outputs, read ?? {}]) checkRows(batch, all)
  let at = 0
  return batch.chunks.map(({ entry, range }) => {
    const from = at
    at += range.to - range.from
    const own = (all: NamedTensors): NamedTensors =>
      batch.chunks.length === 1 ? all : mapTensors(all, (of) => sliceRows(of, from, from + range.to - range.from))
    const wanted = namesOf(entry, read !== undefined).map((name) => [name, outputs[name]!] as const)
    return { outputs: own(Object.fromEntries(wanted)), ...(read && { read: own(read) }) }
  })
}

function checkRows({ chunks, rows }: Batch, outputs: NamedTensors): void {
  if (chunks.some(({ entry }) => entry.graph.rowSymbol === undefined)) return
  for (const [name, { dims }] of Object.entries(outputs)) {
    if (dims[0] === rows) continue
    throw new AppError('model_invalid', `The output ${name} has ${dims[0] ?? 0} rows for ${rows} rows of input.`)
  }
}
