/**
 * A pack made by the real import command from a seeded checkpoint of reduced size, for tests of the importers.
 *
 * They need Python with `model-store/import/requirements.txt`; `RADSERVE_PYTHON` names the interpreter. Without torch such
 * a test is skipped and says so, except where `CI=true`, where it fails.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { TestContext } from 'node:test'
import { promisify } from 'node:util'
import { startService, type RunningService } from '../e2e/service.js'
import { compareDualEncoder, type Tolerances } from './dual-encoder-parity.js'
import { program } from '../program.js'

const run = promisify(execFile)

const ROOT = resolve(import.meta.dirname, '../..')
const IMPORTERS = join(ROOT, 'model-store/import')
/** The interpreter that tests of the importers run. */
export const PYTHON = process.env['RADSERVE_PYTHON'] ?? 'python3'

/** What every import needs; a venv with half of it is no venv for this. */
const NEEDED = 'import torch, onnx, onnxscript, onnxruntime, tokenizers, diffusers, safetensors, cv2, PIL'

/** Why importers cannot run here, or undefined. */
export async function withoutPython(): Promise<string | undefined> {
  try {
    await run(PYTHON, ['-c', NEEDED])
    return undefined
  } catch (cause) {
    const said = (cause as { stderr?: string }).stderr?.trim().split('\n').at(-1)
    return `${PYTHON} cannot run importers (${said ?? String(cause)}); set RADSERVE_PYTHON to one that has model-store/import/requirements.txt`
  }
}

/** Whether to go on: skips the test with the reason, or fails it in CI. */
export async function canImport(t: TestContext): Promise<boolean> {
  const reason = await withoutPython()
  if (reason === undefined) return true
  if (process.env['CI'] === 'true') assert.fail(reason)
  t.skip(reason)
  return false
}

export interface Imported {
  /** Where `python -m SYSTEM.prove` wrote `films`, `expected-*` and `packs`. */
  readonly work: string
  readonly service: RunningService
}

/**
 * Runs `python -m SYSTEM.prove --small`, which calls the import command in a process of its own, adds every pack to a new
 * store by `radserve models add`, which runs its goldens, and starts the service on it.
 */
export async function importSeeded(t: TestContext, system: string, packs: readonly string[]): Promise<Imported> {
  const work = mkdtempSync(join(tmpdir(), `radserve-import-${system}-`))
  t.after(() => rmSync(work, { recursive: true, force: true }))
  await python(['-m', `${system}.prove`, '--small', '--work', work])
  const store = join(work, 'store')
  for (const pack of packs) await addPack(join(work, 'packs', pack, '1.0.0'), store)
  const service = await startService(t, { MODEL_STORE: store, DEFAULT_MODELS: packs[0]! })
  return { work, service }
}

/** The command fails with its own words. */
export async function python(args: readonly string[]): Promise<string> {
  const environment = { ...process.env, OMP_NUM_THREADS: '1', PYTHONWARNINGS: 'ignore' }
  const { stdout } = await run(PYTHON, args, { cwd: IMPORTERS, env: environment, maxBuffer: 64 * 2 ** 20 })
  return stdout
}

/** By `radserve models add`, which runs its goldens. */
export async function addPack(folder: string, store: string): Promise<void> {
  const command = [...program('cli/radserve'), 'models', 'add', folder]
  const { stdout } = await run(process.execPath, command, { cwd: ROOT, env: { ...process.env, MODEL_STORE: store } })
  assert.match(stdout, /^added /m)
}

export interface ImportedPack {
  readonly pack: string
  /** Folder in the work folder. */
  readonly expected: string
  readonly tolerances?: Tolerances
}

/** The whole test of a two-tower system: import, add, serve, compare. */
export async function testDualEncoder(t: TestContext, system: string, packs: readonly ImportedPack[]): Promise<void> {
  if (!(await canImport(t))) return
  const { work, service } = await importSeeded(
    t,
    system,
    packs.map(({ pack }) => pack),
  )
  for (const { pack, expected, tolerances } of packs) {
    const input = { url: service.url, model: pack, work, expected: join(work, expected) }
    await compareDualEncoder(t, tolerances === undefined ? input : { ...input, tolerances })
  }
}
