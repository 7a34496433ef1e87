import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'

/** What the figures were measured on; load averages say whether anything else was running. */
export interface Machine {
  readonly cores: number
  readonly cpu: string
  readonly memoryGib: number
  readonly node: string
  readonly loadAverages: readonly number[]
  readonly at: string
}

export function describeMachine(): Machine {
  return {
    cores: availableParallelism(),
    cpu: cpus()[0]?.model ?? 'unknown',
    memoryGib: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    loadAverages: loadavg().map((load) => Math.round(load * 100) / 100),
    at: new Date().toISOString(),
  }
}

export function machineLine({ cores, cpu, memoryGib, node, loadAverages, at }: Machine): string {
  return `${at}: ${cores} cores of ${cpu}, ${memoryGib} GiB, Node ${node}, load averages ${loadAverages.join(' ')}`
}
