import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { diffusionFaults } from '../../../src/families/diffusion/faults.js'
import type { FamilyManifest } from '../../../src/families/family.js'
import { FAMILIES } from '../../../src/families/index.js'
import { createManifestReader } from '../../../src/store/manifest.js'
import { PACKS } from '../tiny-pack.js'

/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-assignment --
   A manifest is changed in places that its type would not let it be. */
const read = (name: string): any => JSON.parse(readFileSync(join(PACKS, name, '1.0.0/model.json'), 'utf8'))

test('the tiny packs have no faults', () => {
  for (const name of ['tiny-sd', 'tiny-sd-v', 'tiny-sd-half', 'tiny-sd-inpaint']) {
    assert.deepEqual(diffusionFaults(read(name) as FamilyManifest), [])
    createManifestReader(FAMILIES)(readFileSync(join(PACKS, name, '1.0.0/model.json')))
  }
})

const CHANGES: readonly [change: (manifest: any) => void, fault: RegExp][] = [
  [(m) => delete m.components.text_encoder, /text_encoder takes no int32 or int64/],
  [(m) => (m.components.text_encoder.inputs[0].dtype = 'float32'), /text_encoder takes no int32 or int64/],
  [(m) => (m.components.text_encoder.outputs[0].kind = 'pooled'), /text_encoder gives no floats .* tokens/],
  [(m) => (m.text.max_length = 64), /max_length differs/],
  [(m) => (m.text.padding = 'longest'), /padding is fixed/],
  [(m) => (m.text.truncation = 'error'), /truncation is right/],
  [(m) => delete m.components.denoiser, /no component denoiser/],
  [(m) => (m.components.denoiser.inputs[0].dims[1] = 9), /takes no floats \[rows, 4, h, w\]/],
  [(m) => (m.diffusion.inpainting = 'concat'), /takes no floats \[rows, 9, h, w\]/],
  [(m) => (m.diffusion.inpainting = 'concat'), /only task is edits/],
  [(m) => (m.components.denoiser.inputs[1].dims = [2]), /timestep of int64/],
  [(m) => (m.components.denoiser.inputs[1].dims = ['steps']), /timestep of int64/],
  [(m) => (m.components.denoiser.inputs[1].dtype = 'bool'), /timestep of int64/],
  [(m) => (m.components.denoiser.inputs[2].dims[2] = 768), /of the width that text_encoder gives/],
  [(m) => (m.components.denoiser.inputs[1].kind = 'time'), /denoiser takes what cannot be fed/],
  [(m) => (m.components.denoiser.outputs[0].dims[1] = 8), /gives no floats .* prediction/],
  [(m) => delete m.components.latent_decoder, /latent_decoder makes no floats/],
  [(m) => delete m.components.latent_encoder, /edits needs a latent_encoder/],
  [(m) => (m.components.latent_encoder.outputs[0].dims[1] = 4), /latent_encoder makes no moments/],
  [(m) => (m.components.latent_decoder.inputs[0].dims[0] = 'other'), /latent_decoder’s tensors share no first dim/],
  [(m) => (m.diffusion.image.channels = 1), /of image.channels/],
  [(m) => (m.diffusion.sizes.multiple = 12), /multiple of latents.factor/],
  [(m) => (m.diffusion.sizes.default = [256, 64]), /sizes.default lies outside/],
  [(m) => (m.diffusion.defaults.steps = 101), /defaults.steps is more/],
  [(m) => (m.diffusion.train_steps = 50), /limits.steps is more than train_steps/],
  [(m) => (m.diffusion.betas = { schedule: 'given', values: [0.1, 0.2] }), /betas.values are not as many/],
  [
    (m) => (m.diffusion.scheduler = { name: 'unipc', solver_type: 'heun' }),
    /scheduler cannot be used: unipc takes as solver_type one of bh1, bh2/,
  ],
  [
    (m) => (m.diffusion.scheduler = { name: 'lcm', solver_type: 'bh1' }),
    /scheduler cannot be used: lcm takes no solver_type/,
  ],
  [(m) => (m.diffusion.preview = { weights: [1], bias: 0 }), /preview.weights/],
  [(m) => (m.diffusion.prompt.template = '{findings} {name}'), /names a field that is not there/],
  [(m) => (m.diffusion.prompt.template = '[{age} {race} {sex} {findings}'), /bracket without its other half/],
  [(m) => (m.diffusion.prompt.template = '{findings}'), /does not use/],
]

for (const [change, fault] of CHANGES) {
  test(`a fault is told: ${fault.source}, after ${change.toString().slice(7, 90)}`, () => {
    const manifest = read('tiny-sd')
    change(manifest)
    assert.match(diffusionFaults(manifest as FamilyManifest).join(' '), fault)
  })
}

test('a pack without edits needs no latent encoder', () => {
  const manifest = read('tiny-sd')
  delete manifest.components.latent_encoder
  manifest.tasks = ['generations']
  assert.deepEqual(diffusionFaults(manifest as FamilyManifest), [])
})

test('options of other samplers are kept for them, as published configs hold them', () => {
  const manifest = read('tiny-sd')
  Object.assign(manifest.diffusion.scheduler, { clip_sample: false })
  assert.deepEqual(diffusionFaults(manifest as FamilyManifest), [])
})
