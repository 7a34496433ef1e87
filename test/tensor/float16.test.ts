import assert from 'node:assert/strict'
import { test } from 'node:test'
import { floatsOf, floatTensor, fromFloat16, toFloat16 } from '../../src/tensor/float16.js'

test('every half is itself again, but for what is no number', () => {
  const halves = Uint16Array.from({ length: 0x10000 }, (_, half) => half)
  const values = fromFloat16(halves)
  const back = toFloat16(values)
  halves.forEach((half, at) => {
    if (!Number.isNaN(values[at])) assert.equal(back[at], half)
    else assert.ok((back[at]! & 0x7fff) > 0x7c00)
  })
})

test('what lies between two halves goes to the nearest, in the middle to the even one', () => {
  const halves = Uint16Array.from({ length: 0x7bff }, (_, half) => half)
  const values = fromFloat16(halves)
  for (let half = 0; half + 1 < halves.length; half++) {
    const [low, high] = [values[half]!, values[half + 1]!]
    const middle = (low + high) / 2
    const even = half % 2 === 0 ? half : half + 1
    const found = toFloat16(Float32Array.of(middle, middle - (high - low) / 8, middle + (high - low) / 8, -middle))
    assert.deepEqual([...found], [even, half, half + 1, even | 0x8000])
  }
})

test('beyond the greatest half by half a step there is no number; landmarks of IEEE 754', () => {
  const values = Float32Array.of(65_504, 65_519.99, 65_520, -1e9, 2 ** -24, 2 ** -25, 1 / 3, -0)
  assert.deepEqual([...toFloat16(values)], [0x7bff, 0x7bff, 0x7c00, 0xfc00, 1, 0, 0x3555, 0x8000])
})

test('floats are read and written in the type that a graph has, and nothing else is', () => {
  const tensor = floatTensor('float16', [2], Float32Array.of(1, -2))
  assert.deepEqual([tensor.dtype, [...floatsOf(tensor)]], ['float16', [1, -2]])
  const data = Float32Array.of(3)
  assert.equal(floatTensor('float32', [1], data).data, data)
  assert.throws(() => floatTensor('int64', [1], data), { code: 'invalid_tensor' })
  assert.throws(() => floatsOf({ dtype: 'int8', dims: [1], data: Int8Array.of(1) }), { code: 'invalid_tensor' })
})
