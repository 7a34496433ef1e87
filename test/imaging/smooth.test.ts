import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { smoothGrid } from '../../src/imaging/smooth.js'

interface Case {
  readonly width: number
  readonly height: number
  readonly sigma: number
  readonly grid: number[]
  readonly smoothed: number[]
}

const cases = JSON.parse(readFileSync(join(import.meta.dirname, '../fixtures/maps/smoothed.json'), 'utf8')) as Case[]

for (const { width, height, sigma, grid, smoothed } of cases) {
  test(`${height} × ${width} cells under a Gaussian of ${sigma} are scipy's`, () => {
    const { data } = smoothGrid({ data: Float32Array.from(grid), width, height }, sigma)
    const furthest = data.reduce((most, value, at) => Math.max(most, Math.abs(value - smoothed[at]!)), 0)
    assert.equal(data.length, smoothed.length)
    assert.ok(furthest < 1e-6, `${furthest}`)
  })
}

test('no Gaussian leaves the grid as it is', () => {
  const grid = { data: Float32Array.of(1, 2, 3, 4), width: 2, height: 2 }
  assert.equal(smoothGrid(grid, 0), grid)
})
