import assert from 'node:assert/strict'
import { test } from 'node:test'
import { guidanceEmbedding, guide } from '../../../src/families/diffusion/guidance.js'

const near = (found: ArrayLike<number>, expected: readonly number[], tolerance: number): void => {
  assert.equal(found.length, expected.length)
  expected.forEach((value, at) =>
    assert.ok(Math.abs(found[at]! - value) <= tolerance, `${at}: ${found[at]}, not ${value}`),
  )
}

test('guidance goes from the prediction without the prompt through that with it', () => {
  const [without, withPrompt] = [Float32Array.of(1, 2, -1), Float32Array.of(2, 2, 1)]
  assert.deepEqual([...guide(without, withPrompt, 4, 0)], [5, 2, 7])
  assert.deepEqual([...guide(without, withPrompt, 1, 0)], [2, 2, 1])
})

test('rescaled in full it has the deviation of the prediction with the prompt', () => {
  const deviation = (values: Float32Array): number => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1))
  }
  const [without, withPrompt] = [Float32Array.of(1, 2, -1, 0.5), Float32Array.of(2, 2.5, 1, -3)]
  const guided = guide(without, withPrompt, 7, 0)
  const full = guide(without, withPrompt, 7, 1)
  near([deviation(full)], [deviation(withPrompt)], 1e-5)
  const half = guide(without, withPrompt, 7, 0.5)
  near(
    half,
    Array.from(guided, (value, at) => (value + full[at]!) / 2),
    1e-5,
  )
})

test('the embedding of a guidance of 7.5 is that of diffusers 0.42.1 (get_guidance_scale_embedding)', () => {
  const expected = [-0.044785, 0.110189, 0.991123, 0.605186, -0.998997, 0.993911, 0.132946, 0.796084]
  // Its angles are float32: 6500 is exact to 5e-4.
  near(guidanceEmbedding(7.5, 8), expected, 1e-3)
})
