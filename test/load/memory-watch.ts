import { footprintOf } from './processes.js'

export interface MemorySample {
  readonly serverMib: number
  readonly lanesMib: number
}

/** Memory of a server and its lanes over time, in MiB. */
export interface MemoryWatch {
  readonly samples: readonly MemorySample[]
  sample(): void
  /** How much more the end takes than the time after the first tenth; 1 is flat. Medians, because V8 breathes. */
  growth(): number
}

export function watchMemory(serverPid: number): MemoryWatch {
  const samples: MemorySample[] = []
  return {
    samples,
    sample() {
      const { serverMib, lanesMib } = footprintOf(serverPid)
      samples.push({ serverMib, lanesMib })
    },
    growth() {
      const sums = samples.map(({ serverMib, lanesMib }) => serverMib + lanesMib)
      return median(part(sums, 0.8, 1)) / median(part(sums, 0.1, 0.3))
    },
  }
}

function part(values: readonly number[], from: number, to: number): number[] {
  return values.slice(Math.floor(from * values.length), Math.ceil(to * values.length))
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN
}
