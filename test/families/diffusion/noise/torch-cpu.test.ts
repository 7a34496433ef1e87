import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { createNoise } from '../../../../src/families/diffusion/noise/noise.js'

const TOLERANCE = 1e-6
const LATENTS = 4 * 64 * 64

interface FieldGolden {
  readonly randn: Readonly<Record<string, FieldDraw>> & {
    readonly batch2_seed42_second_image_first4: readonly number[]
  }
  readonly small_sizes_seed7: Readonly<
    Record<string, { readonly values: readonly number[]; readonly next3: readonly number[] }>
  >
}

interface FieldDraw {
  readonly first8: readonly number[]
  /** Elements 15, 16, 100, 1000, 8191 and 16383. */
  readonly idx: readonly number[]
  readonly abs_sum: number
  readonly second_call_first4: readonly number[]
}

interface Draws {
  readonly seed: string
  readonly counts: readonly number[]
  readonly first: readonly (readonly number[])[]
  /** Every third of the last 20. */
  readonly last: readonly (readonly number[])[]
  readonly abs_sum: readonly number[]
}

const field = read('torch_cpu_randn_golden.json') as FieldGolden
const { batch2_seed42_second_image_first4: secondImage, ...seeds } = field.randn

for (const [seed, golden] of Object.entries<FieldDraw>(seeds)) {
  test(`latents of seed ${seed} are torch's`, () => {
    const noise = createNoise('torch-cpu', BigInt(seed))
    const values = noise(LATENTS)
    close(values.slice(0, 8), golden.first8)
    close(
      [15, 16, 100, 1000, 8191, 16_383].map((at) => values[at]!),
      golden.idx,
    )
    closeSum(values, golden.abs_sum)
    close(noise(LATENTS).slice(0, 4), golden.second_call_first4)
  })
}

test('a batch is one draw: its second image goes on where the first ends', () => {
  close(createNoise('torch-cpu', 42n)(2 * LATENTS).slice(LATENTS, LATENTS + 4), secondImage)
})

test('few values, and those after them, are torch’s', () => {
  for (const [count, { values, next3 }] of Object.entries(field.small_sizes_seed7)) {
    const noise = createNoise('torch-cpu', 7n)
    close(noise(Number(count)), values)
    close(noise(3), next3)
  }
})

for (const { seed, counts, first, last, abs_sum } of (read('torch_noise.json') as { readonly cases: readonly Draws[] })
  .cases) {
  test(`draws of ${counts.join(', ')} in a row of seed ${seed} are torch's`, () => {
    const noise = createNoise('torch-cpu', BigInt(seed))
    for (const [at, count] of counts.entries()) {
      const values = noise(count)
      close(values.slice(0, 6), first[at]!)
      close(
        values.slice(-20).filter((_, index) => index % 3 === 0),
        last[at]!,
      )
      closeSum(values, abs_sum[at]!)
    }
  })
}

function close(found: Iterable<number>, expected: readonly number[]): void {
  const values = [...found]
  assert.equal(values.length, expected.length)
  for (const [at, value] of values.entries()) {
    assert.ok(Math.abs(value - expected[at]!) <= TOLERANCE, `${value} for ${expected[at]!}`)
  }
}

/** The mean of the differences, over all the values. */
function closeSum(values: Float32Array, expected: number): void {
  const sum = values.reduce((total, value) => total + Math.abs(value), 0)
  assert.ok(Math.abs(sum - expected) / values.length <= TOLERANCE)
}

function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../../fixtures/diffusion/${name}`, import.meta.url), 'utf8'))
}
