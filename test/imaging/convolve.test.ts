import assert from 'node:assert/strict'
import { test } from 'node:test'
import { convolveAcross, convolveDown, WEIGHT_BITS, type Kernel } from '../../src/imaging/convolve.js'
import { CONVOLVE_WASM } from '../../src/imaging/convolve-wasm.js'
import { compileConvolve } from './compile-convolve.js'
import { noisePlane } from './goldens.js'

void test('the committed binary is what its source compiles to', async () => {
  assert.equal(await compileConvolve(), CONVOLVE_WASM)
})

/** Windows of `count` from `fromPx` positions whose weights sum to one and overshoot, as Lanczos' do. */
function kernelOf(fromPx: number, toPx: number, count: number): Kernel {
  const taps = Math.ceil(count / 4) * 4
  const weights = new Int32Array(toPx * taps)
  const starts = Int32Array.from({ length: toPx }, (_, to) =>
    Math.floor((to * (fromPx - count)) / Math.max(1, toPx - 1)),
  )
  for (let to = 0; to < toPx; to++) {
    for (let i = 0; i < count; i++) weights[to * taps + i] = (((to + i * 7) % 5) - 1) * (2 ** WEIGHT_BITS / 8)
  }
  return { starts, counts: new Int32Array(toPx).fill(count), weights, taps }
}

/** One output level of the definition: a weighted sum, rounded and clamped. */
function levelOf(kernel: Kernel, to: number, at: (position: number) => number): number {
  let sum = 2 ** (WEIGHT_BITS - 1)
  for (let i = 0; i < kernel.counts[to]!; i++) sum += at(kernel.starts[to]! + i) * kernel.weights[to * kernel.taps + i]!
  return Math.min(255, Math.max(0, Math.floor(sum / 2 ** WEIGHT_BITS)))
}

void test('both passes give the weighted sums, whatever the size', () => {
  for (const [width, height] of [
    [1, 1],
    [5, 3],
    [16, 4],
    [33, 70],
    // More than one band of rows, the last of which is not whole.
    [4099, 131],
  ] as const) {
    const plane = { ...noisePlane(width, height) }
    const count = Math.min(9, width, height)
    const across = kernelOf(width, 11, count)
    const down = kernelOf(height, 7, count)
    const narrow = convolveAcross(plane, across)
    const low = convolveDown(plane, down)
    assert.deepEqual([narrow.width, narrow.height, low.width, low.height], [11, height, width, 7])
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < 11; x++) {
        assert.equal(
          narrow.data[y * 11 + x],
          levelOf(across, x, (column) => plane.data[y * width + column]!),
        )
      }
    }
    for (let y = 0; y < 7; y++) {
      for (let x = 0; x < width; x++) {
        assert.equal(
          low.data[y * width + x],
          levelOf(down, y, (row) => plane.data[row * width + x]!),
        )
      }
    }
  }
})
