import { test } from 'node:test'
import { testDualEncoder } from './imported.js'

const VARIANTS = ['benchx', 'mgca']

test('ConVIRTs from seeded checkpoints answer over HTTP what PyTorch answers', { timeout: 580_000 }, async (t) => {
  const packs = VARIANTS.map((name) => ({ pack: `convirt-${name}`, expected: `expected-${name}` }))
  await testDualEncoder(t, 'convirt', packs)
})
