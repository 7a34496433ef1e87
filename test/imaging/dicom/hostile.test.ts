import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { AppError } from '../../../src/errors.js'
import { createDicomDecoder } from '../../../src/imaging/dicom/dicom-decoder.js'
import { hostileFile } from './hostile.js'

const FIXTURES = resolve(import.meta.dirname, '../../fixtures/dicom')
const FILES = 320
const RULE = { window: 'voi', invertMonochrome1: true } as const

test('hundreds of hostile files are refused in words of ours, or read as exactly their pixels', async (t) => {
  const films = readdirSync(FIXTURES)
    .filter((name) => name.endsWith('.dcm'))
    .map((name) => readFileSync(join(FIXTURES, name)))
  const decoder = createDicomDecoder({
    ...{ threads: 2, limits: { imageBytes: 1e8, imagePixels: 4_000_000 }, timeoutMs: 20_000 },
  })
  t.after(() => decoder.close())
  const { signal } = new AbortController()
  let refused = 0
  const readOne = async (seed: number): Promise<void> => {
    const { kind, bytes } = hostileFile(films, seed)
    try {
      const { raster } = await decoder.decode(bytes, RULE, signal)
      assert.equal(raster.data.length, raster.width * raster.height, `${seed} ${kind}`)
    } catch (error) {
      assert.ok(error instanceof AppError && error.code !== 'internal', `${seed} ${kind}: ${String(error)}`)
      assert.doesNotMatch(error.message, /not read within/, `${seed} ${kind}`)
      refused++
    }
  }
  await Promise.all(Array.from({ length: FILES }, (_, seed) => readOne(seed)))
  assert.ok(refused > FILES / 3, `${refused} were refused`)
  const sound = await decoder.decode(films[0]!, RULE, signal)
  assert.equal(sound.raster.width, 173)
})
