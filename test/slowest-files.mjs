// A reporter for node:test: the files that took longest, by the clock, when all have ended.
const SHOWN = 20

export default async function* slowestFiles(events) {
  const took = new Map()
  for await (const { type, data } of events) {
    if ((type !== 'test:pass' && type !== 'test:fail') || data.nesting > 0 || data.file === undefined) continue
    took.set(data.file, (took.get(data.file) ?? 0) + data.details.duration_ms)
  }
  const slowest = [...took].sort(([, one], [, other]) => other - one).slice(0, SHOWN)
  yield `\nslowest of ${took.size} files, in seconds:\n`
  for (const [file, ms] of slowest)
    yield `${(ms / 1000).toFixed(1).padStart(7)}  ${file.slice(process.cwd().length + 1)}\n`
}
