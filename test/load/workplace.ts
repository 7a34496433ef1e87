import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TINY_PACK } from './bench-store.js'
import { startGenerator, type Generator } from './generator.js'
import { verdictTable } from './report.js'
import type { Verdict } from './targets.js'

const OUT = 'bench-results'
const EMBEDDED_PACK = fileURLToPath(new URL('../../model-store/cxr-align/1.0.0', import.meta.url))

/** The pack that the project embeds; the tiny test pack where it is not there. */
export function embeddedPack(): string {
  return existsSync(EMBEDDED_PACK) ? EMBEDDED_PACK : TINY_PACK
}

/** What every load test needs: a store of its own, a load generator, a place for logs. All of it ends with the test. */
export interface Workplace {
  readonly store: string
  readonly generator: Generator
  readonly logFile: string
}

/** Runs the test, prints what it found and sets the exit code: 1 when a number is not reached. */
export async function inWorkplace(name: string, test: (place: Workplace) => Promise<Verdict[]>): Promise<void> {
  mkdirSync(OUT, { recursive: true })
  const store = mkdtempSync(join(tmpdir(), `radserve-${name}-`))
  const generator = startGenerator()
  try {
    const verdicts = await test({ store, generator, logFile: join(OUT, `${name}.log`) })
    console.log(`\n${verdictTable(verdicts)}`)
    process.exitCode = verdicts.every(({ isMet }) => isMet) ? 0 : 1
  } finally {
    generator.close()
    rmSync(store, { recursive: true, force: true })
  }
}
