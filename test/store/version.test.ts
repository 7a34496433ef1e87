import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '../../src/errors.js'
import { compareVersions, isVersion, parseReference } from '../../src/store/version.js'

test('precedence is that of Semantic Versioning 2.0.0 section 11', () => {
  const ordered = [
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.beta',
    '1.0.0-beta',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0-rc.1',
  ]
  ordered.push('1.0.0', '1.2.0', '1.10.0', '2.0.0')
  const shuffled = [...ordered].reverse().sort(compareVersions)
  assert.deepEqual(shuffled, ordered)
})

test('a reference is name or name@version', () => {
  assert.deepEqual(parseReference('cxr-align'), { name: 'cxr-align' })
  assert.deepEqual(parseReference('cxr-align@1.0.0-rc.1'), { name: 'cxr-align', version: '1.0.0-rc.1' })
})

test('what cannot be a name or version is no such model, and is not quoted', () => {
  for (const text of [
    '',
    '../etc',
    'A',
    'a@',
    'a@1',
    'a@1.0.0@2',
    'a/b',
    'a@../../x',
    'a'.repeat(101),
    'a@1.0.0+build',
  ]) {
    assert.throws(
      () => parseReference(text),
      (error) =>
        error instanceof AppError &&
        error.code === 'model_not_found' &&
        (text === '' || !error.message.includes(`'${text}'`)),
    )
  }
  assert.equal(isVersion('01.0.0'), false)
})
