import { test } from 'node:test'
import { testDualEncoder } from './imported.js'

test('MedCLIP from seeded checkpoints answers over HTTP what PyTorch answers', { timeout: 580_000 }, async (t) => {
  const packs = ['resnet-fixed', 'resnet-compat', 'swin-fixed', 'swin-compat']
  await testDualEncoder(
    t,
    'medclip',
    packs.map((name) => ({ pack: `medclip-${name}`, expected: `expected-${name}` })),
  )
})
