import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '../../../src/errors.js'
import { addBanner } from '../../../src/imaging/mark/banner.js'
import type { Raster } from '../../../src/imaging/raster.js'

function gray(width: number, height: number, channels: 1 | 3 = 1): Raster {
  return { width, height, channels, data: new Uint8Array(width * height * channels).fill(100) }
}

function rows({ width, channels, data }: Raster, from: number, to: number): number[] {
  return Array.from(data.subarray(from * width * channels, to * width * channels))
}

test('a border is added below and leaves the picture as it is', () => {
  for (const channels of [1, 3] as const) {
    const picture = gray(200, 30, channels)
    const with_ = addBanner(picture, 'border')
    assert.deepEqual([with_.width, with_.height], [200, 41])
    assert.deepEqual(rows(with_, 0, 30), Array.from(picture.data))
    const strip = rows(with_, 30, 41)
    assert.deepEqual([...new Set(strip)].sort(), [0, 255])
    // Dots of the nine letters, by hand: S 15, Y 10, N 17, T 11, H 17, E 18, T 11, I 11, C 13.
    assert.equal(strip.filter((level) => level === 255).length / channels, 123)
  }
})

test('a border around a picture narrower than the word makes it wider, in 16 bits too', () => {
  const picture: Raster = { width: 8, height: 4, channels: 1, data: new Uint16Array(32).fill(30_000) }
  const with_ = addBanner(picture, 'border')
  assert.deepEqual([with_.width, with_.height], [57, 15])
  assert.ok(with_.data instanceof Uint16Array)
  assert.equal(with_.data.filter((level) => level === 30_000).length, 32)
  assert.equal(Math.max(...with_.data), 65_535)
})

test('a corner covers the upper left alone, larger on larger pictures', () => {
  const with_ = addBanner(gray(400, 100), 'corner')
  assert.deepEqual([with_.width, with_.height], [400, 100])
  const [boxWidth, boxHeight] = [114, 22]
  with_.data.forEach((level, at) => {
    const isOutside = at % 400 >= boxWidth || Math.floor(at / 400) >= boxHeight
    assert.equal(level === 100, isOutside)
  })
})

test('a picture smaller than the word has no corner for it', () => {
  for (const [width, height] of [
    [56, 50],
    [100, 10],
  ] as const) {
    assert.throws(
      () => addBanner(gray(width, height), 'corner'),
      (error) => error instanceof AppError && error.code === 'invalid_option',
    )
  }
})
