/** Figures as Markdown tables, which read well in a terminal too. */
import type { Heat } from './contest.js'
import { mean, type Match, type Round } from './match.js'
import {
  cpuMsPerImage,
  latencyOverNaive,
  rawCpuOverService,
  rawPerSecond,
  serviceOverNaive,
  serviceOverRawNow,
  type Verdict,
} from './targets.js'

type Cell = string | number

export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => (typeof cell === 'number' ? figure(cell) : cell)))
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)))
  const line = (row: readonly string[]): string => `| ${row.map((cell, at) => cell.padEnd(widths[at]!)).join(' | ')} |`
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`
  return [line(cells[0]!), rule, ...cells.slice(1).map(line)].join('\n')
}

/** Three digits that count. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '–'
  const size = Math.abs(value)
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3)
}

export function matchReport(match: Match): string {
  const { model, graphMib, best } = match
  return [
    `## ${model}: image tower of ${figure(graphMib)} MiB`,
    `Runtime alone: best ${figure(best.perSecond)} images/s in the sweep (${best.layout.name}, batch ${best.batch}), ` +
      `${figure(rawPerSecond(match))} images/s between the rounds below.`,
    sweepTable(match),
    heatTable(match),
    ratioTable(match.rounds),
  ].join('\n\n')
}

function sweepTable({ sweep }: Match): string {
  const layouts = [...new Set(sweep.map(({ layout }) => layout.name))]
  const batches = [...new Set(sweep.map(({ batch }) => batch))]
  const cell = (layout: string, batch: number): Cell => {
    const found = sweep.find((entry) => entry.layout.name === layout && entry.batch === batch)
    return found === undefined ? '–' : `${figure(found.perSecond)} (${figure(found.cpuMs)})`
  }
  return table(
    ['runtime alone: images/s (CPU ms each)', ...batches.map((batch) => `batch ${batch}`)],
    layouts.map((layout) => [layout, ...batches.map((batch) => cell(layout, batch))]),
  )
}

const HEAT_HEAD = [
  'body',
  'load',
  'server',
  'per s',
  'p50 ms',
  'p95 ms',
  'p99 ms',
  'loop p99 ms',
  'live p99 ms',
  'server MiB',
  'lanes MiB',
  'server cores',
  'lanes cores',
  'CPU ms each',
  'client cores',
]

function heatTable({ rounds, open }: Match): string {
  const closed = rounds.flatMap(({ service, naive, clients }) =>
    [...service, naive].map((heat) => heatRow(heat, `${clients} closed`)),
  )
  const poisson = open.map(({ share, heat }) => heatRow(heat, `${share * 100} % open`))
  return table(HEAT_HEAD, [...closed, ...poisson])
}

function heatRow(heat: Heat, load: string): Cell[] {
  const { summary, loopDelay } = heat
  const { p50, p95, p99 } = summary.latencyMs
  return [
    heat.body,
    load,
    heat.contestant,
    summary.perSecond,
    p50,
    p95,
    p99,
    loopDelay.p99,
    summary.probeMs.p99,
    heat.serverMib,
    heat.lanesMib,
    heat.serverCores,
    heat.lanesCores,
    cpuMsPerImage(heat),
    summary.generatorCores,
  ]
}

function ratioTable(rounds: readonly Round[]): string {
  return table(
    [
      'body',
      'clients',
      'service / raw best',
      'in CPU time',
      'CPU time: naive / service',
      'service / naive',
      'median latency / naive',
      'others, cores',
    ],
    rounds.map((round) => [
      round.body,
      String(round.clients),
      serviceOverRawNow(round),
      rawCpuOverService(round),
      cpuMsPerImage(round.naive) / mean(round.service.map(cpuMsPerImage)),
      serviceOverNaive(round),
      latencyOverNaive(round),
      round.others,
    ]),
  )
}

export function verdictTable(verdicts: readonly Verdict[]): string {
  return table(
    ['number to reach', 'measured', 'bound', ''],
    verdicts.map(({ name, measured, bound, isMet }) => [name, measured, bound, isMet ? 'reached' : 'MISSED']),
  )
}
