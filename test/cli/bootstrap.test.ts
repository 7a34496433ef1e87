import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bootstrapMean } from '../../src/cli/bootstrap.js'

const OPTIONS = { resamples: 4000, seed: 1 }
const values = Array.from({ length: 200 }, (_, at) => ((at * 73) % 200) / 200)
const mean = values.reduce((sum, value) => sum + value, 0) / values.length
const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
const apart = values.map((_, at) => String(at))

test('the interval of many rows is the normal one', () => {
  const found = bootstrapMean(values, apart, OPTIONS)
  const half = (1.96 * sd) / Math.sqrt(values.length)
  assert.ok(Math.abs(found.mean - mean) < 1e-12)
  assert.ok(Math.abs(found.low - (mean - half)) < 0.1 * half, `${found.low} is not ${mean - half}`)
  assert.ok(Math.abs(found.high - (mean + half)) < 0.1 * half)
})

test('rows of one group are no more than one group', () => {
  const repeated = values.flatMap((value) => Array<number>(10).fill(value))
  const grouped = bootstrapMean(
    repeated,
    repeated.map((_, at) => String(Math.floor(at / 10))),
    OPTIONS,
  )
  const single = bootstrapMean(values, apart, OPTIONS)
  assert.ok(Math.abs(grouped.low - single.low) < 1e-9 && Math.abs(grouped.high - single.high) < 1e-9)
  const pretended = bootstrapMean(
    repeated,
    repeated.map((_, at) => String(at)),
    OPTIONS,
  )
  assert.ok(grouped.high - grouped.low > 2.5 * (pretended.high - pretended.low))
})

test('the same seed gives the same interval, another another', () => {
  assert.deepEqual(bootstrapMean(values, apart, OPTIONS), bootstrapMean(values, apart, OPTIONS))
  assert.notDeepEqual(bootstrapMean(values, apart, OPTIONS), bootstrapMean(values, apart, { ...OPTIONS, seed: 2 }))
  assert.deepEqual(bootstrapMean([0.5], ['a'], OPTIONS), { mean: 0.5, low: 0.5, high: 0.5 })
})
