import assert from 'node:assert/strict'
import { test } from 'node:test'
import { weighRows, withWeights } from '../../../src/families/dual-encoder/word-weights.js'
import { mergePieces } from '../../../src/text/words.js'
import { assertClose } from './golden-file.js'

const PIECES = ['[CLS]', 'small', 'ef', '##fu', '##sion', '[SEP]']
const text = {
  ids: new Int32Array(PIECES.length),
  pieces: PIECES,
  wordIndex: Int32Array.of(-1, 0, 1, 1, 1, -1),
  isTruncated: false,
}
const merged = mergePieces(new Float32Array(PIECES.length), 1, text, 'sum_pieces')
const attention = Float32Array.of(0.3, 0.1, 0.05, 0.15, 0.2, 0.2)
const kept = (...labels: string[]) => ({ vectors: new Float32Array(labels.length), dims: 1, labels })

test('a word counts what its pieces do', () => {
  assertClose(weighRows(merged, attention, text, 'token-attention', 6), [0.3, 0.1, 0.4, 0.2])
})

test("MGCA's released code gives a piece the weight of the next one", () => {
  assertClose(weighRows(merged, attention, text, 'compat-shifted', 112), [0.1, 0.05, 0.55, 0])
})

test('and loses the end of a text that fills all tokens', () => {
  assertClose(weighRows(merged, attention, text, 'compat-shifted', 6), [0.1, 0.05, 0, 0])
})

test('special tokens beside each other stay rows of their own', () => {
  const two = { ...text, wordIndex: Int32Array.of(-1, -1, 0, 0, 0, -1) }
  const rows = mergePieces(new Float32Array(PIECES.length), 1, two, 'sum_pieces')
  assertClose(weighRows(rows, attention, two, 'token-attention', 112), [0.3, 0.1, 0.4, 0.2])
})

test('weights are clipped to quantiles of those that are not zero, as torch.quantile gives them', () => {
  const { weights } = withWeights(kept('a', 'b', 'c', 'd', 'e', 'f'), [0, 1, 2, 3, 4, 10])
  const clipped = [0, 1.4, 2, 3, 4, 7.6]
  assertClose(
    weights!,
    clipped.map((weight) => weight / 18),
  )
})

test('words without any weight count the same; no words have none', () => {
  assertClose(withWeights(kept('a', 'b'), [0, 0]).weights!, [0.5, 0.5])
  assert.deepEqual([...withWeights(kept(), []).weights!], [])
})
