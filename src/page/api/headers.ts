export interface Timing {
  readonly name: string
  readonly ms: number
}

/** Entries that are read of one header. */
const MAX_ENTRIES = 16

/** Reads a `server-timing` header: `decode;dur=3.1, run;dur=20`. What is not a duration is left out. */
export function readTimings(header: string): Timing[] {
  return header
    .split(',', MAX_ENTRIES)
    .map((entry) => /^\s*([\w-]+)\s*;\s*dur=([\d.]+)\s*$/.exec(entry))
    .flatMap((found) => (found === null ? [] : [{ name: found[1]!, ms: Number(found[2]) }]))
    .filter(({ ms }) => Number.isFinite(ms))
}

/** Reads an `x-unfit` header, `0=lateral_view, 1=…`, as the reasons in words. */
export function readUnfit(header: string): string[] {
  return header
    .split(',', MAX_ENTRIES)
    .map((entry) => /^\s*\d+=(\w+)\s*$/.exec(entry))
    .flatMap((found) => (found === null ? [] : [found[1]!.replaceAll('_', ' ')]))
}
