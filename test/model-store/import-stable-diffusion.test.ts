/**
 * A seeded checkpoint in diffusers' layout at reduced size: the importer's own command, the pack added to a store, the service
 * started with it, and what it gives beside diffusers' pipeline.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test, type TestContext } from 'node:test'
import { startService } from '../e2e/service.js'
import { compareWithDiffusers } from '../parity/stable-diffusion-case.js'
import { addPack, canImport, python } from './imported.js'

const MODEL = 'stable_diffusion-original'

function temporary(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'radserve-import-sd-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

for (const [size, kind] of [
  ['small-1', 'Stable Diffusion 1, RoentGen'],
  ['small-2', 'Stable Diffusion 2, RoentGen v2'],
] as const) {
  test(`${kind}: imported, added, and its pictures are the pipeline's`, { timeout: 230_000 }, async (t) => {
    if (!(await canImport(t))) return
    const work = temporary(t)
    await python(['-m', 'stable_diffusion.prove', '--work', work, '--size', size, '--threads', '1'])
    const store = join(work, 'served')
    await addPack(join(work, 'store', MODEL, '1.0.0'), store)
    const running = await startService(t, { MODEL_STORE: store, DEFAULT_MODELS: MODEL, LANES: '1' })
    await compareWithDiffusers(t, { ...running, work, model: MODEL })
  })
}

test('a file where a folder is wanted: one line, status 1, nothing written', async (t) => {
  if (!(await canImport(t))) return
  const work = temporary(t)
  const file = resolve(import.meta.dirname, '../../package.json')
  const refused = python(['-m', 'importing', 'stable_diffusion', file, '--out', join(work, 'sd/1.0.0')])
  await assert.rejects(refused, /stable_diffusion: package\.json is a file\./)
  assert.deepEqual(readdirSync(work), [])
})
