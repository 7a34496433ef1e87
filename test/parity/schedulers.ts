/**
 * A wider look than the golden's: our samplers against runs of the reference library over random settings.
 *
 *     python test/fixtures/diffusion/make_goldens.py --count 120 --seed 3 --all --out /tmp/sweep.json
 *     npx tsx test/parity/schedulers.ts /tmp/sweep.json
 */
import { readFileSync } from 'node:fs'
import { greatestDifference, runCase, type DrawnGolden } from '../families/diffusion/schedulers/golden-case.js'

const TOLERANCE = 1e-4

const [path] = process.argv.slice(2)
if (path === undefined) throw new Error('Say the file that make_goldens.py wrote.')
const { elements, cases } = JSON.parse(readFileSync(path, 'utf8')) as {
  readonly elements: number
  readonly cases: readonly (DrawnGolden & { readonly growth: number })[]
}

const table: Record<string, Record<string, number>> = {}
for (const golden of cases) {
  const counts = (table[golden.cls] ??= {})
  const verdict = judge(golden)
  counts[verdict] = (counts[verdict] ?? 0) + 1
  if (/differs$|ours alone/.test(verdict))
    process.stdout.write(`${verdict}: ${JSON.stringify({ ...golden, final: [] })}\n`)
}
console.table(table)

function judge(golden: (typeof cases)[number]): string {
  let found: ReturnType<typeof runCase>
  try {
    found = runCase(golden, elements)
  } catch {
    return golden.refused === undefined ? 'refused by ours alone' : 'refused by both'
  }
  if (golden.refused === 'NaN') return 'NaN, ours a number'
  if (golden.refused !== undefined) return 'refused by the reference alone, differs'
  const worst = Math.max(
    greatestDifference(found.timesteps, golden.timesteps) / 10,
    greatestDifference([found.init_noise_sigma], [golden.init_noise_sigma]),
    greatestDifference(found.noised_abs_mean!, golden.noised_abs_mean!),
    greatestDifference(found.per_step_abs_mean, golden.per_step_abs_mean),
    greatestDifference(found.final, golden.final),
  )
  if (worst <= TOLERANCE) return 'equal'
  // Float32 has 24 bits: what is large, or has grown, has lost the digits that are compared.
  const size = Math.max(...golden.per_step_abs_mean, golden.init_noise_sigma)
  return golden.growth > 5 || size > 100 ? 'beyond float32' : 'differs'
}
