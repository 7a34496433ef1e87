import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export interface RawReportOrder {
  readonly packFolder: string
  readonly threads: number
  readonly canSpin: boolean
}

export interface RawReportAsk {
  /** Reports that go together: rows of every run. */
  readonly rows: number
  /** Films of each. */
  readonly films: number
  /** Tokens of each; the prefix grows by one with each of them. */
  readonly tokens: number
}

export interface RawReportTimes {
  readonly totalMs: number
  /** Of one decoder run, on average, the first left out. */
  readonly stepMs: number
}

/** A process that has the graphs loaded and is idle until it is asked. */
export interface RawReport {
  readonly name: string
  measure(ask: RawReportAsk): Promise<RawReportTimes>
  close(): void
}

export async function startRawReport(order: RawReportOrder): Promise<RawReport> {
  const child = fork(fileURLToPath(new URL('./report-raw.process.ts', import.meta.url)), [JSON.stringify(order)], {
    execArgv: ['--import', 'tsx'],
  })
  await once(child, 'message')
  return {
    name: `${order.threads} threads, ${order.canSpin ? 'spinning' : 'no spinning'}`,
    async measure(ask) {
      child.send(ask)
      const [times] = (await once(child, 'message')) as [RawReportTimes]
      return times
    },
    close: () => {
      child.disconnect()
    },
  }
}
