/** The lane's own steps: loops that it goes on with while nobody else wants it. */
import { performance } from 'node:perf_hooks'
import { AppError, errorToEnvelope, type ErrorEnvelope } from '../errors.js'
import type { Loop, LoopOrder } from '../families/loop.js'
import { concatRows, sliceRows } from '../tensor/ops.js'
import type { NamedTensors, Tensor } from '../tensor/tensor.js'
import type { LaneRun, LoopEnd, LoopsOrder } from './protocol.js'
import type { Session } from './session.js'

/** Makes the loop of a state; handed in, because only a lane that is given one needs the families' code. */
export type MakeLoop = (order: LoopOrder, state: unknown) => Loop<unknown>

interface Part {
  readonly loop: Loop<unknown>
  readonly rows: number
  /** Of the first step: what every step is fed alike fits these rows. */
  first?: NamedTensors
  error?: ErrorEnvelope
}

export interface LoopsRan {
  readonly steps: number
  readonly runMs: number
  readonly ends: readonly LoopEnd[]
}

/**
 * One step at least. It ends when a loop cannot go on by itself, when their next feeds do not fit into one run, when the time is
 * over, and when `isWanted`. Rejects as `Session.run`; an error of one loop is that loop's own.
 */
export async function runLoops(
  session: Session,
  { feeds: constants, outputs, loops }: LaneRun<NamedTensors> & { readonly loops: LoopsOrder },
  { makeLoop, isWanted }: { readonly makeLoop: MakeLoop; isWanted(): boolean },
): Promise<LoopsRan> {
  const parts = loops.parts.map(({ order, state, rows }): Part => ({ loop: makeLoop(order, state), rows }))
  const beganMs = performance.now()
  let feeds = merge(parts, loops.shared)
  let [steps, runMs] = [0, 0]
  if (feeds === undefined) throw new AppError('internal', 'Loops of different shapes were merged. This is a bug.')
  while (feeds !== undefined) {
    const startMs = performance.now()
    const results = await session.run({ ...constants, ...feeds }, outputs)
    const tookMs = performance.now() - startMs
    runMs += tookMs
    steps++
    accept(parts, results)
    const isLate = performance.now() + tookMs - beganMs > loops.limitMs
    const canStep = parts.every(({ loop, error }) => error === undefined && loop.canStep)
    feeds = isLate || !canStep || isWanted() ? undefined : merge(parts, loops.shared)
  }
  return {
    steps,
    runMs,
    ends: parts.map(({ loop, error }) => (error === undefined ? { state: loop.state } : { error })),
  }
}

function accept(parts: readonly Part[], results: NamedTensors): void {
  const [only] = parts
  if (only !== undefined && parts.length === 1) {
    acceptOwn(only, results)
    return
  }
  const rows = parts.reduce((sum, part) => sum + part.rows, 0)
  if (Object.values(results).some(({ dims }) => dims[0] !== rows)) {
    throw new AppError('model_invalid', 'The graph gave another number of rows than it took.')
  }
  let at = 0
  for (const part of parts) {
    const from = at
    at += part.rows
    const own = Object.entries(results).map(([name, of]) => [name, sliceRows(of, from, from + part.rows)] as const)
    acceptOwn(part, Object.fromEntries(own))
  }
}

function acceptOwn(part: Part, outputs: NamedTensors): void {
  try {
    part.loop.accept(outputs)
  } catch (error) {
    part.error = errorToEnvelope(error)
  }
}

/** The next feeds of all loops, their rows stacked; `undefined` where they do not fit together or have other rows than before. */
function merge(parts: readonly Part[], shared: readonly string[]): NamedTensors | undefined {
  const all = parts.map((part) => {
    const feeds = part.loop.feeds()
    part.first ??= feeds
    return feeds
  })
  const merged: Record<string, Tensor> = {}
  for (const [name, first] of Object.entries(all[0]!)) {
    const own = all.map((feeds) => feeds[name]!)
    const isShared = shared.includes(name)
    const fits = own.every((feed, at) =>
      isShared ? isEqual(feed, first) : feed.dims[0] === parts[at]!.first![name]!.dims[0] && hasEqualRows(feed, first),
    )
    if (!fits) return undefined
    merged[name] = isShared || own.length === 1 ? first : concatRows(own)
  }
  return merged
}

function hasEqualRows(a: Tensor, b: Tensor): boolean {
  return a.dtype === b.dtype && a.dims.slice(1).join() === b.dims.slice(1).join()
}

function isEqual(a: Tensor, b: Tensor): boolean {
  return a.dtype === b.dtype && a.dims.join() === b.dims.join() && bytesOf(a).equals(bytesOf(b))
}

function bytesOf({ data }: Tensor): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength)
}
