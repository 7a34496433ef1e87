/** The numbers to reach, each compared with what was measured in the same run. */
import type { Heat } from './contest.js'
import { mean, type Match, type Round } from './match.js'

export interface Verdict {
  readonly name: string
  readonly measured: number
  readonly bound: string
  readonly isMet: boolean
}

/** Of the runtime alone, on average over all times that it was measured between the others. */
export function rawPerSecond(match: Match): number {
  return mean(match.rounds.flatMap((round) => round.raw.map(({ perSecond }) => perSecond)))
}

/** The best of the service over the runtime alone, as it was just before and after. */
export function serviceOverRaw(rounds: readonly Round[]): number {
  return Math.max(...rounds.map(serviceOverRawNow))
}

function rawRate(round: Round): number {
  return mean(round.raw.map(({ perSecond }) => perSecond))
}

/** The same ratio in CPU time: what it would be if nothing else wanted the cores. */
export function rawCpuOverService(round: Round): number {
  return mean(round.raw.map(({ cpuMs }) => cpuMs)) / mean(round.service.map(cpuMsPerImage))
}

/** Time of all cores together that one answer took, the load generator's aside. */
export function cpuMsPerImage({ serverCores, lanesCores, summary }: Heat): number {
  return (1000 * (serverCores + lanesCores)) / summary.perSecond
}

export function serviceOverRawNow(round: Round): number {
  return serviceRate(round) / rawRate(round)
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
      ...(least === undefined ? [] : againstRaw(body, rounds, least)),
      ...rounds.map((round) => againstNaive(round)),
      ...saturated(rounds),
    ]
  })
}

function againstRaw(body: string, rounds: readonly Round[], least: number): Verdict[] {
  return [
    atLeast(`${body}: service / raw best`, serviceOverRaw(rounds), least),
    atLeast(`${body}: the same in CPU time`, Math.max(...rounds.map(rawCpuOverService)), least),
  ]
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
