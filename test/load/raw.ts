import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { ImageGraph } from './graph-input.js'

export interface RawOrder {
  readonly graph: ImageGraph
  readonly threads: number
  readonly canSpin: boolean
}

export type RawMessage =
  { readonly kind: 'measure'; readonly batch: number; readonly measureMs: number } | { readonly kind: 'stop' }

/** `cpuMs`: time of all cores together that one image took. */
export interface RawSpeed {
  readonly perSecond: number
  readonly cpuMs: number
}

export interface RawRate extends RawSpeed {
  readonly kind: 'rate'
}

/** How the cores are shared out: one process with all threads, or one process a core. */
export interface RawLayout {
  readonly name: string
  readonly processes: number
  readonly threads: number
  readonly canSpin: boolean
}

export function rawLayouts(cores: number): RawLayout[] {
  return [
    { name: `1 process x ${cores} threads`, processes: 1, threads: cores, canSpin: true },
    { name: `1 process x ${cores} threads, no spinning`, processes: 1, threads: cores, canSpin: false },
    { name: `${cores} processes x 1 thread`, processes: cores, threads: 1, canSpin: false },
  ].slice(0, cores === 1 ? 1 : 3)
}

/** The runtime in one layout, loaded and idle until it is measured. */
export interface RawRuntime {
  readonly layout: RawLayout
  /** Images in a closed loop of this batch size. */
  measure(batch: number, measureMs: number): Promise<RawSpeed>
  close(): void
}

export async function startRaw(graph: ImageGraph, layout: RawLayout): Promise<RawRuntime> {
  const order = JSON.stringify({ graph, threads: layout.threads, canSpin: layout.canSpin } satisfies RawOrder)
  const children = Array.from({ length: layout.processes }, () =>
    fork(fileURLToPath(new URL('./raw.process.ts', import.meta.url)), [order], { execArgv: ['--import', 'tsx'] }),
  )
  await Promise.all(children.map((child) => once(child, 'message')))
  return {
    layout,
    async measure(batch, measureMs) {
      const rates = await Promise.all(children.map((child) => measureOne(child, batch, measureMs)))
      for (const child of children) child.send({ kind: 'stop' } satisfies RawMessage)
      const perSecond = rates.reduce((sum, rate) => sum + rate.perSecond, 0)
      return { perSecond, cpuMs: rates.reduce((sum, rate) => sum + (rate.cpuMs * rate.perSecond) / perSecond, 0) }
    },
    close() {
      for (const child of children) child.disconnect()
    },
  }
}

async function measureOne(child: ChildProcess, batch: number, measureMs: number): Promise<RawSpeed> {
  child.send({ kind: 'measure', batch, measureMs } satisfies RawMessage)
  const [message] = (await once(child, 'message')) as [RawRate]
  return message
}

export interface RawFigure extends RawSpeed {
  readonly layout: RawLayout
  readonly batch: number
}

/** Every layout with every batch size. */
export async function sweepRaw(graph: ImageGraph, batches: readonly number[], cores: number, measureMs: number) {
  const figures: RawFigure[] = []
  for (const layout of rawLayouts(cores)) {
    const raw = await startRaw(graph, layout)
    for (const batch of batches) figures.push({ layout, batch, ...(await raw.measure(batch, measureMs)) })
    raw.close()
  }
  return figures
}
