import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkDiffusionGoldens } from '../../../src/families/diffusion/check-goldens.js'
import type { DiffusionSpec } from '../../../src/families/diffusion/spec.js'
import { openTinySd, type TinySd } from './tiny-sd.js'

function withGoldens({ model, run }: TinySd, goldens: DiffusionSpec['goldens']) {
  return checkDiffusionGoldens({ model: { ...model, spec: { ...model.spec, goldens } }, run })
}

test('a golden that differs is told', async () => {
  const pack = await openTinySd('tiny-sd')
  const [text, picture] = pack.model.spec.goldens
  assert.ok(text?.kind === 'text' && picture?.kind === 'generation')
  const faults = await withGoldens(pack, [
    { ...text, ids: text.ids.toReversed(), first: [9], last: [9] },
    {
      ...picture,
      mean: 0,
      samples: [
        [0, 0, 300],
        [99, 99, 1],
      ],
    },
    { ...picture, steps: 101 },
  ])
  assert.match(faults.join('\n'), /Golden 0 \(text\): the token ids are others/)
  assert.match(faults.join('\n'), /Golden 0 \(text\): value 0 of the first token[^]*value 0 of the last token/)
  assert.match(
    faults.join('\n'),
    /Golden 1 \(generation\): the mean level[^]*the level at 0, 0[^]*the level at 99, 99 differs by NaN/,
  )
  assert.match(faults.join('\n'), /Golden 2 \(generation\): steps is a whole number from 1 to 100/)
})

test('a denoiser that gives no numbers does not verify', async () => {
  const pack = await openTinySd('tiny-sd')
  const run: TinySd['run'] = async (role, feeds, outputs) => {
    const found = await pack.run(role, feeds, outputs)
    if (role === 'denoiser') (found['out_sample']!.data as Float32Array)[3] = NaN
    return found
  }
  const faults = await withGoldens({ ...pack, run }, pack.model.spec.goldens)
  assert.deepEqual(faults, [
    'Golden 1 (generation): The denoiser gave values that are no numbers, or not as many as it took.',
  ])
})
