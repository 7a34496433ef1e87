export interface Timing {
  readonly name: string
  readonly ms: number
}

const MAX_TIMINGS = 16

/** Reads a `server-timing` header: `decode;dur=3.1, run;dur=20`. What is not a duration is left out. */
export function readTimings(header: string): Timing[] {
  return header
    .split(',', MAX_TIMINGS)
    .map((entry) => /^\s*([\w-]+)\s*;\s*dur=([\d.]+)\s*$/.exec(entry))
    .flatMap((found) => (found === null ? [] : [{ name: found[1]!, ms: Number(found[2]) }]))
    .filter(({ ms }) => Number.isFinite(ms))
}
