/**
 * Many hostile DICOM files, one after the other through the decoder of the service: `npx tsx test/load/dicom-fuzz.ts [10000]`.
 * Says how many were refused, why, how long the slowest took, and whether memory stays flat. Ends with 1 where it does not.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { AppError } from '../../src/errors.js'
import { createDicomDecoder } from '../../src/imaging/dicom/dicom-decoder.js'
import { hostileFile } from '../imaging/dicom/hostile.js'

const FIXTURES = resolve(import.meta.dirname, '../fixtures/dicom')
const RULE = { window: 'voi', invertMonochrome1: true } as const
const TIMEOUT_MS = 10_000
const MIB = 1 << 20

async function main(): Promise<void> {
  const count = Number(process.argv[2] ?? 10_000)
  const films = readdirSync(FIXTURES)
    .filter((name) => name.endsWith('.dcm'))
    .map((name) => readFileSync(join(FIXTURES, name)))
  const limits = { imageBytes: 1e8, imagePixels: 40_000_000 }
  const decoder = createDicomDecoder({ threads: 1, limits, timeoutMs: TIMEOUT_MS })
  const outcomes = new Map<string, number>()
  const memoryMib: number[] = []
  const startMs = performance.now()
  let [slowestMs, faults, late] = [0, 0, 0]
  for (let seed = 0; seed < count; seed++) {
    const { bytes } = hostileFile(films, seed)
    const fileMs = performance.now()
    const outcome = await decoder.decode(bytes, RULE, new AbortController().signal).then(
      ({ raster }) => (raster.data.length === raster.width * raster.height ? 'read' : 'wrong length'),
      (error: unknown) => (error instanceof AppError ? error.message.replace(/\d+(x\d+)?/g, '#') : 'no AppError'),
    )
    slowestMs = Math.max(slowestMs, performance.now() - fileMs)
    if (outcome === 'wrong length' || outcome === 'no AppError') faults++
    if (outcome.includes('not read within')) late++
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    if (seed % Math.ceil(count / 20) === 0) memoryMib.push(Math.round(process.memoryUsage().rss / MIB))
  }
  const sound = await decoder.decode(films[0]!, RULE, new AbortController().signal)
  const { discarded } = decoder
  await decoder.close()
  const told = [...outcomes].sort((a, b) => b[1] - a[1]).map(([why, times]) => `  ${times}  ${why}`)
  const seconds = ((performance.now() - startMs) / 1000).toFixed(0)
  process.stdout.write(
    `${count} files in ${seconds} s, slowest ${slowestMs.toFixed(0)} ms, ${late} at the deadline, ${faults} faults, ` +
      `${discarded} threads given up\nresident MiB: ${memoryMib.join(' ')}\n${told.join('\n')}\n`,
  )
  if (faults > 0 || sound.raster.width === 0) process.exitCode = 1
}

void main()
