import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { openServers } from '../src/app/hospital.js'
import { readHospitalConfig } from '../src/config/hospital-config.js'
import { AppError } from '../src/errors.js'
import { temporaryFolder } from './folder.js'

function folderWith(text: string) {
  const folder = temporaryFolder('hospital')
  writeFileSync(join(folder, 'hospital.yaml'), text.replaceAll('FOLDER', folder))
  return { folder, path: join(folder, 'hospital.yaml') }
}

const WHOLE = `
servers:
  pacs: { url: https://pacs.example/dicom-web/, auth: { user: radserve, password_env: PACS_PASSWORD } }
  archive: { url: http://archive.example:8042, auth: { token_file: FOLDER/token }, timeout_ms: 5000 }
  open: { url: http://127.0.0.1:8042/dicom-web }
aes:
  pacs: { host: pacs.example, port: 104, called_ae: PACS }
scp:
  port: 11112
  ae_title: RADSERVE
  peers: [{ ae_title: PACS, address: 10.1.2.3 }, { ae_title: CR ROOM 1, address: '::1' }, { ae_title: ANYWHERE }]
`

test('a file is read with its defaults and the secrets that it names', () => {
  const { folder, path } = folderWith(WHOLE)
  writeFileSync(join(folder, 'token'), 'a-token\n')
  const config = readHospitalConfig(path, { PACS_PASSWORD: 'a-password' })
  assert.deepEqual(Object.fromEntries(config.secrets), {
    pacs: { kind: 'basic', user: 'radserve', password: 'a-password' },
    archive: { kind: 'bearer', token: 'a-token' },
  })
  assert.equal(config.file.servers['pacs']?.timeout_ms, 30_000)
  assert.deepEqual([...openServers(config).keys()], ['pacs', 'archive', 'open'])
  const { aes, scp } = config.file
  assert.deepEqual(aes['pacs'], { host: 'pacs.example', port: 104, called_ae: 'PACS', timeout_ms: 30_000 })
  assert.deepEqual(scp, {
    ...{ host: '127.0.0.1', port: 11112, ae_title: 'RADSERVE' },
    peers: [
      { ae_title: 'PACS', address: '10.1.2.3' },
      { ae_title: 'CR ROOM 1', address: '::1' },
      { ae_title: 'ANYWHERE' },
    ],
    ...{ max_associations: 16, max_object_bytes: 256 << 20, idle_timeout_ms: 30_000 },
  })
})

test('JSON is YAML, and an empty file names nobody', () => {
  const json = JSON.stringify({ aes: { pacs: { host: 'a', port: 1, called_ae: 'B' } } })
  assert.equal(readHospitalConfig(folderWith(json).path, {}).file.aes['pacs']?.timeout_ms, 30_000)
  const { servers, aes, rules, destinations } = readHospitalConfig(folderWith('').path, {}).file
  assert.deepEqual({ servers, aes, rules, destinations }, { servers: {}, aes: {}, rules: [], destinations: {} })
})

test('all mistakes are told at once, and no secret', () => {
  const { path } = folderWith(
    `
servers:
  pacs: { url: 'https://user:secret@pacs.example', auth: { user: a, password_env: NOT_SET } }
  Archive: { url: https://archive.example }
  bearer: { url: https://archive.example, auth: { token: secret } }
  files: { url: https://archive.example, auth: { token_file: FOLDER/not-there } }
aes:
  pacs: { host: pacs.example, port: 70000, called_ae: A TITLE THAT IS TOO LONG }
scp: { port: 104, ae_title: RADSERVE, peers: [{ ae_title: PACS, address: pacs.example }], no_such: 1 }
rulez: {}
`,
  )
  assert.throws(
    () => readHospitalConfig(path, { NOT_SET: '' }),
    (error) => {
      assert.ok(error instanceof AppError && error.code === 'configuration')
      for (const place of [
        ...['/servers/pacs/url', '/servers/pacs/auth names a variable', '/servers/files/auth names a file'],
        ...[
          '/servers/bearer/auth',
          '/aes/pacs/port',
          '/aes/pacs/called_ae',
          '/scp/peers/0/address',
          '/scp/no_such is not',
        ],
      ])
        assert.ok(error.message.includes(place), `${place} in ${error.message}`)
      assert.match(error.message, /servers\/Archive is not known/)
      assert.match(error.message, /rulez/)
      assert.doesNotMatch(error.message, /secret/)
      return true
    },
  )
})

test('what is no file, or no YAML, or no mapping', () => {
  assert.throws(() => readHospitalConfig('/nowhere/hospital.yaml', {}), /cannot be read/)
  assert.throws(() => readHospitalConfig(folderWith('a: [').path, {}), /is not YAML/)
  assert.throws(() => readHospitalConfig(folderWith('[]').path, {}), /mistake/)
})
