/** How long and how much a run of the benchmark measures. */
export interface Schedule {
  readonly batches: readonly number[]
  readonly clients: readonly number[]
  /** Clients for films of the size that a detector gives. */
  readonly largeClients: readonly number[]
  readonly openShares: readonly number[]
  readonly warmUpMs: number
  readonly measureMs: number
  readonly sweepMs: number
  readonly primeMs: number
  /** Requests of each kind after which the service counts as compiled. */
  readonly compileRequests: number
  /** How often a round is measured at most, while other programs disturb it. */
  readonly tries: number
}

export const FULL: Schedule = {
  batches: [1, 2, 4, 8, 16, 32],
  clients: [1, 4, 16, 64],
  largeClients: [1, 16],
  openShares: [0.5, 0.8],
  warmUpMs: 1000,
  measureMs: 4000,
  sweepMs: 1800,
  primeMs: 2000,
  compileRequests: 4000,
  tries: 3,
}

export const SHORT: Schedule = {
  batches: [1, 8],
  clients: [1, 16],
  largeClients: [4],
  openShares: [0.5],
  warmUpMs: 300,
  measureMs: 1000,
  sweepMs: 500,
  primeMs: 500,
  compileRequests: 1000,
  tries: 1,
}

/**
 * Long enough that every client gets several answers: a slow graph with many clients needs more than a quick one.
 */
export function measureMsFor(schedule: Schedule, clients: number, perSecond: number): number {
  const answersEach = 2.5
  return Math.min(12_000, Math.max(schedule.measureMs, (1000 * answersEach * clients) / perSecond))
}
