import { test } from 'node:test'
import { testDualEncoder } from './imported.js'

test('REFERS’s image tower answers over HTTP what PyTorch answers', { timeout: 580_000 }, async (t) => {
  await testDualEncoder(t, 'refers.encoder', [{ pack: 'refers-encoder-original', expected: 'expected' }])
})
