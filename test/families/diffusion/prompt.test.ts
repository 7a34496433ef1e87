import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderPrompt } from '../../../src/families/diffusion/prompt.js'
import { preparePrompt } from '../../../src/families/diffusion/texts.js'
import { openTinySd } from './tiny-sd.js'

const { model } = await openTinySd('tiny-sd')
const spec = model.spec.diffusion.prompt

test('a structured prompt is written as the pack writes it; what is not given is left out with its words', () => {
  const rendered = [
    { age: 54, race: 'Black', sex: 'female', findings: ['Large left pleural effusion', 'cardiomegaly'] },
    { age: 50, sex: 'MALE' },
    { findings: 'Edema' },
    { findings: [] },
  ].map((given) => renderPrompt(spec, given))
  assert.deepEqual(rendered, [
    '54 year old BLACK female. Large left pleural effusion, cardiomegaly.',
    '50 year old male. no acute findings.',
    'Edema.',
    'no acute findings.',
  ])
})

test('what does not fit is named by its field, and never quoted', () => {
  const strict = { ...spec, fields: { ...spec.fields, findings: { kind: 'list' as const, join: ', ' } } }
  const faults: [given: Parameters<typeof renderPrompt>[1], message: RegExp][] = [
    [{ age: 'Meier' }, /^age is a whole number from 0 to 120\.$/],
    [{ age: 3.5 }, /^age is/],
    [{ sex: 'Meier' }, /^sex is one of male, female\.$/],
    [{ sex: ['male'] }, /^sex is one of/],
    [{ findings: [' '] }, /^findings is a text\.$/],
    [{ findings: Array.from({ length: 65 }, () => 'x') }, /^findings has at most 64 entries\.$/],
    [{ findings: 'x'.repeat(2001) }, /^findings has at most 2000 characters\.$/],
    [{ toString: 'Meier' }, /^A structured prompt has the fields age, race, sex, findings\.$/],
    [{}, /^A structured prompt needs the field findings\.$/],
  ]
  for (const [given, message] of faults) {
    assert.throws(
      () => renderPrompt(strict, given),
      (error: Error & { code: string }) => {
        assert.equal(error.code, 'invalid_option')
        assert.match(error.message, message)
        assert.doesNotMatch(error.message, /Meier/)
        return true
      },
    )
  }
  assert.throws(() => renderPrompt({ examples: ['x'] }, { findings: 'x' }), /no template/)
})

test('the words that are cut are the text’s own, from the first that is not read to its end', () => {
  const words = Array.from({ length: 200 }, (_, at) => (at % 2 === 0 ? 'Effusion,' : 'cardiomegaly'))
  const whole = preparePrompt(model, words.join('\n '))
  const read = words.length - whole.cut.length
  assert.deepEqual(whole.cut, words.slice(read))
  assert.deepEqual([whole.tokens, whole.isTruncated], [77, true])
  const start = preparePrompt(model, words.slice(0, read).join(' '))
  assert.deepEqual([start.isTruncated, start.cut], [false, []])
  assert.equal(preparePrompt(model, words.slice(0, read + 1).join(' ')).isTruncated, true)
})

test('a prompt longer than is looked at, of one word or of spaces, is cut too', () => {
  const long = preparePrompt(model, 'e'.repeat(100_000))
  assert.deepEqual([long.isTruncated, long.cut.length], [true, 1])
  const far = preparePrompt(model, `heart ${' '.repeat(5000)} lung`)
  assert.deepEqual([far.isTruncated, far.cut], [true, []])
})

test('the empty text is the special tokens alone', () => {
  const { row, tokens } = preparePrompt(model, '')
  assert.deepEqual([[...row.encoded.ids], tokens], [[0, 1], 2])
})
