/** One line of Prometheus' text format. */
export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** A service of ours writes some hundred kilobytes at most; what is beyond is not read. */
export const MAX_CHARACTERS = 4_000_000
export const MAX_SAMPLES = 20_000

const LINE = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})? (\S+)$/
const LABEL = /([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"(?:,|$)/g

/** The samples whose name `isWanted`; comments and lines that cannot be read are left out. */
export function parseMetrics(text: string, isWanted: (name: string) => boolean): Sample[] {
  const samples: Sample[] = []
  const bounded = text.slice(0, MAX_CHARACTERS)
  for (let at = 0; at < bounded.length && samples.length < MAX_SAMPLES;) {
    const end = bounded.indexOf('\n', at)
    const line = bounded.slice(at, end === -1 ? undefined : end)
    at = end === -1 ? bounded.length : end + 1
    if (line.startsWith('#')) continue
    const [, name, labels = '', number] = LINE.exec(line) ?? []
    if (name === undefined || number === undefined || !isWanted(name)) continue
    const value = readNumber(number)
    if (value !== undefined) samples.push({ name, labels: readLabels(labels), value })
  }
  return samples
}

function readNumber(text: string): number | undefined {
  if (text === '+Inf') return Infinity
  if (text === '-Inf') return -Infinity
  const value = Number(text)
  return Number.isNaN(value) ? undefined : value
}

function readLabels(text: string): Record<string, string> {
  const found = [...text.matchAll(LABEL)].map(([, name, value]) => [name!, unescape(value!)] as const)
  return Object.fromEntries(found)
}

function unescape(value: string): string {
  return value.replace(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character))
}
