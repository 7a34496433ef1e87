import assert from 'node:assert/strict'
import { test } from 'node:test'
import { warmSizes } from '../../src/engine/warm-sizes.js'

const input = (name: string, dims: (number | string)[]) => ({ name, kind: name, dtype: 'float32' as const, dims })

/** As ONNX Runtime tells by which plan of memory it runs. */
const keyOf = (shapes: readonly (readonly number[])[]): number => shapes.flat().reduce((key, size) => key ^ size, 0)

test('a latent is warmed by a shape whose plan of memory is no square’s', () => {
  const inputs = [
    input('sample', ['rows', 4, 'h', 'w']),
    input('timestep', ['rows']),
    input('tokens', ['rows', 77, 768]),
  ]
  const sizeOf = warmSizes({ inputs, rowSymbol: 'rows' })
  const shapesOf = (size: (dim: number | string) => number) => inputs.map(({ dims }) => dims.map(size))
  const warm = shapesOf(sizeOf)
  assert.deepEqual(warm, [[1, 4, 8, 16], [1], [1, 77, 768]])
  for (let side = 8; side <= 128; side += 8) {
    const square = (dim: number | string): number => (typeof dim === 'number' ? dim : dim === 'rows' ? 1 : side)
    assert.notEqual(keyOf(warm), keyOf(shapesOf(square)), `${side} x ${side}`)
  }
})

test('a symbol has one size in all inputs, and numbers stay', () => {
  const inputs = [input('input_ids', ['rows', 'length']), input('attention_mask', ['rows', 'length'])]
  const sizeOf = warmSizes({ inputs, rowSymbol: 'rows' })
  assert.deepEqual([sizeOf('length'), sizeOf('rows'), sizeOf(77)], [8, 1, 77])
})
