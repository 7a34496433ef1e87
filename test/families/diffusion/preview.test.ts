import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CallProgress } from '../../../src/families/diffusion/generate.js'
import { createPreview } from '../../../src/families/diffusion/preview.js'
import { cumulativeAlphas } from '../../../src/families/diffusion/schedulers/alphas.js'
import { CASES, make, openTinySd } from './tiny-sd.js'

const PREVIEW = { weights: [0.25, 0, -0.5, 0], bias: 0.5 }
const SIZE = { width: 2, height: 1 }

test('a preview shows the end that a prediction points to, whatever is predicted', async () => {
  const { model } = await openTinySd('tiny-sd')
  const clean = Float32Array.of(1, -1, 9, 9, 0.4, 0.2, 9, 9)
  const noise = Float32Array.from(clean, (_, at) => Math.sin(at))
  const section = { ...model.spec.diffusion, preview: PREVIEW }
  const alpha = cumulativeAlphas(section)[700]!
  const [signal, rest] = [Math.sqrt(alpha), Math.sqrt(1 - alpha)]
  const sample = clean.map((value, at) => signal * value + rest * noise[at]!)
  const predictions = {
    epsilon: noise,
    v_prediction: noise.map((value, at) => signal * value - rest * clean[at]!),
    sample: clean,
  } as const
  for (const [prediction, values] of Object.entries(predictions)) {
    const preview = createPreview({ ...section, prediction: prediction as keyof typeof predictions })!
    const [raster] = preview({ call: 0, timestep: 700.2, seen: [{ sample, prediction: values }] }, SIZE)
    assert.deepEqual([raster!.width, raster!.height, raster!.channels], [2, 1, 1])
    assert.deepEqual([...raster!.data], [Math.round(0.55 * 255), Math.round(0.15 * 255)])
  }
})

test('previews come when they are due, one a picture, and never for the end', async () => {
  const pack = await openTinySd('tiny-sd-v')
  const diffusion = { ...pack.model.spec.diffusion, preview: PREVIEW }
  const model = { ...pack.model, spec: { ...pack.model.spec, diffusion } }
  const given = { ...CASES['tiny-sd-v']!['v-ddim']!, n: 2 }
  const seen: CallProgress[] = []
  await make({ ...pack, model }, given, { onCall: (progress) => seen.push(progress) }, { previewEvery: 2 })
  assert.deepEqual(
    seen.map(({ step, previews }) => [step, previews?.length]),
    [
      [1, undefined],
      [2, 2],
      [3, undefined],
      [4, 2],
      [5, undefined],
      [6, undefined],
    ],
  )
  assert.deepEqual([seen[1]!.previews![0]!.width, seen[1]!.previews![0]!.height], [8, 8])
})

test('a pack without a map has no previews', async () => {
  const { model } = await openTinySd('tiny-sd')
  assert.equal(createPreview(model.spec.diffusion), undefined)
})
