import { test } from 'node:test'
import { testDualEncoder } from './imported.js'

test('RAD-DINO from a seeded checkpoint answers over HTTP what PyTorch answers', { timeout: 580_000 }, async (t) => {
  await testDualEncoder(t, 'rad_dino', [{ pack: 'rad-dino', expected: 'expected' }])
})
