import assert from 'node:assert/strict'
import { test } from 'node:test'
import { classifications } from '../../../src/families/dual-encoder/classifications.js'
import { embeddings } from '../../../src/families/dual-encoder/embeddings.js'
import { similarities } from '../../../src/families/dual-encoder/similarities.js'
import { openTinyPack } from './tiny-pack.js'

const PROMPTS = ['chest radiograph', 'normal chest view']
const OTHERS = ['left view', 'right view', 'lung base at mid zone']

test('a film of a study is warned of when it is more like other views, by more than the margin', async () => {
  const pack = await openTinyPack('tiny-clip')
  const images = Object.values(pack.films)
  const { items: pairs } = await similarities({ images, texts: [...PROMPTS, ...OTHERS], mode: 'global', ...pack })
  const best = (film: number, from: number, to: number) =>
    Math.max(
      ...pairs.filter(({ image, text }) => image === film && text >= from && text < to).map((pair) => pair.score),
    )
  const leads = images.map((_, film) => best(film, 2, 5) - best(film, 0, 2))
  assert.notEqual(leads[0], leads[1])
  for (const margin of [Math.min(...leads) - 0.01, (leads[0]! + leads[1]!) / 2, Math.max(...leads) + 0.01]) {
    const spec = { ...pack.model.spec, expected_view: { prompts: PROMPTS, others: OTHERS, margin } }
    const ask = { ...pack, model: { ...pack.model, spec } }
    const expected = leads.flatMap((lead, film) => (lead > margin ? [film] : []))
    const { items } = await embeddings({
      items: [
        { kind: 'study', images },
        { kind: 'image', image: images[0]! },
      ],
      ...ask,
    })
    const [study, alone] = items.map((item) => (item.level === 'global' ? item.warnings : undefined))
    assert.deepEqual(
      study?.map(({ code, film }) => [code, film]),
      expected.map((film) => ['unexpected_view', film]),
    )
    assert.equal(alone, undefined)
    const labelled = await classifications({ images, isStudy: true, ...ask })
    assert.deepEqual(labelled.items[0]!.warnings, study)
  }
})

test('a pack that expects nothing runs no texts for it and warns of nothing', async () => {
  const pack = await openTinyPack('tiny-clip')
  const { items } = await embeddings({ items: [{ kind: 'study', images: Object.values(pack.films) }], ...pack })
  assert.equal(items[0]?.level === 'global' && items[0].warnings, undefined)
  assert.deepEqual(
    pack.calls.map(({ role }) => role),
    ['image_encoder'],
  )
})
