import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createBlobs } from '../../src/state/blobs.js'
import { spoolId } from '../../src/state/spool-id.js'
import { temporaryFolder } from '../folder.js'

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

test('bytes go in by pieces and come out by their digest', async () => {
  const blobs = createBlobs(temporaryFolder())
  for (const bytes of [Buffer.alloc(0), Buffer.from('film'), randomBytes((3 << 20) + 17)]) {
    const digest = sha256(bytes)
    assert.deepEqual(await blobs.put(bytes.subarray(0, 5), bytes.subarray(5)), { digest, bytes: bytes.length })
    assert.deepEqual(await blobs.get(digest), bytes)
  }
  assert.equal(await blobs.get(sha256(Buffer.from('other'))), undefined)
})

test('a file is adopted: it is moved, and is a blob as any other', async () => {
  const [folder, spool] = [temporaryFolder(), temporaryFolder()]
  const blobs = createBlobs(folder)
  const bytes = randomBytes((1 << 20) + 3)
  for (const name of ['first', 'again']) {
    writeFileSync(join(spool, name), bytes)
    const adopted = await blobs.adopt({ path: join(spool, name), bytes, sha256: sha256(bytes) })
    assert.deepEqual(adopted, { digest: sha256(bytes), bytes: bytes.length })
    assert.deepEqual(readdirSync(spool), [])
    assert.deepEqual(await blobs.get(sha256(bytes)), bytes)
  }
  await assert.rejects(blobs.adopt({ path: join(spool, 'none'), bytes, sha256: sha256(bytes) }), { code: 'ENOENT' })
})

test('what was adopted last is in memory too, until it is removed or others are', async () => {
  const [folder, spool] = [temporaryFolder(), temporaryFolder()]
  const blobs = createBlobs(folder, 10)
  const adopt = async (text: string): Promise<string> => {
    writeFileSync(join(spool, 'film'), text)
    const bytes = Buffer.from(text)
    return (await blobs.adopt({ path: join(spool, 'film'), bytes, sha256: sha256(bytes) })).digest
  }
  const isHeld = async (digest: string): Promise<boolean> => {
    rmSync(join(folder, digest.slice(0, 2), digest))
    return (await blobs.get(digest)) !== undefined
  }
  const [first, second, large] = [await adopt('sixsix'), await adopt('six'), await adopt('larger than ten')]
  await blobs.removeOlder(second, -1)
  assert.equal(await blobs.get(second), undefined)
  assert.deepEqual([await isHeld(first), await isHeld(large)], [true, false])
  const third = await adopt('five5')
  assert.deepEqual([await blobs.get(first), String(await blobs.get(third))], [undefined, 'five5'])
})

test('a file that is no longer what its name says is not handed out', async () => {
  const folder = temporaryFolder()
  const blobs = createBlobs(folder)
  const { digest } = await blobs.put(Buffer.from('as it was'))
  writeFileSync(join(folder, digest.slice(0, 2), digest), 'changed')
  assert.equal(await blobs.get(digest), undefined)
  await blobs.put(Buffer.from('as it was'))
  assert.equal(String(await blobs.get(digest)), 'as it was')
})

test('the same bytes put twice at once are there once', async () => {
  const folder = temporaryFolder()
  const blobs = createBlobs(folder)
  const bytes = randomBytes(1 << 20)
  await Promise.all(Array.from({ length: 8 }, () => blobs.put(bytes)))
  assert.deepEqual(readdirSync(join(folder, 'incoming')), [])
  assert.deepEqual(readdirSync(join(folder, sha256(bytes).slice(0, 2))), [sha256(bytes)])
})

test('only what is old is listed and removed, files of dead writers with it', async () => {
  const folder = temporaryFolder()
  const blobs = createBlobs(folder)
  const old = await blobs.put(Buffer.from('old'))
  const young = await blobs.put(Buffer.from('young'))
  const longAgo = new Date(Date.now() - 7_200_000)
  const backdate = ({ digest }: { digest: string }): void =>
    utimesSync(join(folder, digest.slice(0, 2), digest), longAgo, longAgo)
  backdate(old)
  const torn = join(folder, 'incoming', 'torn')
  mkdirSync(join(folder, 'incoming'), { recursive: true })
  writeFileSync(torn, 'half of')
  utimesSync(torn, longAgo, longAgo)
  const listed: string[] = []
  for await (const digest of blobs.olderThan(3_600_000)) listed.push(digest)
  assert.deepEqual(listed, [old.digest])
  assert.deepEqual(readdirSync(join(folder, 'incoming')), [])
  // Put again between the listing and the removal.
  await blobs.put(Buffer.from('old'))
  await blobs.removeOlder(old.digest, 3_600_000)
  assert.equal(String(await blobs.get(old.digest)), 'old')
  backdate(old)
  await blobs.removeOlder(old.digest, 3_600_000)
  await blobs.removeOlder(young.digest, 3_600_000)
  assert.equal(await blobs.get(old.digest), undefined)
  assert.equal(String(await blobs.get(young.digest)), 'young')
})

test('a data folder has one name, however many ask for it first', async () => {
  const folder = join(temporaryFolder(), 'new', 'data')
  const names = await Promise.all(Array.from({ length: 16 }, () => spoolId(folder)))
  assert.equal(new Set(names).size, 1)
  assert.match(names[0]!, /^[0-9a-f-]{36}$/)
  assert.deepEqual(readdirSync(folder), ['id'])
  assert.notEqual(await spoolId(join(folder, 'other')), names[0])
})
