/**
 * An imported Stable Diffusion at full size: what the service answers against what diffusers' own pipeline gave.
 *
 *     (cd model-store/import && python -m stable_diffusion.prove --work /tmp/sd-proof)
 *     npx tsx test/parity/stable-diffusion.ts /tmp/sd-proof
 */
import { join } from 'node:path'
import { test } from 'node:test'
import { startService } from '../e2e/service.js'
import { compareWithDiffusers } from './stable-diffusion-case.js'

const MODEL = 'stable_diffusion-original'

const work = process.argv[2]
if (work === undefined) throw new Error('Say the folder that python -m stable_diffusion.prove wrote.')

test('the service makes what the pipeline of diffusers makes', { timeout: 3_600_000 }, async (t) => {
  const begun = performance.now()
  const environment = {
    MODEL_STORE: join(work, 'store'),
    DEFAULT_MODELS: MODEL,
    LANES: '1',
    CACHE_BUDGET_BYTES: String(12 * 2 ** 30),
    REQUEST_TIMEOUT_MS: '1800000',
  }
  const running = await startService(t, environment)
  t.diagnostic(`verified, goldens run and ready after ${((performance.now() - begun) / 1000).toFixed(0)} s`)
  await compareWithDiffusers(t, { ...running, work, model: MODEL })
})
