/**
 * BiomedCLIP at its full size: what the service answers against what PyTorch gave for the same PNGs and texts.
 *
 *     (cd model-store/import && python -m biomedclip.prove --work /tmp/biomedclip-proof)
 *     npx tsx test/parity/biomedclip.ts /tmp/biomedclip-proof
 */
import { join } from 'node:path'
import { test } from 'node:test'
import { startService } from '../e2e/service.js'
import { compareDualEncoder } from '../model-store/dual-encoder-parity.js'

const work = process.argv[2]
if (work === undefined) throw new Error('Say the folder that python -m biomedclip.prove wrote.')

test('the service answers what the framework answers', { timeout: 1_800_000 }, async (t) => {
  const environment = {
    MODEL_STORE: join(work, 'packs'),
    DEFAULT_MODELS: 'biomedclip',
    REQUEST_TIMEOUT_MS: '600000',
  }
  const { url } = await startService(t, environment)
  await compareDualEncoder(t, { url, model: 'biomedclip', work, expected: join(work, 'expected') })
})
