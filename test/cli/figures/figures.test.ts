import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { corpusBleu } from '../../../src/cli/figures/bleu.js'
import { labelF1, onlyLabel } from '../../../src/cli/figures/label-f1.js'
import { precisionAt } from '../../../src/cli/figures/precision-at.js'
import { createRanking } from '../../../src/cli/figures/ranking.js'
import { rouge } from '../../../src/cli/figures/rouge.js'
import { bootstrapFigure, meanOf } from '../../../src/cli/figures/weighted.js'
import { textMeasures } from '../../../src/cli/figures/written.js'

const TOLERANCE = 1e-9

function golden(name: string): unknown {
  return JSON.parse(readFileSync(`test/fixtures/evaluation/${name}.json`, 'utf8'))
}

function near(found: number, expected: number, about: string): void {
  assert.ok(Math.abs(found - expected) < TOLERANCE, `${about}: ${found} and not ${expected}`)
}

const ones = (count: number): Float64Array => new Float64Array(count).fill(1)

test('AUROC and average precision are scikit-learn’s, with ties and with weights', () => {
  type Case = Record<'scores' | 'weights', number[]> & { positive: boolean[]; auroc: number; average_precision: number }
  const cases = golden('rankings') as Case[]
  assert.ok(cases.length >= 12)
  for (const [at, { scores, positive, weights, ...expected }] of cases.entries()) {
    const ranking = createRanking(scores, positive)
    near(ranking.auroc(Float64Array.from(weights)), expected.auroc, `AUROC of case ${at}`)
    near(ranking.averagePrecision(Float64Array.from(weights)), expected.average_precision, `AP of case ${at}`)
  }
})

test('films of one class have no AUROC', () => {
  assert.ok(Number.isNaN(createRanking([1, 2], [true, true]).auroc(ones(2))))
  assert.ok(Number.isNaN(createRanking([1, 2], [false, false]).averagePrecision(ones(2))))
})

test('label F1 is scikit-learn’s, of all labels and of each', () => {
  type Case = Record<'truth' | 'said', string[][]> & { micro: number; by_label: Record<string, number> }
  for (const { truth, said, micro, by_label: byLabel } of golden('labels') as Case[]) {
    const sets = { truth: truth.map((labels) => new Set(labels)), said: said.map((labels) => new Set(labels)) }
    near(labelF1(sets)(ones(truth.length)), micro, 'micro F1')
    for (const [label, expected] of Object.entries(byLabel)) {
      const found = labelF1(onlyLabel(sets, label))(ones(truth.length))
      // Where nobody has the label and nobody said so, scikit-learn is told to say 0, and we have no figure.
      if (Number.isNaN(found)) assert.equal(expected, 0)
      else near(found, expected, label)
    }
  }
})

test('BLEU is sacreBLEU’s and ROUGE is rouge-score’s', () => {
  type Pair = Record<'said' | 'reference', string> & Record<'bleu' | 'rouge1' | 'rouge2' | 'rougeL', number>
  interface Corpus {
    readonly said: string[]
    readonly references: string[]
    readonly bleu: number
  }
  const { single, corpora } = golden('texts') as { single: Pair[]; corpora: Corpus[] }
  for (const { said, reference, bleu, ...rouges } of single) {
    const about = `“${said}” for “${reference}”`
    near(corpusBleu([said], [reference])(ones(1)), bleu, `BLEU of ${about}`)
    const found = rouge(said, reference)
    for (const name of ['rouge1', 'rouge2', 'rougeL'] as const) near(found[name], rouges[name], `${name} of ${about}`)
  }
  for (const { said, references, bleu } of corpora)
    near(corpusBleu(said, references)(ones(said.length)), bleu, `BLEU of ${said.length} texts`)
})

test('P@k counts hits among the best', () => {
  const scores = Float64Array.from([0.1, 0.9, 0.5, 0.9, -1])
  assert.deepEqual(precisionAt(scores, [true, false, true, true, false], [1, 2, 3, 5]), [0, 1 / 2, 2 / 3, 3 / 5])
})

test('a bootstrap draws whole groups, and gives the same bytes for the same seed', () => {
  const values = [0, 0, 1, 1, 1, 0]
  const options = { resamples: 400, seed: 3 }
  const figure = bootstrapFigure(meanOf(values), ['a', 'a', 'b', 'b', 'c', 'd'], options)
  assert.deepEqual(figure, bootstrapFigure(meanOf(values), ['a', 'a', 'b', 'b', 'c', 'd'], options))
  assert.equal(figure!.value, 1 / 2)
  // One group alone is drawn as it is, every time.
  assert.deepEqual(
    bootstrapFigure(
      meanOf(values),
      values.map(() => 'one'),
      options,
    ),
    { value: 0.5, low: 0.5, high: 0.5 },
  )
  const wide = bootstrapFigure(
    meanOf(values),
    values.map(String).map((_, at) => String(at)),
    options,
  )!
  assert.ok(wide.low < 0.5 && wide.high > 0.5 && wide.low >= 0 && wide.high <= 1)
  assert.equal(bootstrapFigure(meanOf([]), [], options), undefined)
})

test('resamples without a figure are left out of the interval', () => {
  const ranking = createRanking([3, 2, 1], [true, false, false])
  const figure = bootstrapFigure(ranking.auroc, ['a', 'b', 'c'], { resamples: 300, seed: 0 })
  assert.deepEqual(figure, { value: 1, low: 1, high: 1 })
})

test('words count where they stand', () => {
  const { token_accuracy: accuracy, exact } = textMeasures({
    said: ['AP view. No finding.', 'AP view. Pneumonia.'],
    references: ['AP view. No finding.', 'PA view. No finding.'],
  })
  // Of 6 and 6 words and signs, 6 and 2 stand in their place.
  near(accuracy!(ones(2)), 8 / 12, 'token accuracy')
  near(exact!(ones(2)), 1 / 2, 'exact')
})
