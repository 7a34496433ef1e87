import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { configKeys, ConfigSchema, loadConfig } from '../src/config.js'
import { AppError } from '../src/errors.js'
import { temporaryFolder } from './folder.js'

const yamlFile = (text: string): string => {
  const file = join(temporaryFolder('config'), 'radserve.yaml')
  writeFileSync(file, text)
  return file
}

test('defaults fill what is not given, and the result is frozen', () => {
  const config = loadConfig({ environment: {} })
  assert.equal(config.HOST, '127.0.0.1')
  assert.equal(config.PORT, 8080)
  assert.ok(config.MODEL_STORE.endsWith('/model-store'))
  assert.ok(Object.isFrozen(config))
})

test('the environment wins over the file, an empty variable counts as not given', () => {
  const file = yamlFile('PORT: 9000\nLOG_LEVEL: debug\nLANES: 2\n')
  const config = loadConfig({ environment: { PORT: '9001', LANES: '' }, file })
  assert.deepEqual([config.PORT, config.LOG_LEVEL, config.LANES], [9001, 'debug', 2])
})

test('every mistake is reported at once', () => {
  const file = yamlFile('PROT: 9000\n')
  const environment = { PORT: 'eighty', DEVICE: 'gpu', LOG_LEVEL: 'loud' }
  assert.throws(
    () => loadConfig({ environment, file }),
    (error) => {
      assert.ok(error instanceof AppError)
      assert.equal(error.code, 'configuration')
      const pointers = (error.details.fields ?? []).map((field) => field.pointer)
      for (const key of ['PROT', 'PORT', 'DEVICE', 'LOG_LEVEL']) {
        assert.ok(pointers.includes(`/${key}`), `${key} is missing in ${pointers.join(' ')}`)
        assert.match(error.message, new RegExp(key))
      }
      return true
    },
  )
})

test('a file that is not a mapping, or not there, is a mistake of its own', () => {
  for (const file of [yamlFile('- a\n- b\n'), yamlFile('a: [1\n'), '/nowhere/radserve.yaml']) {
    assert.throws(
      () => loadConfig({ environment: {}, file }),
      (error) => error instanceof AppError && error.code === 'configuration',
    )
  }
})

test('docs/configuration.md names every key with its default and meaning, and no other', () => {
  const text = readFileSync(new URL('../docs/configuration.md', import.meta.url), 'utf8')
  const rows = text.split('\n').filter((line) => line.startsWith('| `'))
  const expected = configKeys().map(
    ({ key, fallback, description }) => `| \`${key}\` | \`${fallback}\` | ${description} |`,
  )
  assert.deepEqual(rows, expected)
  assert.equal(rows.length, Object.keys(ConfigSchema.properties).length)
})
