import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '../../../src/errors.js'
import { fillReportOptions, type ReportOptions } from '../../../src/families/report/options.js'
import type { Generation } from '../../../src/families/report/spec.js'

const GENERATION: Generation = {
  tokenizer: { file: 't', sha256: '0'.repeat(64), bytes: 1 },
  ...{ bos: 1, eos: 2, pad: 0, max_tokens: 40 },
  defaults: { method: 'beam', beams: 4, length_penalty: 0.6, forbid_repeat_last: true, max_tokens: 30, top_k: 9 },
}
const fill = (asked: ReportOptions, generation = GENERATION) => fillReportOptions(generation, asked, () => 11n)

test('what is left out is the pack’s own, then that of the reference library', () => {
  const common = { maxTokens: 30, noRepeatNgram: 0, forbidRepeatLast: true }
  assert.deepEqual(fill({}), { ...common, method: 'beam', beams: 4, lengthPenalty: 0.6, earlyStopping: false })
  assert.deepEqual(fill({ method: 'greedy', maxTokens: 40 }), { ...common, method: 'greedy', maxTokens: 40 })
  const sampled = { ...common, method: 'sample', temperature: 1, topK: 9, topP: 1, seed: 11n }
  assert.deepEqual(fill({ method: 'sample' }), sampled)
})

test('the method is told by the options that only it reads', () => {
  assert.equal(fill({ temperature: 0.7 }).method, 'sample')
  assert.equal(fill({ seed: 3n }).method, 'sample')
  const greedy: Generation = { ...GENERATION, defaults: { method: 'greedy' } }
  assert.equal(fill({}, greedy).method, 'greedy')
  assert.equal(fill({ beams: 2 }, greedy).method, 'beam')
  assert.equal(fill({ noRepeatNgram: 2 }, greedy).method, 'greedy')
})

test('what does nothing or is out of bounds is refused at its place', () => {
  const refused: readonly (readonly [ReportOptions, string])[] = [
    [{ method: 'dream' as never }, '/method'],
    [{ method: 'greedy', seed: 1n }, '/seed'],
    [{ method: 'greedy', beams: 3 }, '/beam'],
    [{ beams: 3, topK: 5 }, '/top_k'],
    [{ method: 'sample', earlyStopping: true }, '/early_stopping'],
    [{ maxTokens: 41 }, '/max_tokens'],
    [{ maxTokens: 0 }, '/max_tokens'],
    [{ maxTokens: 1.5 }, '/max_tokens'],
    [{ beams: 0 }, '/beam'],
    [{ lengthPenalty: NaN }, '/length_penalty'],
    [{ noRepeatNgram: -1 }, '/no_repeat_ngram'],
    [{ temperature: 0 }, '/temperature'],
    [{ temperature: NaN }, '/temperature'],
    [{ topP: 0 }, '/top_p'],
    [{ topK: 0.5 }, '/top_k'],
    [{ seed: -1n }, '/seed'],
    [{ seed: 2n ** 64n }, '/seed'],
  ]
  for (const [asked, pointer] of refused) {
    assert.throws(
      () => fill(asked),
      (error) => {
        assert.ok(error instanceof AppError && error.code === 'invalid_option')
        assert.equal(error.details.fields![0]!.pointer, pointer)
        return true
      },
    )
  }
})
