/**
 * BioViL-T at its full size, one film at a time: what the service answers against what PyTorch gave for the same PNGs and texts.
 *
 *     (cd model-store/import && python -m biovil.prove --work /tmp/biovil-proof --variant biovil-t)
 *     npx tsx test/parity/biovil.ts /tmp/biovil-proof biovil-t
 */
import { join } from 'node:path'
import { test } from 'node:test'
import { startService } from '../e2e/service.js'
import { compareDualEncoder } from '../model-store/dual-encoder-parity.js'

const [work, ...variants] = process.argv.slice(2)
if (work === undefined || variants.length === 0) {
  throw new Error('Say the folder that python -m biovil.prove wrote, and the variants in it.')
}

test('the service answers what the framework answers', { timeout: 1_800_000 }, async (t) => {
  const environment = {
    MODEL_STORE: join(work, 'packs'),
    DEFAULT_MODELS: `${variants[0]!}-original`,
    REQUEST_TIMEOUT_MS: '600000',
  }
  const { url } = await startService(t, environment)
  for (const variant of variants) {
    await compareDualEncoder(t, {
      url,
      model: `${variant}-original`,
      work,
      expected: join(work, `expected-${variant}`),
    })
  }
})
