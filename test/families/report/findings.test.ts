import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '../../../src/errors.js'
import { compareFindings } from '../../../src/families/report/agreement.js'
import { firstPhrase, readFindings, type StructuredFinding } from '../../../src/families/report/findings.js'

const PHRASES = {
  effusion: {
    present: ['pleural effusion', 'effusions'],
    absent: ['no pleural effusion', 'no effusion', 'without pleural effusion'],
  },
  pneumonia: { present: ['pneumonia'], absent: ['no pneumonia', 'no evidence of pneumonia'] },
  fracture: { present: ['fracture'], absent: ['no fracture'] },
}

const statesOf = (text: string): string[] => readFindings(PHRASES, text).map(({ state }) => state)

test('present, absent and not mentioned are three things', () => {
  assert.deepEqual(statesOf('There is a small left pleural effusion. No evidence of pneumonia.'), [
    'present',
    'absent',
    'not_mentioned',
  ])
  assert.deepEqual(statesOf(''), ['not_mentioned', 'not_mentioned', 'not_mentioned'])
})

test('a phrase inside a negation is not there; one beside it is', () => {
  const [effusion] = readFindings(PHRASES, 'No pleural effusion on the right; small pleural effusion on the left.')
  assert.deepEqual(effusion, {
    label: 'effusion',
    state: 'present',
    phrase: 'pleural effusion',
    isContradicted: true,
  })
  assert.deepEqual(readFindings(PHRASES, 'no pleural effusion')[0]!.phrase, 'no pleural effusion')
})

test('phrases are words in a row within one sentence, whatever their case', () => {
  assert.deepEqual(statesOf('PNEUMONIA, 1.2 cm. PLEURAL; effusion. Fractured rib')[0], 'not_mentioned')
  assert.equal(statesOf('No. Pneumonia.')[1], 'present')
  assert.equal(statesOf('No change\npneumonia')[1], 'present')
  assert.equal(statesOf('a fractures')[2], 'not_mentioned')
  assert.equal(firstPhrase(['not a chest film'], 'This is NOT a chest film.'), 'not a chest film')
  assert.equal(firstPhrase(['', '.'], 'anything'), undefined)
})

const finding = (label: string, state: StructuredFinding['state']): StructuredFinding => ({
  ...{ label, state },
  isContradicted: false,
})
const scored = (scores: Record<string, number>, image = 0) => ({
  image,
  labels: Object.entries(scores).map(([label, score]) => ({ label, score, logit: score })),
})

test('what only one of them sees is a disagreement, an omission too', () => {
  const findings = [
    finding('a', 'present'),
    finding('b', 'absent'),
    finding('c', 'not_mentioned'),
    finding('d', 'not_mentioned'),
    finding('e', 'present'),
  ]
  const items = [scored({ A: 0.2, b: 0.3, c: 0.9, d: 0.1 }), scored({ A: 0.4, b: 0.6, c: 0.1, d: 0.1 }, 1)]
  const found = compareFindings({}, findings, { items, scoreKind: 'probability' })
  // No label of the classifier is called e.
  assert.deepEqual(
    found.map(({ label, classifierLabel, score, agrees }) => [label, classifierLabel, score, agrees]),
    [
      ['a', 'A', 0.4, false],
      ['b', 'b', 0.6, false],
      ['c', 'c', 0.9, false],
      ['d', 'd', 0.1, true],
    ],
  )
})

test('a threshold is the pack’s, else that of the kind of score; scores that only rank are refused', () => {
  const findings = [finding('a', 'present')]
  const check = { labels: { a: 'x' }, thresholds: { a: 0.1 } }
  const own = compareFindings({ check }, findings, { items: [scored({ X: 0.2 })], scoreKind: 'cosine' })
  assert.deepEqual([own[0]!.threshold, own[0]!.agrees], [0.1, true])
  const margin = compareFindings({}, findings, { items: [scored({ a: -0.1 })], scoreKind: 'margin' })
  assert.deepEqual([margin[0]!.threshold, margin[0]!.agrees], [0, false])
  for (const [items, scoreKind] of [
    [[scored({ a: 1 })], 'cosine'],
    [[scored({ other: 1 })], 'probability'],
  ] as const) {
    assert.throws(
      () => compareFindings({}, findings, { items, scoreKind }),
      (error) => error instanceof AppError && error.code === 'invalid_option',
    )
  }
})
