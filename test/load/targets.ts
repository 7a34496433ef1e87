/** The numbers to reach, each compared with what was measured in the same run. */
import { mean, peakOf, type Match, type Round } from './match.js'

export interface Verdict {
  readonly name: string
  readonly measured: number
  readonly bound: string
  readonly isMet: boolean
}

/** Of the runtime alone, on average over all times that it was measured between the others. */
export function rawPerSecond(match: Match): number {
  return mean(match.rounds.flatMap((round) => round.rawPerSecond))
}

/** The best of the service over the runtime alone, as it was just before and after. */
export function serviceOverRaw(rounds: readonly Round[]): number {
  return Math.max(...rounds.map((round) => serviceRate(round) / mean(round.rawPerSecond)))
}

export function serviceRate(round: Round): number {
  return mean(round.service.map((heat) => heat.summary.perSecond))
}

export function serviceOverNaive(round: Round): number {
  return serviceRate(round) / round.naive.summary.perSecond
}

export function latencyOverNaive(round: Round): number {
  return mean(round.service.map((heat) => heat.summary.latencyMs.p50)) / round.naive.summary.latencyMs.p50
}

/** `leastOfRaw`: the share of the raw runtime that each kind of body has to reach. */
export function verdicts(match: Match, leastOfRaw: Readonly<Record<string, number>>): Verdict[] {
  const bodies = [...new Set(match.rounds.map((round) => round.body))]
  return bodies.flatMap((body) => {
    const rounds = match.rounds.filter((round) => round.body === body)
    const least = leastOfRaw[body]
    return [
      ...(least === undefined ? [] : [atLeast(`${body}: service / raw best`, serviceOverRaw(rounds), least)]),
      ...rounds.map((round) => againstNaive(round)),
      ...saturated(rounds),
    ]
  })
}

function againstNaive(round: Round): Verdict {
  const where = `${round.body}, ${round.clients} client${round.clients === 1 ? '' : 's'}`
  return round.clients === 1
    ? atMost(`${where}: median latency / naive`, latencyOverNaive(round), 1.1)
    : atLeast(`${where}: throughput / naive`, serviceOverNaive(round), 1)
}

function saturated(rounds: readonly Round[]): Verdict[] {
  const round = rounds.find(({ clients }) => clients === 64)
  if (round === undefined) return []
  const worst = (pick: (heat: Round['naive']) => number): number => Math.max(...round.service.map(pick))
  return [
    atMost(
      `${round.body}, 64 clients: event-loop delay p99 (ms)`,
      worst((heat) => heat.loopDelay.p99),
      20,
    ),
    atMost(
      `${round.body}, 64 clients: /health/live p99 (ms)`,
      worst((heat) => heat.summary.probeMs.p99),
      50,
    ),
  ]
}

export function atLeast(name: string, measured: number, least: number): Verdict {
  return { name, measured, bound: `>= ${least}`, isMet: measured >= least }
}

export function atMost(name: string, measured: number, most: number): Verdict {
  return { name, measured, bound: `<= ${most}`, isMet: measured <= most }
}

export { peakOf }
