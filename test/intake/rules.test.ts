import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readFilmHeader } from '../../src/intake/film-header.js'
import { isMatch } from '../../src/intake/glob.js'
import { planTasks, rulesOf, type Arrival } from '../../src/intake/rules.js'
import type { Rule, TaskSettings, When } from '../../src/intake/settings.js'
import { filmOf } from './hospital.js'

const task = (name: string, of: TaskSettings['of']): TaskSettings => ({
  ...{ name, of, route: '/v1/reports', options: {}, accept: 'application/dicom', priority: 'routine', to: ['archive'] },
})
const rule = (name: string, when: When, tasks: TaskSettings[] = [task('one', 'film')]): Rule => ({
  ...{ name, when, tasks, shadow: false },
})

test('patterns: any characters, one character, in any case, and nothing that takes long', () => {
  const cases: [string, string, boolean][] = [
    ['chest', 'CHEST', true],
    ['chest', 'CHEST PA', false],
    ['chest*', 'CHEST PA', true],
    ['*pa*', 'CHEST PA', true],
    ['*', '', true],
    ['?', '', false],
    ['c?est', 'chest', true],
    ['*a*b*c', 'xxaxxbxxc', true],
    ['*a*b*c', 'xxaxxbxxcx', false],
    ['[ch]est', 'chest', false],
    ['(a+)+$', 'aaaa', false],
  ]
  for (const [pattern, text, expected] of cases) assert.equal(isMatch(pattern, text), expected, `${pattern} ${text}`)
  const startMs = performance.now()
  assert.equal(isMatch(`${'*a'.repeat(32)}*b`, 'a'.repeat(64)), false)
  assert.ok(performance.now() - startMs < 1_000)
})

test('a film meets the rules whose every word fits it; what it does not say fits nothing but stars', () => {
  const header = readFilmHeader(filmOf(1, 1, { '00081030': ['LO', 'Thorax in 2 Ebenen'] }))
  const arrival: Arrival = { source: 'cstore', calledAe: 'RADSERVE', callingAe: 'CT_PACS_1' }
  const met = (when: When, how = arrival): boolean => rulesOf(header, how, [rule('r', when)]).length === 1
  assert.ok(met({}))
  assert.ok(met({ modality: ['CR', 'DX'], bodyPart: 'chest', view: ['PA', 'AP'], description: '*thorax*' }))
  assert.ok(met({ calledAe: 'radserve', callingAe: '*pacs*', source: 'cstore' }))
  assert.ok(!met({ modality: 'CR' }))
  assert.ok(!met({ description: 'thorax' }))
  assert.ok(!met({ callingAe: 'OTHER' }))
  assert.ok(!met({ calledAe: 'RADSERVE' }, { source: 'stow' }))
  assert.ok(!met({ source: 'stow' }))
  assert.ok(met({ view: '*' }))
})

test('what is no radiograph is not a film: an answer of ours that comes back is not answered', () => {
  const refusal = { code: 'image_unfit', details: { reason: 'modality' } }
  for (const sopClass of ['1.2.840.10008.5.1.4.1.1.66.4', '1.2.840.10008.5.1.4.1.1.7', '1.2.840.10008.5.1.4.1.1.88.34'])
    assert.throws(() => readFilmHeader(filmOf(1, 1, { '00080016': ['UI', sopClass] })), refusal)
  assert.throws(() => readFilmHeader(filmOf(1, 1, { '0020000d': ['UI', undefined] })), { code: 'malformed_image' })
  assert.throws(() => readFilmHeader(filmOf(1, 1).subarray(0, 1000)), { code: 'malformed_image' })
})

test('tasks of films are planned for each film that meets the rule, tasks of studies once', () => {
  const rules = [rule('both', {}, [task('film', 'film'), task('study', 'study')]), rule('none', {})]
  const films = [
    { id: 'a', rules: ['both'] },
    { id: 'b', rules: ['gone from the file'] },
    { id: 'c', rules: ['both'] },
  ]
  const planned = planTasks('s', films, rules).map(({ settings, subject, films: of }) => [settings.name, subject, of])
  assert.deepEqual(planned, [
    ['film', 'a', ['a']],
    ['film', 'c', ['c']],
    ['study', 's', ['a', 'c']],
  ])
})
