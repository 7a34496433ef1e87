import { test } from 'node:test'
import { testDualEncoder } from './imported.js'

test('CheXzero from a seeded checkpoint answers over HTTP what PyTorch answers', { timeout: 580_000 }, async (t) => {
  await testDualEncoder(t, 'chexzero', [{ pack: 'chexzero', expected: 'expected' }])
})
