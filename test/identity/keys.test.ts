import assert from 'node:assert/strict'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { AppError } from '../../src/errors.js'
import { createKey, findKey } from '../../src/identity/api-key.js'
import { changeKeyFile, readKeyFile } from '../../src/identity/key-file.js'
import { openKeyRing } from '../../src/identity/key-ring.js'
import { silentLog } from '../../src/ports.js'
import { temporaryFolder } from '../folder.js'

const fileIn = (): string => {
  const folder = temporaryFolder('keys')
  return join(folder, 'keys.json')
}
const make = (name = 'pacs') => createKey({ name, scopes: ['embeddings'] }, new Date())
const has = (code: string) => (error: unknown) => error instanceof AppError && error.code === code

test('a key is found by what is kept of it, and neither a changed one nor another is', () => {
  const { key, stored } = make()
  const other = make()
  const kept = new Map([stored, other.stored].map((each) => [each.id, each]))
  assert.equal(findKey(key, kept), stored)
  assert.ok(!JSON.stringify(stored).includes(key.slice(17)), 'the secret is not kept')
  const last = key.endsWith('A') ? 'B' : 'A'
  assert.equal(findKey(key.slice(0, -1) + last, kept), undefined)
  assert.equal(findKey(`rsk_${other.stored.id}_${key.slice(17)}`, kept), undefined)
  assert.equal(findKey(key, new Map()), undefined)
})

test('the file is changed as a whole, is for its owner alone, and two writers do not lose a key', async () => {
  const path = fileIn()
  await changeKeyFile(path, () => [make('a').stored])
  assert.equal(statSync(path).mode & 0o777, 0o600)
  const results = await Promise.allSettled(
    Array.from({ length: 8 }, (_, at) => changeKeyFile(path, (keys) => [...keys, make(`b${at}`).stored])),
  )
  const done = results.filter(({ status }) => status === 'fulfilled').length
  assert.equal((await readKeyFile(path)).length, 1 + done, 'whoever was told of success is in it')
  assert.ok(done >= 1)
})

test('files that are not lists of keys are refused with their mistake', async () => {
  const path = fileIn()
  const { stored } = make()
  const wrong = [
    'x',
    '[]',
    '{"keys":[{}]}',
    JSON.stringify({ keys: [stored, stored] }),
    JSON.stringify({ keys: [{ ...stored, scopes: ['everything'] }] }),
    JSON.stringify({ keys: [{ ...stored, name: 'Doe^John' }] }),
  ]
  for (const text of wrong) {
    writeFileSync(path, text)
    await assert.rejects(readKeyFile(path), has('configuration'), text)
  }
  await assert.rejects(readKeyFile(`${path}.none`), has('configuration'))
})

test('a ring follows its file: new keys work, revoked and expired ones do not, a broken file lets nobody in', async () => {
  const path = fileIn()
  const first = make('first')
  const late = createKey({ name: 'late', scopes: ['jobs'], expiresAt: new Date(Date.now() - 1) }, new Date(0))
  await changeKeyFile(path, () => [first.stored, late.stored])
  let nowMs = 0
  const changes: unknown[] = []
  const ring = await openKeyRing({
    ...{ path, log: silentLog, clock: { nowMs: () => nowMs } },
    onChange: (change) => changes.push(change),
  })
  assert.equal((await ring.find(first.key))?.id, 'key:first')
  assert.equal(await ring.find(late.key), undefined)
  const second = make('second')
  await changeKeyFile(path, () => [second.stored])
  nowMs = 2_000
  assert.equal((await ring.find(second.key))?.credential, second.stored.id)
  assert.equal(await ring.find(first.key), undefined)
  assert.deepEqual(changes, [{ added: [second.stored.id], removed: [first.stored.id, late.stored.id] }])
  const text = readFileSync(path, 'utf8')
  writeFileSync(path, 'broken')
  nowMs = 4_000
  await assert.rejects(ring.find(second.key), has('identity_unavailable'))
  writeFileSync(path, text)
  nowMs = 6_000
  assert.ok(await ring.find(second.key))
})
