import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import type { Manifest } from '../../src/store/manifest.js'
import { gray } from '../e2e/segmentation-client.js'
import { startService } from '../e2e/service.js'
import { canImport, PYTHON } from './imported.js'
import { program } from '../program.js'
import { temporaryFolder } from '../folder.js'

const ROOT = resolve(import.meta.dirname, '../..')
const CALIBRATION_FILMS = 9

interface Workplace {
  readonly store: string
  readonly films: string
  variant(...args: string[]): { status: number | null; said: string }
}

/** A store that has tiny-gloria alone, and films to calibrate it with. */
async function openWorkplace(): Promise<Workplace> {
  const folder = temporaryFolder('variant')
  const [store, films] = [join(folder, 'store'), join(folder, 'films')]
  cpSync(join(ROOT, 'test/fixtures/packs/tiny-gloria'), join(store, 'tiny-gloria'), { recursive: true })
  mkdirSync(films)
  for (let film = 0; film < CALIBRATION_FILMS; film++) {
    const pixels = await gray(64, 80, (x, y) => (x * (film + 1) + y * 3) % 256)
    writeFileSync(join(films, `${film}.png`), pixels)
  }
  const env = { ...process.env, MODEL_STORE: store, DEVICE: 'cpu', LANES: '1', RADSERVE_PYTHON: PYTHON }
  return {
    store,
    films,
    variant: (...args) => {
      const command = [...program('cli/radserve'), 'models', 'variant', 'tiny-gloria', ...args]
      const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: ROOT, encoding: 'utf8', env })
      return { status, said: stdout + stderr }
    },
  }
}

test('a variant in fp16 has its own digest and its drift, and answers', async (t) => {
  if (!(await canImport(t))) return
  const { store, variant } = await openWorkplace()
  const made = variant('--precision', 'fp16', '--tolerance', '0.01')
  assert.equal(made.status, 0, made.said)
  const folder = join(store, 'tiny-gloria-fp16/1.0.0')
  const manifest = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')) as Manifest
  assert.equal(manifest.components['image_encoder']!.precision, 'fp16')
  const drift = manifest.evaluation.find(({ metric }) => metric === 'image_encoder global: greatest difference')!
  assert.ok(drift.value > 0 && drift.value < 0.01, `${drift.value}`)
  assert.ok(manifest.evaluation.find(({ metric }) => metric === 'image_encoder: times as fast')!.value > 0)

  const { url } = await startService(t, { MODEL_STORE: store, DEFAULT_MODELS: 'tiny-gloria,tiny-gloria-fp16', LANES: '1' })
  const [base, half] = await Promise.all(['tiny-gloria', 'tiny-gloria-fp16'].map((model) => embed(url, model)))
  const difference = Math.max(...base!.vector.map((value, at) => Math.abs(value - half!.vector[at]!)))
  assert.ok(difference > 0 && difference < 0.01, `${difference}`)
  assert.notEqual(base!.digest, half!.digest)
})

async function embed(url: string, model: string): Promise<{ vector: number[]; digest: string | null }> {
  const reply = await fetch(`${url}/v1/embeddings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, input: 'a small left pleural effusion' }),
  })
  assert.equal(reply.status, 200, await reply.clone().text())
  const { data } = (await reply.json()) as { data: { embedding: number[] }[] }
  return { vector: data[0]!.embedding, digest: reply.headers.get('x-model-digest') }
}

test('int8 needs films, and one that drifts too far is not added', async (t) => {
  if (!(await canImport(t))) return
  const { store, films, variant } = await openWorkplace()
  const blind = variant('--precision', 'int8', '--components', 'image_encoder')
  assert.equal(blind.status, 1)
  assert.match(blind.said, /int8 needs 8 films to calibrate it/)
  const strict = variant('--precision', 'int8', '--components', 'image_encoder', '--calibrate', films)
  assert.equal(strict.status, 1)
  assert.match(strict.said, /goldens do not come out/)
  assert.deepEqual(readdirSync(store), ['tiny-gloria'])
  const lenient = variant('--precision', 'int8', '--components', 'image_encoder', '--calibrate', films, '--tolerance', '0.2')
  assert.equal(lenient.status, 0, lenient.said)
  assert.deepEqual(readdirSync(store).sort(), ['tiny-gloria', 'tiny-gloria-int8'])
})

test('what cannot be a variant', async (t) => {
  if (!(await canImport(t))) return
  const { variant } = await openWorkplace()
  assert.match(variant('--precision', 'fp8').said, /Usage: radserve models variant/)
  assert.match(variant('--precision', 'fp16', '--components', 'denoiser').said, /has no component denoiser; it has/)
  assert.match(variant('--precision', 'int8', '--components', 'similarity').said, /no weights in fp32/)
})
