/** What Linux says of a process: memory, CPU time, children. */
import { readdirSync, readFileSync } from 'node:fs'

const MIB = 1 << 20
/** sysconf(_SC_CLK_TCK) is 100 on every Linux that Node runs on. */
const TICK_MS = 10

export interface ProcessFigures {
  readonly pid: number
  readonly parentPid: number
  readonly command: string
  readonly rssMib: number
  readonly cpuMs: number
}

/** `undefined` when the process is gone or a zombie. */
export function processFigures(pid: number): ProcessFigures | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The second field is the name in parentheses, which may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z') return undefined
    const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').trim()
    const rssKib = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0)
    const cpuMs = (Number(fields[11]) + Number(fields[12])) * TICK_MS
    return { pid, parentPid: Number(fields[1]), command, rssMib: (rssKib * 1024) / MIB, cpuMs }
  } catch {
    return undefined
  }
}

function allProcesses(): ProcessFigures[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => processFigures(Number(name)))
    .filter((figures) => figures !== undefined)
}

export function childrenOf(pid: number): ProcessFigures[] {
  return allProcesses().filter(({ parentPid }) => parentPid === pid)
}

/** CPU time of a process and of all that descend from it and are still there. */
export function treeCpuMs(root: number): number {
  const all = allProcesses()
  const timeOf = (pid: number): number =>
    all.filter(({ parentPid }) => parentPid === pid).reduce((sum, child) => sum + child.cpuMs + timeOf(child.pid), 0)
  return timeOf(root) + (processFigures(root)?.cpuMs ?? 0)
}

/** CPU time that the whole machine has been busy. */
export function machineCpuMs(): number {
  const [user, nice, system, , , irq, softIrq] = readFileSync('/proc/stat', 'latin1')
    .split('\n', 1)[0]!
    .split(/\s+/)
    .slice(1)
    .map(Number) as [number, number, number, number, number, number, number]
  return (user + nice + system + irq + softIrq) * TICK_MS
}

/** The processes of a server that hold models. */
export function lanesOf(serverPid: number): ProcessFigures[] {
  return childrenOf(serverPid).filter(({ command }) => command.includes('lane.process'))
}

/** A server and its lanes at one moment. */
export interface Footprint {
  readonly serverMib: number
  readonly lanesMib: number
  readonly serverCpuMs: number
  readonly lanesCpuMs: number
}

export function footprintOf(serverPid: number): Footprint {
  const server = processFigures(serverPid)
  const lanes = lanesOf(serverPid)
  const sum = (pick: (figures: ProcessFigures) => number): number =>
    lanes.reduce((total, lane) => total + pick(lane), 0)
  return {
    serverMib: server?.rssMib ?? 0,
    lanesMib: sum(({ rssMib }) => rssMib),
    serverCpuMs: server?.cpuMs ?? 0,
    lanesCpuMs: sum(({ cpuMs }) => cpuMs),
  }
}
