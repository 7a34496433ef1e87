import { setFlagsFromString } from 'node:v8'

/**
 * How much the heap may grow between two full collections, in percent of what the last one left: the most that V8 allows itself. It
 * chooses less where few objects are made, and is at its limit all the time then, because bodies, films and tensors count as growth
 * too: a full collection each second under load, and a twentieth fewer answers (docs/performance.md).
 */
const GROWTH_PERCENT = 300

/** Lets the heaps of this process grow before they are collected as a whole; V8 looks at it at the end of each collection. */
export function letHeapGrow(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`)
}
