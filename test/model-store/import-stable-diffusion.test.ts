import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { canImport, python } from './imported.js'
import { temporary, testStableDiffusion } from './stable-diffusion.js'

test('a checkpoint shaped as RoentGen makes the pictures of the pipeline', { timeout: 580_000 }, async (t) => {
  await testStableDiffusion(t, 'small-1')
})

test('a file where a folder is wanted: one line, status 1, nothing written', async (t) => {
  if (!(await canImport(t))) return
  const work = temporary(t)
  const file = resolve(import.meta.dirname, '../../package.json')
  const refused = python(['-m', 'importing', 'stable_diffusion', file, '--out', join(work, 'sd/1.0.0')])
  await assert.rejects(refused, /stable_diffusion: package\.json is a file\./)
  assert.deepEqual(readdirSync(work), [])
})
