/** `npm run bench`: how much of the bare runtime reaches the wire, and what the afternoon's server would have given. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { addPack, addResnet50, TINY_PACK } from './bench-store.js'
import { startGenerator } from './generator.js'
import { describeMachine, machineLine } from './machine.js'
import { runMatch, type Match, type Subject } from './match.js'
import { matchReport, verdictTable } from './report.js'
import { FULL, SHORT } from './schedule.js'
import { verdicts, type Verdict } from './targets.js'
import { embeddedPack } from './workplace.js'

const { values: options } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    /** embedded, resnet50 or both. */
    only: { type: 'string' },
    /** Folder of another pack to take for the embedded one. */
    pack: { type: 'string', default: embeddedPack() },
    out: { type: 'string', default: 'bench-results' },
    /** KEY=value for the service, as often as wanted. */
    env: { type: 'string', multiple: true, default: [] },
  },
})

/** The least share of the raw runtime by body; the pack that the project embeds is small, so a film costs it more. */
const LEAST_OF_RAW: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  resnet50: { 'JPEG 320 px': 0.95, pixels: 0.95 },
  embedded: { 'JPEG 320 px': 0.7 },
}

function subjectOf(kind: string, work: string): Subject {
  const store = join(work, kind)
  mkdirSync(store)
  if (options.pack !== TINY_PACK || kind === 'resnet50') addPack(store, TINY_PACK)
  const packFolder = kind === 'resnet50' ? addResnet50(store) : addPack(store, options.pack)
  const [version, name] = packFolder.split('/').reverse() as [string, string]
  return { model: `${name}@${version}`, packFolder, store }
}

const work = mkdtempSync(join(tmpdir(), 'radserve-bench-'))
const generator = startGenerator()
const machine = describeMachine()
mkdirSync(options.out, { recursive: true })
console.log(machineLine(machine))
const matches: Match[] = []
const allVerdicts: Verdict[] = []
try {
  for (const kind of ['embedded', 'resnet50'].filter((name) => options.only === undefined || options.only === name)) {
    const subject = subjectOf(kind, work)
    const match = await runMatch({
      subject,
      schedule: options.short ? SHORT : FULL,
      generator,
      cores: machine.cores,
      logFolder: options.out,
      environment: Object.fromEntries(options.env.map((entry) => entry.split('=', 2) as [string, string])),
      onProgress: (line) => console.log(`  ${subject.model}: ${line}`),
    })
    const found = verdicts(match, LEAST_OF_RAW[kind] ?? {})
    matches.push(match)
    allVerdicts.push(...found)
    console.log(`\n${matchReport(match)}\n\n${verdictTable(found)}\n`)
  }
} finally {
  generator.close()
  rmSync(work, { recursive: true, force: true })
}
const file = join(options.out, `bench-${machine.at.replaceAll(':', '-')}.json`)
const { argv } = process
writeFileSync(file, JSON.stringify({ command: argv.slice(2), machine, matches, verdicts: allVerdicts }, null, 1))
console.log(`Written to ${file}.`)
