import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createNoise } from '../../../../src/families/diffusion/noise/noise.js'
import { philox } from '../../../../src/families/philox.js'

const WORD = 0xffffffff

/** The known answers that Random123 (D. E. Shaw Research, 1.09) is published with: counter, key, words. */
const KNOWN: readonly [readonly number[], readonly [number, number], readonly number[]][] = [
  [
    [0, 0, 0, 0],
    [0, 0],
    [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  ],
  [
    [WORD, WORD, WORD, WORD],
    [WORD, WORD],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
]

test('Philox gives its known answers', () => {
  for (const [counter, [low, high], expected] of KNOWN) {
    const words = Uint32Array.from(counter)
    philox(words, low, high)
    assert.deepEqual([...words], expected)
  }
})

test('seeds 0 and 42 begin with the values that are published for a CUDA device', () => {
  const expected = [
    -0.92466259, -0.42534415, -2.6438457, 0.14518388, -0.12086647, -0.57972564, -0.62285122, -0.32838709, -1.07454231,
    -0.36314407, -1.67105067, 2.26550497,
  ]
  close(createNoise('torch-cuda', 0n)(12), expected)
  close(createNoise('torch-cuda', 42n)(4), [0.19401896, 2.16137393, -0.17205083, 0.8490602])
})

test('every draw has values of its own, and a draw of more begins with the same', () => {
  const noise = createNoise('torch-cuda', 3n)
  const [first, second] = [noise(64), noise(64)]
  assert.equal(new Set([...first, ...second]).size, 128)
  assert.deepEqual(createNoise('torch-cuda', 3n)(16_384).slice(0, 64), first)
})

test('both words of a seed count, up to 2^64 − 1', () => {
  const firsts = [0n, 1n, 2n ** 32n, 2n ** 63n, 2n ** 64n - 1n].map((seed) => createNoise('torch-cuda', seed)(1)[0])
  assert.equal(new Set(firsts).size, 5)
})

test('the values are standard normal', () => {
  const values = createNoise('torch-cuda', 11n)(65_536)
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + value ** 2, 0) / values.length
  assert.ok(Math.abs(mean) < 0.015)
  assert.ok(Math.abs(variance - 1) < 0.02)
})

function close(found: Float32Array, expected: readonly number[]): void {
  for (const [at, value] of expected.entries())
    assert.ok(Math.abs(found[at]! - value) < 2e-7, `${found[at]!} for ${value}`)
}
