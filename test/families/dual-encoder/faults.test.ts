import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dualEncoder } from '../../../src/families/dual-encoder/dual-encoder.js'
import type { FamilyManifest } from '../../../src/families/family.js'
import { openTinyPack } from './tiny-pack.js'

type Json = Record<string, unknown>

/** The manifest of a pack after `change` did something to a copy of it. */
async function faultsOf(name: string, change: (manifest: Json) => void): Promise<string[]> {
  const { model } = await openTinyPack(name)
  const manifest = structuredClone(model.spec) as unknown as Json
  change(manifest)
  return dualEncoder.faults(manifest as unknown as FamilyManifest)
}

/** The object at a path of member names. */
function at(manifest: Json, ...path: string[]): Json {
  return path.reduce((value, name) => value[name] as Json, manifest)
}

function widen(manifest: Json): void {
  const [, , ...rest] = at(manifest, 'components', 'view_fusion', 'outputs', '0')['dims'] as unknown[]
  at(manifest, 'components', 'view_fusion', 'outputs', '0')['dims'] = ['rows', 51, ...rest]
}

test('the tiny packs are sound', async () => {
  for (const name of ['tiny-clip', 'tiny-gloria', 'tiny-mgca', 'tiny-medclip', 'tiny-gated', 'tiny-attend']) {
    assert.deepEqual(await faultsOf(name, () => undefined), [])
  }
})

function weigh(manifest: Json): void {
  at(manifest, 'score', 'local')['weights'] = 'token-attention'
}

const BROKEN: [name: string, what: string, change: (manifest: Json) => void, fault: RegExp][] = [
  ['tiny-clip', 'no image tower', (m) => delete at(m, 'components')['image_encoder'], /no image_encoder/],
  ['tiny-clip', 'no text tower', (m) => delete at(m, 'components')['text_encoder'], /one of text_encoder/],
  [
    'tiny-clip',
    'two text towers',
    (m) => (at(m, 'components')['text_tokens'] = at(m, 'components', 'text_encoder')),
    /one of text_encoder/,
  ],
  ['tiny-clip', 'a pool beside a pooled tower', (m) => (at(m, 'text_post')['pool'] = 'cls'), /pool is none/],
  ['tiny-clip', 'no similarity graph', (m) => delete at(m, 'components')['similarity'], /needs a similarity graph/],
  [
    'tiny-clip',
    'a temperature too few',
    (m) => (at(m, 'score', 'local')['temperatures'] = {}),
    /temperature .* no value/,
  ],
  ['tiny-clip', 'a combination of one', (m) => delete at(m, 'score')['local'], /combine needs score.local/],
  [
    'tiny-clip',
    'prototypes without a graph',
    (m) => delete at(m, 'components')['prototypes'],
    /prototypes and the component/,
  ],
  ['tiny-clip', 'a name too few', (m) => (at(m, 'prototypes')['names'] = ['one']), /one name each/],
  ['tiny-clip', 'pairwise with a cosine', (m) => (at(m, 'score')['pairwise'] = true), /pairwise/],
  ['tiny-clip', 'embeddings without vectors', (m) => (at(m, 'score')['global'] = 'none'), /does not do embeddings/],
  ['tiny-clip', 'an unknown default', (m) => (at(m, 'zero_shot')['default'] = 'toString'), /default label set/],
  ['tiny-clip', 'no negatives', (m) => (at(m, 'zero_shot', 'sets', 'findings')['mode'] = 'pos-neg'), /no negatives/],
  [
    'tiny-clip',
    'softmax of a margin',
    (m) => (at(m, 'zero_shot', 'sets', 'binary')['activation'] = 'softmax'),
    /sigmoid of its difference/,
  ],
  [
    'tiny-clip',
    'no reference',
    (m) => (at(m, 'zero_shot', 'sets', 'findings')['class_norm'] = 'zscore-reference'),
    /reference of each class/,
  ],
  [
    'tiny-clip',
    'averaged local scores',
    (m) => (at(m, 'zero_shot', 'sets', 'findings-averaged')['similarity'] = 'both'),
    /of global vectors/,
  ],
  [
    'tiny-clip',
    'an unknown aggregate',
    (m) => (at(m, 'zero_shot', 'sets', 'findings')['local_aggregate'] = 'graph'),
    /kind score\./,
  ],
  [
    'tiny-clip',
    'half a calibration',
    (m) => delete at(m, 'zero_shot', 'sets', 'binary-calibrated', 'classes', '0')['calibration'],
    /some are not/,
  ],
  [
    'tiny-clip',
    'a falling table',
    (m) =>
      (at(m, 'zero_shot', 'sets', 'binary-calibrated', 'classes', '1', 'calibration')['probabilities'] = [
        0.5, 0.4, 0.9,
      ]),
    /does not rise/,
  ],
  ['tiny-gated', 'a study of another width', (m) => widen(m), /studies have 51 dimensions and those of films 48/],
  [
    'tiny-gated',
    'studies without a vector',
    (m) => (at(m, 'components', 'view_fusion', 'outputs', '0')['kind'] = 'other'),
    /view_fusion has no output of kind global/,
  ],
  ['tiny-gated', 'a golden of more films', (m) => (at(m, 'views')['max'] = 1), /more films than views.max/],
  ['tiny-gated', 'a section and no graph', (m) => delete at(m, 'components')['view_fusion'], /go together/],
  [
    'tiny-clip',
    'an expected view and no vectors',
    (m) => {
      m['expected_view'] = { prompts: ['frontal'], others: ['lateral'], margin: 0 }
      at(m, 'score')['global'] = 'none'
    },
    /expected_view is read by global cosines/,
  ],
  ['tiny-gloria', 'no pool', (m) => (at(m, 'text_post')['pool'] = 'none'), /become one vector/],
  ['tiny-gloria', 'no slots', (m) => delete at(m, 'text_post')['fixed_length'], /fixed_length/],
  ['tiny-gloria', 'heads without a graph', (m) => (at(m, 'text_post')['heads'] = true), /text_heads go together/],
  ['tiny-mgca', 'weights of no tokens', (m) => weigh(m), /an output of kind token_weights/],
  ['tiny-mgca', 'weights that no graph reads', (m) => weigh(m), /kind word_weights go together/],
  [
    'tiny-mgca',
    'weights of a sentence',
    (m) => {
      weigh(m)
      at(m, 'score', 'local')['words'] = 'sentence'
    },
    /words must be fixed/,
  ],
  [
    'tiny-mgca',
    'weights of pieces that are not put together',
    (m) => {
      weigh(m)
      at(m, 'text_post')['merge'] = 'none'
    },
    /weights need a merge/,
  ],
  [
    'tiny-medclip',
    'maps without words',
    (m) => (m['maps'] = { values: 'attention', display: 'minmax-image' }),
    /maps need/,
  ],
]

for (const [name, what, change, fault] of BROKEN) {
  test(`a manifest with ${what} says so`, async () => {
    const faults = await faultsOf(name, change)
    assert.ok(
      faults.some((sentence) => fault.test(sentence)),
      JSON.stringify(faults),
    )
  })
}
