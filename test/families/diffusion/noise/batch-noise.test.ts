import assert from 'node:assert/strict'
import { test } from 'node:test'
import { batchNoise } from '../../../../src/families/diffusion/noise/batch-noise.js'
import { createNoise } from '../../../../src/families/diffusion/noise/noise.js'

test('a turn of a batch is one draw, whichever image comes first', () => {
  const whole = createNoise('torch-cpu', 42n)
  const [first, second] = [whole(64), whole(64)]
  const [left, right] = batchNoise(createNoise('torch-cpu', 42n), 2)
  assert.deepEqual(right!(32), first.slice(32))
  assert.deepEqual(right!(32), second.slice(32))
  assert.deepEqual(left!(32), first.slice(0, 32))
  assert.deepEqual(left!(32), second.slice(0, 32))
})

test('a batch of one is the generator itself', () => {
  const [only] = batchNoise(createNoise('torch-cpu', 5n), 1)
  assert.deepEqual(only!(20), createNoise('torch-cpu', 5n)(20))
})

test('images that draw unequally many at a turn are a bug', () => {
  const [left, right] = batchNoise(createNoise('torch-cpu', 5n), 2)
  left!(20)
  assert.throws(() => right!(21), /unequally/)
})
