import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fitInto, pan, WHOLE, zoomAt } from '../../src/page/viewer/placement.js'

const FRAME = { width: 800, height: 600 }

test('the point below the pointer stays there while the film is zoomed', () => {
  const at = { x: 120, y: -80 }
  const start = { scale: 1.5, x: 30, y: 10 }
  const placed = zoomAt(start, 2, at)
  const pointOf = ({ scale, x, y }: typeof start) => [(at.x - x) / scale, (at.y - y) / scale]
  const [before, after] = [pointOf(start), pointOf(placed)]
  assert.ok(before.every((value, axis) => Math.abs(value - after[axis]!) < 1e-9))
  assert.equal(placed.scale, 3)
})

test('zoom ends where a film could no longer be seen', () => {
  assert.equal(zoomAt(WHOLE, 1e9, { x: 0, y: 0 }).scale, 16)
  assert.equal(zoomAt(WHOLE, 1e-9, { x: 0, y: 0 }).scale, 0.5)
})

test('a film is never moved out of its frame', () => {
  const { x, y } = pan(WHOLE, 1e6, -1e6, FRAME)
  assert.deepEqual({ x, y }, { x: 760, y: -560 })
})

test('a film is fitted in its proportions', () => {
  assert.deepEqual(fitInto({ width: 1000, height: 500 }, FRAME), { width: 800, height: 400 })
  assert.deepEqual(fitInto({ width: 100, height: 200 }, FRAME), { width: 300, height: 600 })
})
