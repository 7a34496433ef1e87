import { startRawPack, type RawPack, type RawPackOrder } from './raw-pack.js'

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

export type RawReport = RawPack<RawReportAsk, RawReportTimes>

export function startRawReport(order: RawPackOrder): Promise<RawReport> {
  return startRawPack('./report-raw.process.ts', order)
}
