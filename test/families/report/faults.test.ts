import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { FamilyManifest } from '../../../src/families/family.js'
import { FAMILIES } from '../../../src/families/index.js'
import { reportFaults } from '../../../src/families/report/faults.js'
import { createManifestReader } from '../../../src/store/manifest.js'
import { PACKS } from '../tiny-pack.js'
import { REPORT } from './tiny-report.js'

/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-return --
   A manifest is changed in places that its type would not let it be. */
const read = (name: string): any => JSON.parse(readFileSync(join(PACKS, name, '1.0.0/model.json'), 'utf8'))
const cached = (): any => JSON.parse(readFileSync(join(REPORT, 'components.json'), 'utf8')).cached

/** tiny-refers with a decoder that has a cache. */
function withCache(): any {
  const manifest = read('tiny-refers')
  const step = cached()
  step.inputs.find(({ kind }: any) => kind === 'memory').dims = ['rows', 48, 24]
  return { ...manifest, components: { ...manifest.components, decoder_step: step } }
}

test('the tiny packs have no faults, with a cache or without', () => {
  for (const name of ['tiny-refers', 'tiny-report']) {
    assert.deepEqual(reportFaults(read(name) as FamilyManifest), [])
    createManifestReader(FAMILIES)(readFileSync(join(PACKS, name, '1.0.0/model.json')))
  }
  assert.deepEqual(reportFaults(withCache() as FamilyManifest), [])
})

const step = (m: any, part: 'inputs' | 'outputs', kind: string): any =>
  m.components.decoder_step[part].find((spec: any) => spec.kind === kind)

const CHANGES: readonly [pack: () => any, change: (manifest: any) => void, fault: RegExp][] = [
  [() => read('tiny-refers'), (m) => delete m.components.decoder_step, /no component decoder_step/],
  [() => read('tiny-refers'), (m) => (step(m, 'inputs', 'tokens').dtype = 'float32'), /kind tokens/],
  [() => read('tiny-refers'), (m) => (step(m, 'inputs', 'token_count').kind = 'length'), /token_count/],
  [() => read('tiny-refers'), (m) => (step(m, 'inputs', 'memory').kind = 'cells'), /cannot be fed/],
  [() => read('tiny-refers'), (m) => (step(m, 'inputs', 'memory').dims = ['rows', 48]), /of kind memory/],
  [() => read('tiny-refers'), (m) => (step(m, 'inputs', 'memory').dims[2] = 32), /another width of memory/],
  [() => read('tiny-refers'), (m) => (step(m, 'inputs', 'memory').dims[0] = 'other'), /share no first dim/],
  [() => read('tiny-refers'), (m) => (step(m, 'inputs', 'tokens').dims[1] = 12), /fewer than generation.max_tokens/],
  [() => read('tiny-refers'), (m) => (step(m, 'outputs', 'logits').dims = ['rows', 2]), /has no logit/],
  [() => read('tiny-refers'), (m) => (step(m, 'outputs', 'logits').kind = 'scores'), /kind logits/],
  [() => read('tiny-refers'), (m) => (m.components.view_fusion.outputs[0].kind = 'other'), /There is no memory/],
  [() => read('tiny-refers'), (m) => delete m.components.image_encoder, /no image_encoder/],
  [() => read('tiny-refers'), (m) => (m.views.fusion = 'mean'), /view_fusion go together/],
  [() => read('tiny-refers'), (m) => (m.generation.eos = 1), /are one token/],
  [() => read('tiny-refers'), (m) => (m.generation.tokenizer.sha256 = '0'.repeat(64)), /tokenizer is not in files/],
  [() => read('tiny-refers'), (m) => (m.generation.defaults.max_tokens = 25), /defaults cannot be used/],
  [() => read('tiny-refers'), (m) => (m.generation.check = {}), /check needs generation.findings/],
  [() => read('tiny-refers'), (m) => m.tasks.push('embeddings'), /does reports only/],
  [() => read('tiny-refers'), (m) => m.goldens.push({ kind: 'text' }), /goldens of kind report only/],
  [() => read('tiny-report'), (m) => delete m.score, /go together/],
  [() => read('tiny-report'), (m) => (m.generation.check.label_set = 'none'), /none of the pack’s sets/],
  [
    () => read('tiny-report'),
    (m) => (m.generation.check.labels = { other: 'x' }),
    /a label that generation.findings has not/,
  ],
  [() => read('tiny-report'), (m) => (m.components.image_encoder.outputs[1].kind = 'x'), /There is no memory/],
  [() => read('tiny-report'), (m) => delete m.components.text_encoder, /one of text_encoder and text_tokens/],
  [withCache, (m) => (step(m, 'outputs', 'present_keys').kind = 'keys'), /decoder_step with a cache/],
  [withCache, (m) => (step(m, 'outputs', 'present_values').dims[4] = 9), /decoder_step with a cache/],
  [withCache, (m) => (step(m, 'inputs', 'past_keys').dims[3] = 8), /decoder_step with a cache/],
  [withCache, (m) => (step(m, 'inputs', 'past_values').dims[2] = 'heads'), /decoder_step with a cache/],
  [withCache, (m) => (step(m, 'inputs', 'tokens').dims[1] = 2), /with a cache more than one/],
]

test('what does not fit is named', () => {
  for (const [pack, change, fault] of CHANGES) {
    const manifest = pack()
    change(manifest)
    const faults = reportFaults(manifest as FamilyManifest)
    assert.ok(
      faults.some((sentence) => fault.test(sentence)),
      `${fault}: ${faults.join(' ') || 'no fault'}`,
    )
  }
})
