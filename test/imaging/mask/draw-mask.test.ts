import assert from 'node:assert/strict'
import { test } from 'node:test'
import { channelSpread } from '../../../src/imaging/channel-spread.js'
import { drawMask, drawMaskOverlay } from '../../../src/imaging/mask/draw-mask.js'
import type { Mask } from '../../../src/imaging/mask/mask.js'

/** Inside is the right half. */
function rightHalf(width: number, height: number): Mask {
  return {
    width,
    height,
    data: Uint8Array.from({ length: width * height }, (_, at) => Number(at % width >= width / 2)),
  }
}

test('a mask is drawn in black and white', () => {
  const { channels, data } = drawMask(rightHalf(4, 2))
  assert.deepEqual([channels, ...data], [1, 0, 0, 255, 255, 0, 0, 255, 255])
})

test('over its film a mask is a light tint with a line around it', () => {
  const film = { width: 40, height: 20, channels: 1 as const, data: new Uint8Array(800).fill(100) }
  const { data } = drawMaskOverlay(film, rightHalf(40, 20))
  const at = (x: number, y: number): number[] => [...data.subarray((y * 40 + x) * 3, (y * 40 + x) * 3 + 3)]
  assert.deepEqual(at(10, 10), [100, 100, 100], 'outside, the film itself')
  assert.deepEqual(at(20, 10), [86, 180, 233], 'on the border, the colour')
  const [red, green, blue] = at(30, 10) as [number, number, number]
  assert.ok(red < 100 && red > 86 && green > 100 && green < 180 && blue > 100 && blue < 233)
  assert.deepEqual(at(39, 10), at(30, 10), 'the edge of the picture is no border of the mask')
})

test('a coloured film keeps its colours, a large one is made smaller', () => {
  const data = Uint8Array.from({ length: 8 * 4 * 3 }, (_, at) => [200, 100, 50][at % 3]!)
  const overlay = drawMaskOverlay(
    { width: 8, height: 4, channels: 3, data },
    { ...rightHalf(8, 4), data: new Uint8Array(32) },
  )
  assert.deepEqual([...overlay.data.subarray(0, 3)], [200, 100, 50])
  const [width, height] = [4096, 1000]
  const large = { width, height, channels: 1 as const, data: new Uint16Array(width * height).fill(0x8000) }
  const small = drawMaskOverlay(large, rightHalf(width, height))
  assert.deepEqual([small.width, small.height], [2048, 500])
  assert.deepEqual([...small.data.subarray(0, 3)], [128, 128, 128])
})

test('colour is told from gray, whatever the depth', () => {
  const gray = Uint8Array.from({ length: 300 }, (_, at) => Math.floor(at / 3))
  assert.equal(channelSpread({ channels: 1, data: gray }), 0)
  assert.equal(channelSpread({ channels: 3, data: gray }), 0)
  const half = Uint8Array.from({ length: 600 }, (_, at) => (at < 300 ? 50 : [255, 0, 0][at % 3]!))
  assert.equal(channelSpread({ channels: 3, data: half }), 0.5)
  const deep = Uint16Array.from(half, (level) => level * 257)
  assert.equal(channelSpread({ channels: 3, data: deep }), 0.5)
  const many = Uint8Array.from({ length: 3 * 300_000 }, (_, at) => [40, 20, 30][at % 3]!)
  assert.ok(Math.abs(channelSpread({ channels: 3, data: many }) - 20 / 255) < 1e-12)
})
