import assert from 'node:assert/strict'
import { test } from 'node:test'
import { applyTable, dragWindow, fitWindow, FULL_WINDOW, grayTable } from '../../src/page/viewer/gray-window.js'

const ALL = Array.from({ length: 256 }, (_, value) => value)

test('the full window shows every value as it is', () => {
  assert.deepEqual([...grayTable(FULL_WINDOW, false)], ALL)
  assert.deepEqual([...grayTable(FULL_WINDOW, true)], [...ALL].reverse())
})

test('a narrow window is black below it and white above it', () => {
  const table = grayTable({ centre: 100, width: 50 }, false)
  assert.equal(table[75], 0)
  assert.equal(table[74], 0)
  assert.equal(table[100], 128)
  assert.equal(table[125], 255)
  assert.equal(table[200], 255)
})

test('dragging changes width and centre, within what can be seen', () => {
  assert.deepEqual(dragWindow({ centre: 100, width: 50 }, 10, 20), { centre: 110, width: 60 })
  const least = dragWindow(FULL_WINDOW, -10_000, -10_000)
  assert.deepEqual(least, { centre: 0, width: 2 })
  assert.deepEqual(dragWindow(FULL_WINDOW, 10_000, 10_000), { centre: 255, width: 510 })
  assert.ok(grayTable(least, false).every((gray) => gray >= 0 && gray <= 255))
})

test('the fitted window leaves single outliers out', () => {
  const pixels = new Uint8ClampedArray(4 * 1000)
  for (let at = 0; at < 1000; at++) pixels.fill(60 + (at % 101), at * 4, at * 4 + 4)
  pixels.fill(0, 0, 4)
  pixels.fill(255, 4, 8)
  const { centre, width } = fitWindow(pixels)
  assert.ok(Math.abs(centre - width / 2 - 60) <= 1, `black at ${centre - width / 2}`)
  assert.ok(Math.abs(centre + width / 2 - 160) <= 1, `white at ${centre + width / 2}`)
})

test('a film of one value has a window all the same', () => {
  const { centre, width } = fitWindow(new Uint8ClampedArray(400).fill(90))
  assert.equal(centre, 90)
  assert.ok(width > 0)
})

test('colours go through the table, opacity does not', () => {
  const target = new Uint8ClampedArray(8)
  applyTable(Uint8ClampedArray.of(0, 128, 255, 40, 10, 20, 30, 255), grayTable(FULL_WINDOW, true), target)
  assert.deepEqual([...target], [255, 127, 0, 40, 245, 235, 225, 255])
})
