import { test } from 'node:test'
import { testDualEncoder } from './imported.js'

test('BiomedCLIP from a seeded checkpoint answers over HTTP what PyTorch answers', { timeout: 580_000 }, async (t) => {
  await testDualEncoder(t, 'biomedclip', [{ pack: 'biomedclip', expected: 'expected' }])
})
