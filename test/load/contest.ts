import type { Generator } from './generator.js'
import type { Arrivals } from './load-plan.js'
import { footprintOf } from './processes.js'
import type { LoopDelay, ServerProcess } from './server-process.js'
import { requestBytes } from './connection.js'
import { summarize, type Summary } from './summary.js'

const PROBE = { request: requestBytes('GET', '/health/live'), ratePerSecond: 50 }
const MAX_CONNECTIONS = 4096

/** One server under one load. */
export interface Heat {
  readonly contestant: string
  readonly body: string
  readonly arrivals: Arrivals
  readonly summary: Summary
  readonly loopDelay: LoopDelay
  readonly serverMib: number
  readonly lanesMib: number
  /** Cores taken, over the whole load. */
  readonly serverCores: number
  readonly lanesCores: number
}

export interface HeatOrder {
  readonly server: ServerProcess
  readonly body: string
  readonly requests: readonly Uint8Array[]
  readonly arrivals: Arrivals
  readonly warmUpMs: number
  readonly measureMs: number
}

export async function runHeat(generator: Generator, order: HeatOrder): Promise<Heat> {
  const { server, requests, arrivals, warmUpMs, measureMs } = order
  const before = footprintOf(server.pid)
  await server.loopDelay()
  const extent = { kind: 'time', warmUpMs, measureMs } as const
  const plan = { host: '127.0.0.1', port: server.port, requests, arrivals, extent, seed: 1, probe: PROBE }
  const result = await generator.run(plan)
  const loopDelay = await server.loopDelay()
  const after = footprintOf(server.pid)
  const summary = summarize(result, plan)
  refuseFailures(order, summary)
  return {
    contestant: server.name,
    body: order.body,
    arrivals,
    summary,
    loopDelay,
    serverMib: after.serverMib,
    lanesMib: after.lanesMib,
    serverCores: (after.serverCpuMs - before.serverCpuMs) / result.elapsedMs,
    lanesCores: (after.lanesCpuMs - before.lanesCpuMs) / result.elapsedMs,
  }
}

/** A benchmark of errors is quick and worth nothing. */
function refuseFailures({ server, body }: HeatOrder, { statuses, count }: Summary): void {
  const others = Object.entries(statuses).filter(([status]) => status !== '200')
  if (others.length === 0 && count > 0) return
  const told = others.map(([status, times]) => `${times} x ${status}`).join(', ')
  throw new Error(`The ${server.name} answered ${body} with ${told === '' ? 'nothing' : told} beside ${count} x 200.`)
}

export function openLoad(ratePerSecond: number): Arrivals {
  return { kind: 'open', ratePerSecond, maxConnections: MAX_CONNECTIONS }
}
