import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CHEXPERT_SETS, chexpertPrompts } from '../../../src/families/dual-encoder/chexpert-prompts.js'

test('the vocabulary has the counts of the published one', () => {
  const prompts = chexpertPrompts()
  const counts = Object.fromEntries(Object.entries(prompts).map(([label, texts]) => [label, texts.length]))
  assert.deepEqual(counts, {
    Atelectasis: 210,
    Cardiomegaly: 15,
    Consolidation: 192,
    Edema: 18,
    'Pleural Effusion': 54,
  })
  const all = Object.values(prompts).flat()
  assert.equal(all.length, 489)
  assert.equal(new Set(all).size, 471)
  assert.equal(new Set(prompts['Pleural Effusion']).size, 36)
  assert.equal(CHEXPERT_SETS['chexpert-full']?.classes.flatMap((item) => item.prompts).length, 471)
})

test('its misspellings and its one long prompt are kept', () => {
  const all = Object.values(chexpertPrompts()).flat()
  for (const typo of ['apperance of', 'uppper lobe', 'presistent']) assert.ok(all.some((text) => text.includes(typo)))
  // 108 in the authors' code, which leaves a space for each of its two empty slots.
  assert.deepEqual(
    all.filter((text) => text.length > 96).map((text) => text.length),
    [106],
  )
})

test('the frozen 25 are of it, five a class', () => {
  const all = chexpertPrompts()
  const classes = CHEXPERT_SETS['chexpert-5x-frozen']?.classes ?? []
  assert.deepEqual(
    classes.map(({ label }) => label),
    Object.keys(all),
  )
  for (const { label, prompts } of classes) {
    assert.equal(new Set(prompts).size, 5)
    assert.deepEqual(
      prompts.filter((text) => !all[label]?.includes(text)),
      [],
    )
  }
})
