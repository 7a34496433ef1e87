import { machineCpuMs, treeCpuMs } from './processes.js'

/** A meter of what else ran on the machine: cores that were busy for others than this process and its descendants. */
export function watchOthers(): { cores(): number } {
  const startMs = performance.now()
  const machineMs = machineCpuMs()
  const ownMs = treeCpuMs(process.pid)
  return {
    cores() {
      const othersMs = machineCpuMs() - machineMs - (treeCpuMs(process.pid) - ownMs)
      return Math.max(0, othersMs / (performance.now() - startMs))
    },
  }
}

/** Below this the machine counts as ours; its own daemons take about 0.03. */
const QUIET_CORES = 0.1

/** Tries again while others disturb; keeps the least disturbed. */
export async function undisturbed<T>(
  tries: number,
  measure: () => Promise<T>,
): Promise<T & { readonly others: number }> {
  let best: (T & { others: number }) | undefined
  for (let at = 0; at < tries; at++) {
    const watch = watchOthers()
    const found = { ...(await measure()), others: watch.cores() }
    if (best === undefined || found.others < best.others) best = found
    if (found.others < QUIET_CORES) break
  }
  return best!
}
