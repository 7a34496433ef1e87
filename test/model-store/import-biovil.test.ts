import { test } from 'node:test'
import { testDualEncoder } from './imported.js'

test('BioViL and BioViL-T from seeded files answer over HTTP what PyTorch answers', { timeout: 580_000 }, async (t) => {
  await testDualEncoder(t, 'biovil', [
    { pack: 'biovil-t-original', expected: 'expected-biovil-t' },
    { pack: 'biovil-original', expected: 'expected-biovil' },
  ])
})
