/**
 * The original LViT at its full size: what the service answers against what PyTorch answered to the same PNG and sentence.
 *
 *     (cd model-store/import && python -m lvit.prove --work /tmp/lvit-proof)
 *     npx tsx test/parity/lvit.ts /tmp/lvit-proof
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import sharp from 'sharp'
import { startService } from '../e2e/service.js'
import { readNpy, type NpyArray } from './npy.js'

const MODEL = 'lvit-original'
const THRESHOLD = 0.5
/** Greatest difference of a probability; also how near the threshold a pixel must be to fall on its other side. */
const TOLERANCE = 1e-4

interface Case {
  readonly film: string
  readonly text: string
  readonly words: readonly string[]
  readonly expected: string
}

const work = process.argv[2]
if (work === undefined) throw new Error('Say the folder that python -m lvit.prove wrote.')
const cases = JSON.parse(readFileSync(join(work, 'expected', 'cases.json'), 'utf8')) as Case[]

function readExpected({ expected }: Case): NpyArray {
  return readNpy(readFileSync(join(work!, 'expected', expected)))
}

function greatestDifference(found: Float32Array, expected: Float32Array): number {
  assert.equal(found.length, expected.length)
  return found.reduce((worst, value, at) => Math.max(worst, Math.abs(value - expected[at]!)), 0)
}

/** Pixels on the other side of the threshold than PyTorch's, and how far the farthest of them was from it. */
function flipped(mask: Uint8Array, expected: Float32Array): { count: number; farthest: number } {
  let count = 0
  let farthest = 0
  for (const [at, value] of expected.entries()) {
    if (mask[at]! > 0 === value > THRESHOLD) continue
    count += 1
    farthest = Math.max(farthest, Math.abs(value - THRESHOLD))
  }
  return { count, farthest }
}

async function ask(url: string, { film, text }: Case, accept: string): Promise<Uint8Array> {
  const query = new URLSearchParams({ model: MODEL, text, picture: 'mask' })
  const response = await fetch(`${url}/v1/segmentations?${query.toString()}`, {
    method: 'POST',
    headers: { 'content-type': 'image/png', accept },
    body: readFileSync(join(work!, 'films', film)),
  })
  const bytes = new Uint8Array(await response.arrayBuffer())
  assert.equal(response.status, 200, Buffer.from(bytes).toString())
  return bytes
}

test('the service answers as PyTorch does', { timeout: 600_000 }, async (t) => {
  const { url } = await startService(t, { MODEL_STORE: join(work, 'store'), DEFAULT_MODELS: MODEL })
  for (const entry of cases) {
    await t.test(`${entry.film}: ${entry.text}`, async (step) => {
      const expected = readExpected(entry)
      const found = readNpy(await ask(url, entry, 'application/x-npy'))
      assert.deepEqual(found.shape, expected.shape)
      const difference = greatestDifference(found.data, expected.data)
      const mask = await sharp(await ask(url, entry, 'image/png'))
        .extractChannel(0)
        .raw()
        .toBuffer()
      const { count, farthest } = flipped(mask, expected.data)
      step.diagnostic(`greatest difference ${difference.toExponential(2)}`)
      step.diagnostic(
        `${count} of ${mask.length} pixels differ, at most ${farthest.toExponential(2)} from the threshold`,
      )
      assert.ok(difference <= TOLERANCE)
      assert.ok(farthest <= TOLERANCE)
    })
  }

  await t.test('several sentences to one film in one request, as JSON', async () => {
    const { film } = cases[0]!
    const asked = cases.filter((entry) => entry.film === film)
    const response = await fetch(`${url}/v1/segmentations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        model: MODEL,
        image: { data: readFileSync(join(work, 'films', film)).toString('base64') },
        texts: asked.map(({ text }) => text),
        output: ['probabilities'],
        probability_format: 'npy',
      }),
    })
    assert.equal(response.status, 200)
    const { data } = (await response.json()) as {
      data: { words: { used: string[] }; probabilities: { npy: string } }[]
    }
    assert.equal(data.length, asked.length)
    for (const [at, entry] of asked.entries()) {
      assert.deepEqual(data[at]!.words.used, entry.words)
      const found = readNpy(Buffer.from(data[at]!.probabilities.npy, 'base64'))
      assert.ok(greatestDifference(found.data, readExpected(entry).data) <= TOLERANCE)
    }
  })
})
