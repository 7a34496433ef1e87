import { test } from 'node:test'
import { testDualEncoder } from './imported.js'

test('GLoRIA from a seeded checkpoint answers over HTTP what PyTorch answers', { timeout: 580_000 }, async (t) => {
  await testDualEncoder(t, 'gloria', [
    { pack: 'gloria-fixed', expected: 'expected-fixed' },
    { pack: 'gloria-compat', expected: 'expected-compat' },
  ])
})
