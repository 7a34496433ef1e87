/** A seeded checkpoint in diffusers' layout at reduced size, imported, added to a store, served and compared. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { startService } from '../e2e/service.js'
import { compareWithDiffusers } from '../parity/stable-diffusion-case.js'
import { addPack, canImport, python } from './imported.js'

const MODEL = 'stable_diffusion-original'

/** A folder that is gone after the test. */
export function temporary(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'radserve-import-sd-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** `size`: one of those of `stable_diffusion/seeded.py`. */
export async function testStableDiffusion(t: TestContext, size: string): Promise<void> {
  if (!(await canImport(t))) return
  const work = temporary(t)
  await python(['-m', 'stable_diffusion.prove', '--work', work, '--size', size, '--threads', '1'])
  const store = join(work, 'served')
  await addPack(join(work, 'store', MODEL, '1.0.0'), store)
  const running = await startService(t, { MODEL_STORE: store, DEFAULT_MODELS: MODEL, LANES: '1' })
  await compareWithDiffusers(t, { ...running, work, model: MODEL })
}
