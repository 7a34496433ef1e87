/**
 * ConVIRT at its full size, as BenchX retrained it: what the service answers against what PyTorch gave for the same PNGs and texts.
 *
 *     (cd model-store/import && python -m convirt.prove --work /tmp/convirt-proof --variant benchx)
 *     npx tsx test/parity/convirt.ts /tmp/convirt-proof benchx
 */
import { join } from 'node:path'
import { test } from 'node:test'
import { startService } from '../e2e/service.js'
import { compareDualEncoder } from '../model-store/dual-encoder-parity.js'

const [work, ...variants] = process.argv.slice(2)
if (work === undefined || variants.length === 0) {
  throw new Error('Say the folder that python -m convirt.prove wrote, and the variants in it.')
}

test('the service answers what the framework answers', { timeout: 1_800_000 }, async (t) => {
  const environment = {
    MODEL_STORE: join(work, 'packs'),
    DEFAULT_MODELS: `convirt-${variants[0]!}`,
    REQUEST_TIMEOUT_MS: '600000',
  }
  const { url } = await startService(t, environment)
  for (const variant of variants) {
    await compareDualEncoder(t, { url, model: `convirt-${variant}`, work, expected: join(work, `expected-${variant}`) })
  }
})
