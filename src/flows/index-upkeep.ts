import { randomUUID } from 'node:crypto'
import type { Clock, Log, Meter } from '../ports.js'
import type { Generation, StoredIndex } from '../retrieval/definition.js'
import type { Retrieval } from '../retrieval/retrieval.js'
import { graphType } from '../retrieval/tables.js'
import { createFilling } from './index-filling.js'
import { rebuildStep } from './index-rebuild.js'
import type { Predict } from './predict.js'

/** How often somebody looks whether there is something to do, beside being told. */
const LOOK_MS = 5_000
const SWEEP_MS = 300_000
const RETRY_MS = 1_000

/** What is done for indexes in the background, a little at a time. */
export interface IndexUpkeep {
  /** There may be something to do. */
  nudge(): void
  close(): Promise<void>
}

export interface IndexUpkeepOptions {
  readonly retrieval: Retrieval
  readonly predict: Pick<Predict, 'embeddings'>
  readonly timeoutMs: number
  /** A process that builds a generation and goes silent for so long loses it to another one. */
  readonly leaseMs: number
  /** Somebody writes items: the graph can wait. */
  isBusy(): boolean
  readonly clock: Clock
  readonly log: Log
  readonly meter: Meter
}

export function startIndexUpkeep(options: IndexUpkeepOptions): IndexUpkeep {
  const { retrieval, clock, log, meter } = options
  const closing = new AbortController()
  const worker = randomUUID()
  const filling = createFilling(options, closing.signal)
  let wake: () => void = () => undefined
  let wasNudged = false
  let sweptMs = clock.nowMs()

  /** Whether there is more to do. */
  const turn = async (): Promise<boolean> => {
    await retrieval.indexes.dropLeftovers()
    const indexes = await retrieval.indexes.list()
    gaugeIndexes(meter, indexes)
    let hasMore = false
    for (const index of indexes) {
      for (const generation of [index.serving, index.next]) {
        if (closing.signal.aborted) return false
        if (generation !== undefined && wantsFilling(index, generation))
          hasMore = (await filling.fill(generation.id)) || hasMore
      }
      const lease = { worker, leaseMs: options.leaseMs, signal: closing.signal }
      hasMore = (await rebuildStep(options, index, lease)) || hasMore
    }
    if (clock.nowMs() - sweptMs > SWEEP_MS) {
      sweptMs = clock.nowMs()
      await retrieval.sources.sweep()
    }
    return hasMore
  }
  const rest = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, wasNudged ? 0 : ms)
      wasNudged = false
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  const live = async (): Promise<void> => {
    let isFirst = true
    while (!closing.signal.aborted) {
      try {
        if (isFirst && retrieval.isExclusive) await retrieval.rebuild.clearLeases()
        isFirst = false
        if (!(await turn())) await rest(LOOK_MS)
      } catch (error) {
        log.warn({ err: error }, 'upkeep of indexes was put off')
        await rest(RETRY_MS)
      }
    }
  }
  const ended = live()
  return {
    nudge() {
      wasNudged = true
      wake()
    },
    async close() {
      closing.abort()
      wake()
      await ended
    },
  }
}

/** Below `fromItems` there is no graph; once begun it is filled whatever is deleted. */
function wantsFilling({ graph }: StoredIndex, generation: Generation): boolean {
  const { dimensions, items, filled, state } = generation
  if (state === 'failed' || graphType(dimensions) === undefined || filled >= items) return false
  return filled > 0 || items >= graph.fromItems
}

function gaugeIndexes(meter: Meter, indexes: readonly StoredIndex[]): void {
  const sum = (of: (index: StoredIndex) => number): number => indexes.reduce((total, index) => total + of(index), 0)
  const isAbove = ({ graph, serving }: StoredIndex): boolean => serving.items >= graph.fromItems
  meter.gauge(
    'radserve_index_items',
    sum(({ serving }) => serving.items),
  )
  meter.gauge(
    'radserve_index_unfilled_items',
    sum((index) => (isAbove(index) ? index.serving.items - index.serving.filled : 0)),
  )
  const left = sum(({ serving, next }) => (next?.state === 'building' ? serving.items - next.items : 0))
  meter.gauge('radserve_index_rebuild_items', left)
}
