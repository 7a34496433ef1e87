import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkGoldens, goldenImages } from '../../../src/families/dual-encoder/check-goldens.js'
import { openTinyPack } from './tiny-pack.js'

for (const name of ['tiny-clip', 'tiny-gloria', 'tiny-mgca', 'tiny-medclip', 'tiny-gated', 'tiny-attend']) {
  test(`${name} does what PyTorch did`, async () => {
    const { model, run, films } = await openTinyPack(name)
    assert.deepEqual(goldenImages(model.spec), Object.keys(films))
    assert.deepEqual(await checkGoldens({ model, run, images: films }), [])
  })
}

test('a study that does not come out is named, with what differs', async () => {
  const { model, run, films } = await openTinyPack('tiny-gated')
  const golden = model.spec.goldens.find(({ kind }) => kind === 'study')
  assert.ok(golden?.kind === 'study')
  const shifted = { ...golden, view_weights: [0.5], memory_mean: [1, 2] }
  const spec = { ...model.spec, goldens: [shifted] }
  const faults = await checkGoldens({ model: { ...model, spec }, run, images: films })
  assert.equal(faults.length, 2)
  assert.match(faults[0]!, /\(study\): the weights of the films differ/)
  assert.match(faults[1]!, /the mean of the memory: 16 numbers, not 2/)
  const [missing] = await checkGoldens({ model: { ...model, spec }, run, images: {} })
  assert.match(missing!, /one of its images is missing/)
})
