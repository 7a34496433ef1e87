import { spawnSync } from 'node:child_process'

/** The interpreter that tests of the importers run. */
export const PYTHON = process.env['RADSERVE_PYTHON'] ?? 'python3'

/** Why the importers cannot be run here, or `undefined` where they can. CI must be able to. */
export const noImporters: string | undefined = findReason()

function findReason(): string | undefined {
  const probe = spawnSync(PYTHON, ['-c', 'import torch, onnxruntime, tokenizers'], { encoding: 'utf8' })
  if (probe.status === 0) return undefined
  if (process.env['CI'] !== undefined) throw new Error(`CI cannot run the importers: ${probe.stderr}`)
  return 'this machine has no Python with model-store/import/requirements.txt'
}
