import { PRIORITIES } from '../ports.js'
import type { AppError } from '../errors.js'
import type { RowRange, RunEntry } from './run-entry.js'

/** Rows of several runs that go to a lane as one run. */
export interface Batch {
  readonly chunks: readonly BatchChunk[]
  readonly rows: number
}

export interface BatchChunk {
  readonly entry: RunEntry
  readonly range: RowRange
}

export interface BatchLimits {
  /** Rows that are expected to take as long as a run should; at least 1. */
  readonly targetRows: number
  readonly maxBytes: number
}

/** The runs of one graph that wait. Who goes first: priority, raised by age; then the earliest deadline; then arrival. */
export interface RunQueue {
  readonly rows: number
  readonly bytes: number
  readonly isEmpty: boolean
  add(entry: RunEntry): void
  /** Rows that were in a batch come back, before all others of their run. */
  giveBack(chunk: BatchChunk): void
  /** Forgets a run that has ended. */
  remove(entry: RunEntry): void
  /** The run that goes next. */
  head(nowMs: number): RunEntry | undefined
  /** The next run with as many others of its shape as the limits allow. */
  take(limits: BatchLimits, nowMs: number): Batch | undefined
  /** Ends every waiting run that the filter takes. */
  failAll(error: () => AppError, filter?: (entry: RunEntry) => boolean): void
}

/** A waiting run rises by one priority in each `ageingMs`, without end, so that nothing waits forever. */
export function createRunQueue(ageingMs: number): RunQueue {
  const entries = new Set<RunEntry>()
  const waitingRows = (entry: RunEntry): number => entry.waiting.reduce((sum, { from, to }) => sum + to - from, 0)
  return {
    get rows() {
      return [...entries].reduce((sum, entry) => sum + waitingRows(entry), 0)
    },
    get bytes() {
      return [...entries].reduce((sum, entry) => sum + (entry.bytes * waitingRows(entry)) / entry.rows, 0)
    },
    get isEmpty() {
      return entries.size === 0
    },
    add: (entry) => void entries.add(entry),
    giveBack({ entry, range }) {
      if (entry.isSettled) return
      entry.waiting.unshift(range)
      entries.add(entry)
    },
    remove: (entry) => void entries.delete(entry),
    head(nowMs) {
      let first: RunEntry | undefined
      for (const entry of entries) {
        if (first === undefined || compareEntries(entry, first, nowMs, ageingMs) < 0) first = entry
      }
      return first
    },
    take(limits, nowMs) {
      const sorted = [...entries].sort((a, b) => compareEntries(a, b, nowMs, ageingMs))
      const chunks = takeChunks(sorted, limits)
      for (const { entry } of chunks) if (entry.waiting.length === 0) entries.delete(entry)
      const rows = chunks.reduce((sum, { range }) => sum + range.to - range.from, 0)
      return rows === 0 ? undefined : { chunks, rows }
    },
    failAll(error, filter = () => true) {
      for (const entry of [...entries]) if (filter(entry)) entry.fail(error())
    },
  }
}

/**
 * Whether a loop has the same step before it as those of a batch at work, and room among them: sent ahead, it would follow them step
 * by step and never share one; when it waits, it takes its step while they wait, and then they meet.
 */
export function couldMeet(head: RunEntry, { chunks, rows }: Batch): boolean {
  if (head.loop === undefined || rows + head.rows > head.graph.maxBatch) return false
  return chunks.some(({ entry }) => !entry.isAlone && entry.shapeKey === head.shapeKey)
}

/** Priority raised by age: lower goes first, and may be below that of a fresh `stat`. */
export function rankOf(entry: RunEntry, nowMs: number, ageingMs: number): number {
  return PRIORITIES.indexOf(entry.demand.priority) - Math.floor((nowMs - entry.arrivedMs) / ageingMs)
}

function compareEntries(a: RunEntry, b: RunEntry, nowMs: number, ageingMs: number): number {
  const byRank = rankOf(a, nowMs, ageingMs) - rankOf(b, nowMs, ageingMs)
  if (byRank !== 0) return byRank
  const byDeadline = (a.demand.deadlineMs ?? Infinity) - (b.demand.deadlineMs ?? Infinity)
  // Two absent deadlines give NaN.
  if (byDeadline < 0 || byDeadline > 0) return byDeadline
  return a.sequence - b.sequence
}

function takeChunks(sorted: readonly RunEntry[], limits: BatchLimits): BatchChunk[] {
  const [head] = sorted
  if (head === undefined) return []
  const bytesPerRow = Math.max(1, head.bytes / head.rows)
  const mostRows = Math.max(1, Math.min(head.graph.maxBatch, Math.floor(limits.maxBytes / bytesPerRow)))
  // A run alone is cut at a fixed size: one that changed with the measured speed would change its last bits.
  if (head.isAlone) return [takeChunk(head, mostRows)]
  const goal = Math.min(mostRows, limits.targetRows)
  const chunks: BatchChunk[] = []
  let left = goal
  for (const entry of sorted) {
    if (left === 0) break
    if (entry.isAlone || entry.shapeKey !== head.shapeKey) continue
    // Cutting a run costs a copy and makes it wait twice, so only one that fits no batch is cut.
    while (left > 0 && entry.waiting.length > 0) {
      const next = entry.waiting[0]!
      if (next.to - next.from > left && next.to - next.from <= goal) break
      const chunk = takeChunk(entry, left)
      left -= chunk.range.to - chunk.range.from
      chunks.push(chunk)
    }
  }
  return chunks
}

function takeChunk(entry: RunEntry, mostRows: number): BatchChunk {
  const next = entry.waiting.shift()!
  const cut = Math.min(next.to, next.from + mostRows)
  if (cut < next.to) entry.waiting.unshift({ from: cut, to: next.to })
  return { entry, range: { from: next.from, to: cut } }
}
