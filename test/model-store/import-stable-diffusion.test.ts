/**
 * A seeded checkpoint in diffusers' layout at reduced size: the importer's own command, the pack added to a store, the service
 * started with it, and what it gives beside diffusers' pipeline.
 */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test, type TestContext } from 'node:test'
import { startService } from '../e2e/service.js'
import { compareWithDiffusers } from '../parity/stable-diffusion-case.js'

const ROOT = resolve(import.meta.dirname, '../..')
const IMPORTERS = join(ROOT, 'model-store/import')
const PYTHON = process.env['RADSERVE_PYTHON'] ?? 'python3'
const MODEL = 'stable_diffusion-original'

const lacking = spawnSync(PYTHON, ['-c', 'import torch, diffusers, transformers, onnxscript, onnxruntime']).status !== 0
if (lacking && process.env['CI'] === 'true') throw new Error(`${PYTHON} lacks what model-store/import needs.`)
const skip = lacking && `${PYTHON} has no torch or no diffusers: RADSERVE_PYTHON names one that has`

function temporary(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'radserve-import-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

interface Ended {
  readonly status: number | null
  readonly said: string
}

async function run(t: TestContext, command: string, args: readonly string[], cwd: string, more = {}): Promise<Ended> {
  const child = spawn(command, args, { cwd, env: { ...process.env, ...more }, signal: t.signal })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text))
  const [status] = (await once(child, 'close')) as [number | null]
  return { status, said }
}

for (const [size, kind] of [
  ['small-1', 'Stable Diffusion 1, RoentGen'],
  ['small-2', 'Stable Diffusion 2, RoentGen v2'],
] as const) {
  test(`${kind}: imported, added, and its pictures are the pipeline's`, { skip, timeout: 200_000 }, async (t) => {
    const work = temporary(t)
    const prove = ['-m', 'stable_diffusion.prove', '--work', work, '--size', size, '--threads', '1']
    const proved = await run(t, PYTHON, prove, IMPORTERS)
    assert.equal(proved.status, 0, proved.said)

    const store = join(work, 'served')
    mkdirSync(store)
    const add = ['--import', 'tsx', 'src/cli/radserve.ts', 'models', 'add', join(work, 'store', MODEL, '1.0.0')]
    const added = await run(t, process.execPath, add, ROOT, { MODEL_STORE: store })
    assert.equal(added.status, 0, added.said)
    assert.match(added.said, new RegExp(`added ${MODEL}@1.0.0`))

    const running = await startService(t, { MODEL_STORE: store, DEFAULT_MODELS: MODEL, LANES: '1' })
    await compareWithDiffusers(t, { ...running, work, model: MODEL })
  })
}

test('a file where a folder is wanted: one line, status 1, nothing written', { skip }, async (t) => {
  const work = temporary(t)
  const importing = ['-m', 'importing', 'stable_diffusion', join(ROOT, 'package.json'), '--out', join(work, 'sd/1.0.0')]
  const { status, said } = await run(t, PYTHON, importing, IMPORTERS)
  assert.equal(status, 1)
  assert.match(said, /stable_diffusion: package\.json is a file\./)
  assert.deepEqual(readdirSync(work), [])
})
