import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TensorSpec } from '../../src/families/component.js'
import { mergeSymbol, rowSymbol } from '../../src/families/tensor-specs.js'

const spec = (name: string, ...dims: TensorSpec['dims']): TensorSpec => ({ name, dtype: 'float32', dims, kind: name })

test('runs merge along the symbol that every output and some inputs begin with', () => {
  const sample = spec('sample', 'batch', 4, 'h', 'w')
  const tokens = spec('tokens', 'batch', 77, 768)
  const outputs = [spec('prediction', 'batch', 4, 'h', 'w')]
  assert.equal(mergeSymbol({ inputs: [sample, spec('timestep', 'batch'), tokens], outputs }), 'batch')
  for (const timestep of [spec('timestep'), spec('timestep', 1)]) {
    const denoiser = { inputs: [sample, timestep, tokens], outputs }
    assert.equal(mergeSymbol(denoiser), 'batch', 'sizes only: shared by all rows')
    assert.equal(rowSymbol(denoiser), undefined)
  }
})

test('two symbols, or rows that do not come out, go alone', () => {
  const [images, texts] = [spec('images', 'm', 4), spec('texts', 'n', 4)]
  const temperature = spec('temp')
  assert.equal(mergeSymbol({ inputs: [images, texts], outputs: [spec('s', 'm', 'n')] }), undefined)
  assert.equal(mergeSymbol({ inputs: [images, texts, temperature], outputs: [spec('s', 'm', 'n')] }), undefined)
  assert.equal(mergeSymbol({ inputs: [images, spec('mask', 1, 'n')], outputs: [spec('s', 'm')] }), undefined)
  assert.equal(mergeSymbol({ inputs: [images], outputs: [spec('s', 'm'), spec('mean', 4)] }), undefined)
  assert.equal(mergeSymbol({ inputs: [spec('images', 1, 4)], outputs: [spec('s', 1)] }), undefined)
  assert.equal(mergeSymbol({ inputs: [spec('steps')], outputs: [spec('s', 'm')] }), undefined)
})
