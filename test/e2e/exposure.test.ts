import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { test } from 'node:test'
import { checkExposure, isLoopback } from '../../src/app/exposure.js'
import { identityOf } from '../../src/app/identity.js'
import { loadConfig, type Config } from '../../src/config.js'
import { AppError } from '../../src/errors.js'
import { silentAudit, silentLog, type Log } from '../../src/ports.js'
import { program } from '../program.js'
import { temporaryFolder } from '../folder.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const config = (environment: Record<string, string>): Config => loadConfig({ environment })

function run(args: readonly string[], environment: Record<string, string>) {
  return spawnSync(process.execPath, [...args], {
    ...{ cwd: ROOT, encoding: 'utf8', timeout: 60_000 },
    env: { ...process.env, ...environment },
  })
}

function folderOf(): string {
  const folder = temporaryFolder('exposure')
  return folder
}

test('which addresses only this machine reaches', () => {
  for (const host of ['127.0.0.1', '127.8.9.1', '::1', 'localhost']) assert.ok(isLoopback(host), host)
  for (const host of ['0.0.0.0', '::', '10.0.0.1', 'radserve.local', '']) assert.ok(!isLoopback(host), host)
})

test('on an address that others reach, the program does not start without an identity, and says what to do', () => {
  const { status, stderr, stdout } = run(program('main'), { HOST: '0.0.0.0', PORT: '0', DATA_DIR: folderOf() })
  assert.equal(status, 1)
  assert.equal(stdout, '')
  for (const words of [/HOST=0\.0\.0\.0/, /radserve keys create/, /JWT_ISSUER/, /ALLOW_ANONYMOUS/])
    assert.match(stderr, words)
})

test('ALLOW_ANONYMOUS lets it start and is a warning in the log; an identity needs no leave', () => {
  const warnings: string[] = []
  const log: Log = { ...silentLog, warn: (_fields, message) => warnings.push(message) }
  checkExposure(config({ HOST: '0.0.0.0', ALLOW_ANONYMOUS: 'true' }), log)
  assert.match(warnings.join(), /EVERYONE/)
  checkExposure(config({ HOST: '0.0.0.0', API_KEYS_FILE: 'keys.json' }), silentLog)
  checkExposure(config({}), silentLog)
})

test('half an identity is a mistake that names what is missing', async () => {
  const mistakes: Record<string, Record<string, string>> = {
    JWT_AUDIENCE: { JWT_ISSUER: 'https://a', JWT_JWKS_URL: 'https://a/jwks' },
    JWT_JWKS_URL: { JWT_ISSUER: 'https://a', JWT_AUDIENCE: 'b', JWT_JWKS_URL: 'http://a.example/jwks' },
    CLIENT_CERTIFICATES_FILE: { TLS_CLIENT_CA_FILE: 'ca.pem', TLS_CERT_FILE: 'c', TLS_KEY_FILE: 'k' },
    'keys.json is no file of keys': { API_KEYS_FILE: '/nowhere/keys.json' },
  }
  for (const [words, environment] of Object.entries(mistakes))
    await assert.rejects(identityOf(config(environment), { log: silentLog, audit: silentAudit }), (error) => {
      assert.ok(error instanceof AppError && error.code === 'configuration')
      assert.match(error.message, new RegExp(words))
      return true
    })
})

test('keys are made, listed and revoked by the command, shown once, and each change is in the audit log', () => {
  const folder = folderOf()
  const environment = { API_KEYS_FILE: join(folder, 'keys.json'), DATA_DIR: folder }
  const keys = (...args: string[]) => run([...program('cli/radserve'), 'keys', ...args], environment)
  const made = keys('create', 'pacs', '--scopes', 'segmentations,jobs')
  assert.equal(made.status, 0, made.stderr)
  const key = made.stdout.trim()
  assert.match(key, /^rsk_[\w-]{12}_[\w-]{43}$/)
  assert.ok(!readFileSync(environment.API_KEYS_FILE, 'utf8').includes(key.slice(17)))
  const listed = keys('list').stdout
  const id = key.slice(4, 16)
  assert.match(listed, new RegExp(`^${id}  pacs  segmentations,jobs  since `))
  assert.ok(!listed.includes(key.slice(17)))
  assert.notEqual(keys('create', 'x', '--scopes', 'everything').status, 0)
  assert.notEqual(keys('create', 'x').status, 0)
  assert.equal(keys('revoke', id).status, 0)
  assert.equal(keys('list').stdout, '')
  const audit = (...args: string[]) => run([...program('cli/radserve'), 'audit', ...args], environment)
  const exported = audit('export', '--format', 'json')
    .stdout.trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  const changes = exported.filter(({ event }) => String(event).startsWith('key_'))
  assert.deepEqual(
    changes.map(({ event, credential }) => [event, credential]),
    [
      ['key_create', id],
      ['key_revoke', id],
    ],
  )
  assert.ok(!JSON.stringify(exported).includes(key.slice(17)))
  const verified = audit('verify')
  assert.deepEqual([verified.status, /^sound {3}/.test(verified.stdout)], [0, true])
  assert.equal(audit('verify', 'nobody').status, 2)
})
