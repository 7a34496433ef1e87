import assert from 'node:assert/strict'
import { test } from 'node:test'
import { heatMapOf, type CellMap } from '../../src/http/maps.js'
import { identityGeometry } from '../../src/imaging/geometry.js'
import { smoothGrid } from '../../src/imaging/smooth.js'

const GEOMETRY = identityGeometry({ width: 30, height: 20 })
const FIRST = Float32Array.of(0.1, 0.2, 0.1, 0.3, 0.1, 0.2)
const SECOND = Float32Array.of(0, 0.8, 0, 0, 0.2, 0)
const MAP: CellMap = {
  values: Float32Array.of(...FIRST, ...SECOND),
  grid: [2, 3],
  kind: 'attention',
  display: { smoothSigma: 0, range: 'words' },
}
const f = Math.fround

test('the colours of a word span all words or itself, as the pack says', () => {
  const joint = heatMapOf({ ...MAP, word: 0 }, GEOMETRY)
  assert.deepEqual([joint.low, joint.high], [0, f(0.8)])
  assert.deepEqual(joint.grid, { data: FIRST, width: 3, height: 2 })
  const own = heatMapOf({ ...MAP, word: 0, display: { smoothSigma: 0, range: 'word' } }, GEOMETRY)
  assert.deepEqual([own.low, own.high], [f(0.1), f(0.3)])
  const cosine = heatMapOf({ ...MAP, kind: 'cosine', word: 0, display: { smoothSigma: 0, range: 'word' } }, GEOMETRY)
  assert.deepEqual([cosine.low, cosine.high], [0, f(0.3)])
})

test('without a word the mean is drawn, in colours of its own', () => {
  const { grid, low, high } = heatMapOf(MAP, GEOMETRY)
  assert.ok(Math.abs(grid.data[1]! - 0.5) < 1e-7)
  assert.deepEqual([low, high], [Math.min(...grid.data), Math.max(...grid.data)])
})

test('what is drawn is smoothed before its range is taken', () => {
  const display = { smoothSigma: 1.5, range: 'words' } as const
  const smoothed = [FIRST, SECOND].map((data) => smoothGrid({ data, width: 3, height: 2 }, 1.5))
  const { grid, low, high } = heatMapOf({ ...MAP, display, word: 1 }, GEOMETRY)
  assert.deepEqual(grid, smoothed[1])
  const all = smoothed.flatMap(({ data }) => [...data])
  assert.deepEqual([low, high], [Math.min(...all), Math.max(...all)])
  assert.ok(high < 0.8)
})

test('a word that is not there is refused', () => {
  assert.throws(() => heatMapOf({ ...MAP, word: 2 }, GEOMETRY), { code: 'invalid_option' })
})
