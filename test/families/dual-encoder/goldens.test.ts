import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkGoldens, goldenImages } from '../../../src/families/dual-encoder/check-goldens.js'
import { openTinyPack } from './tiny-pack.js'

for (const name of ['tiny-clip', 'tiny-gloria', 'tiny-mgca', 'tiny-medclip']) {
  test(`${name} does what PyTorch did`, async () => {
    const { model, run, films } = await openTinyPack(name)
    assert.deepEqual(goldenImages(model.spec), Object.keys(films))
    assert.deepEqual(await checkGoldens({ model, run, images: films }), [])
  })
}
