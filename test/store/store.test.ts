import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { AppError, type ErrorCode } from '../../src/errors.js'
import { FAMILIES } from '../../src/families/index.js'
import { addPack } from '../../src/store/add.js'
import { createManifestReader } from '../../src/store/manifest.js'
import { packGraphs, readPackFile, verifyPack } from '../../src/store/pack.js'
import { createStore } from '../../src/store/store.js'
import { temporaryFolder } from '../folder.js'

const TINY = join(import.meta.dirname, '../fixtures/packs/tiny-clip/1.0.0')
const readManifest = createManifestReader(FAMILIES)
const isCode =
  (code: ErrorCode, words = /./) =>
  (error: unknown) =>
    error instanceof AppError && error.code === code && words.test(error.message)

function tempFolder(): string {
  const folder = temporaryFolder('store')
  return folder
}

/** A copy of the tiny pack whose manifest is changed on the way. */
function plant(
  root: string,
  name: string,
  version: string,
  change: (manifest: Record<string, unknown>) => void = () => undefined,
): string {
  const folder = join(root, name, version)
  mkdirSync(folder, { recursive: true })
  cpSync(TINY, folder, { recursive: true })
  const manifest = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')) as Record<string, unknown>
  Object.assign(manifest, { name, version })
  change(manifest)
  writeFileSync(join(folder, 'model.json'), JSON.stringify(manifest))
  return folder
}

test('names and versions are listed newest first, folders that hold no pack are not', async () => {
  const root = tempFolder()
  for (const version of ['1.9.0', '1.10.0', '2.0.0-rc.1']) plant(root, 'tiny', version)
  mkdirSync(join(root, 'training', 'cxr_align'), { recursive: true })
  mkdirSync(join(root, '.incoming-1', '1.0.0'), { recursive: true })
  const store = createStore(root, readManifest)
  assert.deepEqual([...(await store.list())], [['tiny', ['2.0.0-rc.1', '1.10.0', '1.9.0']]])
  assert.deepEqual(
    await store.resolve('tiny'),
    { name: 'tiny', version: '1.10.0' },
    'a release before a later candidate',
  )
  assert.deepEqual(await store.resolve('tiny@1.9.0'), { name: 'tiny', version: '1.9.0' })
  await assert.rejects(store.resolve('tiny@3.0.0'), isCode('model_not_found', /version 3\.0\.0/))
  await assert.rejects(store.resolve('other'), isCode('model_not_found'))
})

test('a pack is as old as its manifest says, or as its file is', async () => {
  const root = tempFolder()
  const store = createStore(root, readManifest)
  const file = join(plant(root, 'tiny', '1.0.0'), 'model.json')
  utimesSync(file, 1_600_000_000, 1_600_000_000)
  assert.equal((await store.open({ name: 'tiny', version: '1.0.0' })).createdMs, statSync(file).mtimeMs)
  assert.equal(statSync(file).mtimeMs, 1_600_000_000_000)
  plant(root, 'tiny', '1.1.0', (manifest) => (manifest['created'] = '2026-02-28T12:30:00+01:00'))
  assert.equal((await store.open({ name: 'tiny', version: '1.1.0' })).createdMs, Date.UTC(2026, 1, 28, 11, 30))
  plant(root, 'tiny', '1.2.0', (manifest) => (manifest['created'] = '2026-02-30T12:30:00Z'))
  await assert.rejects(store.open({ name: 'tiny', version: '1.2.0' }), isCode('model_invalid'))
})

test('an alias is followed, moved and taken away', async () => {
  const root = tempFolder()
  plant(root, 'tiny', '1.0.0')
  plant(root, 'tiny', '1.1.0')
  const store = createStore(root, readManifest)
  await store.setAlias('stable', 'tiny@1.0.0')
  assert.deepEqual(await store.resolve('stable'), { name: 'tiny', version: '1.0.0' })
  await store.setAlias('stable', 'tiny@1.1.0')
  assert.deepEqual(await store.resolve('stable'), { name: 'tiny', version: '1.1.0' })
  await store.setAlias('stable', undefined)
  await assert.rejects(store.resolve('stable'), isCode('model_not_found'))
  assert.deepEqual(
    readdirSync(root).filter((name) => name.startsWith('.')),
    [],
  )
})

test('a sound pack verifies, and its graphs carry digest, row symbol and bounds', async () => {
  const root = tempFolder()
  plant(root, 'tiny', '1.0.0')
  const pack = await createStore(root, readManifest).open({ name: 'tiny', version: '1.0.0' })
  await verifyPack(pack)
  const graph = packGraphs(pack)['image_encoder']!
  assert.match(graph.digest, /^[0-9a-f]{64}$/)
  assert.equal(graph.rowSymbol, 'rows')
  assert.ok(graph.maxBatch >= 1)
})

test('one flipped bit, one missing byte, one missing file: each is refused by name', async () => {
  const root = tempFolder()
  const store = createStore(root, readManifest)
  const graph = 'image_encoder.onnx'
  const flipped = join(plant(root, 'flipped', '1.0.0'), graph)
  const bytes = readFileSync(flipped)
  bytes[bytes.length >> 1]! ^= 1
  writeFileSync(flipped, bytes)
  appendFileSync(join(plant(root, 'longer', '1.0.0'), graph), 'x')
  rmSync(join(plant(root, 'lacking', '1.0.0'), graph))
  for (const [name, words] of [
    ['flipped', /sha256 differs/],
    ['longer', /bytes where the manifest/],
    ['lacking', /lacks its file/],
  ] as const) {
    const pack = await store.open({ name, version: '1.0.0' })
    await assert.rejects(verifyPack(pack), isCode('model_invalid', words))
    await assert.rejects(verifyPack(pack), isCode('model_invalid', /image_encoder\.onnx/))
  }
})

test('a tokenizer that was changed after the check is not read', async () => {
  const root = tempFolder()
  const folder = plant(root, 'tiny', '1.0.0')
  const pack = await createStore(root, readManifest).open({ name: 'tiny', version: '1.0.0' })
  appendFileSync(join(folder, 'tokenizer.json'), ' ')
  await assert.rejects(readPackFile(pack, 'tokenizer.json'), isCode('model_invalid'))
  await assert.rejects(readPackFile(pack, '../../secret'), isCode('model_invalid', /does not list/))
})

test('a manifest that does not fit is refused with a pointer for each place', async () => {
  const root = tempFolder()
  const store = createStore(root, readManifest)
  plant(root, 'bad', '1.0.0', (manifest) => {
    manifest['tasks'] = []
    manifest['surprise'] = 1
    ;(manifest['components'] as Record<string, { file: string }>)['image_encoder']!.file = '../../etc/passwd'
  })
  await assert.rejects(store.open({ name: 'bad', version: '1.0.0' }), (error) => {
    assert.ok(error instanceof AppError)
    const pointers = (error.details.fields ?? []).map((field) => field.pointer)
    for (const pointer of ['/tasks', '/surprise', '/components/image_encoder/file'])
      assert.ok(pointers.includes(pointer), pointers.join())
    return true
  })
  plant(root, 'future', '1.0.0', (manifest) => (manifest['schema'] = 2))
  await assert.rejects(store.open({ name: 'future', version: '1.0.0' }), isCode('model_invalid', /schema 1/))
  plant(root, 'alien', '1.0.0', (manifest) => (manifest['family'] = 'constructor'))
  await assert.rejects(store.open({ name: 'alien', version: '1.0.0' }), isCode('model_invalid', /family/))
  plant(root, 'liar', '1.0.0', (manifest) => (manifest['version'] = '9.0.0'))
  await assert.rejects(store.open({ name: 'liar', version: '1.0.0' }), isCode('model_invalid', /calls itself/))
  writeFileSync(join(plant(root, 'text', '1.0.0'), 'model.json'), '{"schema": 1')
  await assert.rejects(store.open({ name: 'text', version: '1.0.0' }), isCode('model_invalid', /not JSON/))
})

test('a pack is added from a folder or an archive, in one step, once', async () => {
  const root = tempFolder()
  const source = plant(tempFolder(), 'tiny', '1.0.0')
  const archive = join(tempFolder(), 'tiny.tgz')
  const second = plant(tempFolder(), 'tiny', '1.1.0')
  execFileSync('tar', ['-czf', archive, '-C', join(second, '..'), '1.1.0'])
  const checked: string[] = []
  const check = (pack: { folder: string }) => Promise.resolve(void checked.push(pack.folder))
  const options = { root, readManifest, check, signal: new AbortController().signal }

  assert.equal((await addPack(source, options)).folder, join(root, 'tiny', '1.0.0'))
  await addPack(archive, options)
  assert.deepEqual([...(await createStore(root, readManifest).list())], [['tiny', ['1.1.0', '1.0.0']]])
  assert.ok(
    checked.length === 2 && checked.every((folder) => folder.includes('.incoming-')),
    'checked before it can be seen',
  )
  await assert.rejects(addPack(source, options), isCode('model_exists'))
  assert.deepEqual(readdirSync(root), ['tiny'])
})

test('a pack that fails its check, its digests or its unpacking leaves nothing behind', async () => {
  const root = tempFolder()
  const source = plant(tempFolder(), 'tiny', '1.0.0')
  const signal = new AbortController().signal
  const refuse = () => Promise.reject(new AppError('model_invalid', 'goldens'))
  await assert.rejects(
    addPack(source, { root, readManifest, check: refuse, signal }),
    isCode('model_invalid', /goldens/),
  )
  const accept = () => Promise.resolve()
  const broken = join(tempFolder(), 'broken.tgz')
  writeFileSync(broken, 'not an archive')
  await assert.rejects(addPack(broken, { root, readManifest, check: accept, signal }), isCode('model_invalid'))
  await assert.rejects(
    addPack('/nowhere', { root, readManifest, check: accept, signal }),
    isCode('model_invalid', /nothing at/),
  )
  rmSync(join(source, 'tokenizer.json'))
  await assert.rejects(
    addPack(source, { root, readManifest, check: accept, signal }),
    isCode('model_invalid', /tokenizer/),
  )
  assert.deepEqual(readdirSync(root), [])
})

test('a removed version is gone, and its name with the last one', async () => {
  const root = tempFolder()
  plant(root, 'tiny', '1.0.0')
  plant(root, 'tiny', '1.1.0')
  const store = createStore(root, readManifest)
  await store.remove({ name: 'tiny', version: '1.1.0' })
  assert.deepEqual(await store.resolve('tiny'), { name: 'tiny', version: '1.0.0' })
  await store.remove({ name: 'tiny', version: '1.0.0' })
  assert.deepEqual(readdirSync(root), [])
  await assert.rejects(store.remove({ name: 'tiny', version: '1.0.0' }), isCode('model_not_found'))
})
