import { test } from 'node:test'
import { testDualEncoder } from './imported.js'

test('MGCA from seeded checkpoints answers over HTTP what PyTorch answers', { timeout: 580_000 }, async (t) => {
  const packs = ['vit-fixed', 'vit-compat', 'resnet-fixed', 'resnet-compat']
  await testDualEncoder(
    t,
    'mgca',
    packs.map((name) => ({ pack: `mgca-${name}`, expected: `expected-${name}` })),
  )
})
