import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { copyFileSync, cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { compareIds, filesBelow, readFilm } from '../../src/cli/index-films.js'
import { createProgress } from '../../src/cli/progress.js'
import { createKey } from '../../src/identity/api-key.js'
import { jobsEnvironment } from '../e2e/job-client.js'
import { startServer } from '../e2e/server.js'
import { PACKS, startService } from '../e2e/service.js'
import { testFilms, type TestFilm } from '../imaging/dicom/films.js'
import { writeDicom } from '../imaging/dicom/write-dicom.js'
import { program } from '../program.js'
import { temporaryFolder } from '../folder.js'

const ROOT = resolve(import.meta.dirname, '../..')
const FILMS = join(ROOT, 'test/fixtures/imaging/films')
const NAMES = ['nih_00001362_001.jpg', 'nih_00002091_000.jpg', 'hannover_1052b0fe.jpg', 'hannover_5f619d7e.jpg']

function temporary(): string {
  const folder = temporaryFolder('index')
  return folder
}

interface Ended {
  readonly status: number | null
  readonly out: string
  readonly err: string
}

/** The program in a process of its own; `onError` hears what it says on stderr so far. */
async function add(
  args: readonly string[],
  onError: (text: string, kill: () => void) => void = () => undefined,
): Promise<Ended> {
  const child = spawn(process.execPath, [...program('cli/radserve'), 'index', 'add', ...args], {
    cwd: ROOT,
  })
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text
    onError(err, () => child.kill('SIGINT'))
  })
  const [status] = (await once(child, 'close')) as [number | null]
  return { status, out, err }
}

test('files come in the order of the bytes of their paths, and are what their first bytes say', async () => {
  const folder = temporary()
  for (const name of ['b', 'a/z', 'a.x', 'a/b/c', 'ä', 'Z', '😀', '\uffee', '.hidden']) {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), name)
  }
  symlinkSync(join(folder, 'b'), join(folder, 'link'))
  const ids: string[] = []
  for await (const { id } of filesBelow(folder)) ids.push(id)
  assert.deepEqual(ids, ['Z', 'a.x', 'a/b/c', 'a/z', 'b', 'ä', '\uffee', '😀'])
  assert.deepEqual(ids, ids.toSorted(compareIds))
  const dicom = join(folder, 'dicom')
  writeFileSync(dicom, Buffer.concat([Buffer.alloc(128), Buffer.from('DICM')]))
  assert.ok((await readFilm(dicom)) instanceof Buffer)
  assert.equal(await readFilm(join(folder, 'b')), 'no image')
  assert.equal(await readFilm(join(folder, 'nobody')), 'unreadable')
  assert.ok((await readFilm(join(FILMS, NAMES[0]!))) instanceof Buffer)
  for (const name of ['rgb-8.png', 'gray.jpg', 'rgba.tif', 'rgb-lossy.webp'])
    assert.ok((await readFilm(join(ROOT, 'test/fixtures/imaging/files', name))) instanceof Buffer, name)
})

test('a terminal has one line, a file a line for each tenth', () => {
  const written = (isTTY: boolean): string => {
    let text = ''
    let nowMs = 0
    const stream = { isTTY, write: (piece: string) => (text += piece) } as unknown as NodeJS.WriteStream
    const progress = createProgress(stream, () => nowMs)
    for (let done = 0; done <= 200; done++) {
      nowMs += 20
      progress.show(done, 200)
    }
    progress.say('said')
    progress.end()
    return text
  }
  assert.deepEqual(written(false).trim().split('\n'), [
    ...Array.from({ length: 10 }, (_, at) => `${20 * (at + 1)} of 200`),
    'said',
  ])
  assert.match(written(true), /\[#{15} {15}\] 100 of 200 {2}50\/s {2}0:02 left/)
  assert.equal(written(true).split('\n').length, 2)
})

test('a folder goes into an index, again only what has changed, and what is no film is counted', async (t) => {
  const { url } = await startService(t, await jobsEnvironment(t))
  const folder = temporary()
  mkdirSync(join(folder, 'deep/er'), { recursive: true })
  for (const [at, name] of NAMES.entries())
    copyFileSync(join(FILMS, name), join(folder, at < 2 ? name : `deep/er/${name}`))
  writeFileSync(join(folder, 'notes.txt'), 'no film')
  writeFileSync(join(folder, 'deep/scan.dcm'), Buffer.concat([Buffer.alloc(128), Buffer.from('DICM')]))
  writeFileSync(join(folder, 'torn.jpg'), Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]))
  const missing = await add([folder, '--index', 'films', '--url', url])
  assert.equal(missing.status, 1)
  assert.match(missing.err, /^There is no index of this name\. \(request [0-9a-f-]{36}\)\n$/)
  const first = await add([folder, '--index', 'films', '--url', url, '--create', '--model', 'tiny-clip'])
  assert.equal(first.out, '4 written, 0 there already, 2 refused, 1 files are no images\n')
  assert.equal(first.status, 1)
  assert.match(first.err, /^torn\.jpg: /m)
  assert.match(first.err, /^deep\/scan\.dcm: /m)
  assert.match(first.err, /^7 of 7$/m)
  rmSync(join(folder, 'torn.jpg'))
  rmSync(join(folder, 'deep/scan.dcm'))
  copyFileSync(join(FILMS, 'hannover_80b5f00f.jpg'), join(folder, NAMES[0]!))
  const second = await add([folder, '--index', 'films', '--url', url])
  assert.equal(second.out, '1 written, 3 there already, 1 files are no images\n')
  assert.equal(second.status, 0)
  const index = (await (await fetch(`${url}/v1/indexes/films`)).json()) as { items: number }
  assert.equal(index.items, 4)
})

test('metadata comes from a CSV file; a cell of another type is told with its line', async (t) => {
  const { url } = await startService(t, await jobsEnvironment(t))
  const folder = temporary()
  for (const name of NAMES.slice(0, 2)) copyFileSync(join(FILMS, name), join(folder, name))
  await fetch(`${url}/v1/indexes/films`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'tiny-clip', metadata: { view: 'string', age: 'integer', portable: 'boolean' } }),
  })
  const csv = join(folder, '.films.csv')
  writeFileSync(csv, `\ufeffid,view,age,portable,remark\n${NAMES[0]},PA,61,yes,x\n${NAMES[1]},,,no,\n`)
  const added = await add([folder, '--index', 'films', '--url', url, '--metadata', csv])
  assert.equal(added.status, 0, added.err)
  const { data } = (await (await fetch(`${url}/v1/indexes/films/items`)).json()) as { data: { metadata: object }[] }
  assert.deepEqual(
    data.map(({ metadata }) => metadata),
    [{ view: 'PA', age: 61, portable: true }, { portable: false }],
  )
  writeFileSync(csv, `id,age\n${NAMES[0]},old\n`)
  const wrong = await add([folder, '--index', 'films', '--url', url, '--metadata', csv])
  assert.deepEqual([wrong.status, /films\.csv:2: age must be of type integer/.test(wrong.err)], [1, true], wrong.err)
})

test('Ctrl-C sees what is under way to its end, and the next run goes on from there', async (t) => {
  const { url } = await startService(t, await jobsEnvironment(t))
  const folder = temporary()
  // More than are done before the signal comes.
  const count = 1200
  for (let at = 0; at < count; at++)
    cpSync(join(FILMS, NAMES[at % 4]!), join(folder, `film-${String(at).padStart(4, '0')}.jpg`))
  const args = [folder, '--index', 'films', '--url', url, '--create', '--model', 'tiny-clip']
  let isKilled = false
  const first = await add(args, (text, kill) => {
    if (isKilled || !/^\d+ of 1200$/m.test(text)) return
    isKilled = true
    kill()
  })
  assert.equal(first.status, 130, first.err)
  const written = Number(/^(\d+) written/.exec(first.out)?.[1])
  assert.ok(written >= count / 10 && written < count, first.out)
  const index = (await (await fetch(`${url}/v1/indexes/films`)).json()) as { items: number }
  assert.equal(index.items, written)
  const second = await add(args)
  assert.equal(second.out, `${count - written} written, ${written} there already\n`)
  assert.equal(second.status, 0, second.err)
})

test('a service that dies while films are on their way ends the command with 1, not with a stack', async (t) => {
  const server = await startServer(t, PACKS, { DEFAULT_MODELS: 'tiny-clip', LANES: '1' })
  const folder = temporary()
  for (let at = 0; at < 400; at++) cpSync(join(FILMS, NAMES[at % 4]!), join(folder, `film-${at}.jpg`))
  const url = `http://127.0.0.1:${server.port}`
  const { status, out, err } = await add([folder, '--index', 'films', '--url', url, '--create'], (text) => {
    if (/^40 of 400$/m.test(text)) server.kill('SIGKILL')
  })
  assert.deepEqual([status, out], [1, ''], err)
  assert.match(err, /^The service went away\. Run this again to go on\.$/m)
  assert.doesNotMatch(err, /not foreseen/)
})

test('no service, no folder, no sense', async (t) => {
  const nobody = await add([FILMS, '--index', 'films', '--url', 'http://127.0.0.1:1'])
  assert.deepEqual([nobody.status, nobody.out], [3, ''])
  assert.match(nobody.err, /^No service answers at http:\/\/127\.0\.0\.1:1\. Start one with `radserve serve`\.\n$/)
  assert.equal((await add([FILMS])).status, 2)
  assert.equal((await add([FILMS, '--index', 'films', '--url', 'here'])).status, 1)
  const { url } = await startService(t, await jobsEnvironment(t))
  const missing = await add(['/nowhere', '--index', 'films', '--create', '--url', url])
  assert.equal(missing.status, 1)
  assert.match(missing.err, /^The folder \/nowhere cannot be read/m)
})

test('a DICOM tree goes into an index: unfit films are told, studies are kept as digests, patients not at all', async (t) => {
  const { url } = await startService(t, await jobsEnvironment(t))
  const folder = temporary()
  mkdirSync(join(folder, 'a/b'), { recursive: true })
  const [{ elements }] = (await testFilms()) as [TestFilm]
  writeFileSync(join(folder, 'a/one'), writeDicom(elements))
  writeFileSync(join(folder, 'a/b/two.dcm'), writeDicom({ ...elements, '0020000d': ['UI', '2.25.2002'] }))
  writeFileSync(join(folder, 'a/lateral.dcm'), writeDicom({ ...elements, '00185101': ['CS', 'LL'] }))
  const made = await fetch(`${url}/v1/indexes/tree`, {
    ...{ method: 'PUT', headers: { 'content-type': 'application/json' } },
    body: JSON.stringify({ model: 'tiny-clip', metadata: { study: 'string' } }),
  })
  assert.ok(made.ok, await made.text())
  const { out, err } = await add([folder, '--index', 'tree', '--url', url])
  assert.equal(out, '2 written, 0 there already, 1 refused\n')
  assert.match(err, /^a\/lateral\.dcm: The film is no frontal one/m)
  const items = await (await fetch(`${url}/v1/indexes/tree/items`)).text()
  const digest = (uid: string): string => createHash('sha256').update(uid).digest('hex')
  for (const uid of ['2.25.2001', '2.25.2002']) assert.ok(items.includes(digest(uid)), uid)
  assert.doesNotMatch(items + out + err, /planted|2\.25\./i)
  assert.equal((await add([folder, '--index', 'tree', '--url', url])).out, '0 written, 2 there already, 1 refused\n')
})

test('a service that asks who is there takes the key of a file, and without it nothing is written', async (t) => {
  const folder = temporary()
  const [given, other] = (['indexes:write', 'embeddings'] as const).map((scope) =>
    createKey(
      { name: scope.replace(':', '-'), scopes: scope === 'embeddings' ? [scope] : ['indexes:read', scope] },
      new Date(),
    ),
  )
  const keys = join(folder, 'keys.json')
  writeFileSync(keys, JSON.stringify({ keys: [given!.stored, other!.stored] }))
  const { url, service, logLines } = await startService(t, { ...(await jobsEnvironment(t)), API_KEYS_FILE: keys })
  const films = join(folder, 'films')
  mkdirSync(films)
  copyFileSync(join(FILMS, NAMES[0]!), join(films, NAMES[0]!))
  const file = (name: string, key: string): string => {
    writeFileSync(join(folder, name), `${key}\n`)
    return join(folder, name)
  }
  const args = [films, '--index', 'films', '--url', url, '--create', '--model', 'tiny-clip']
  const anonymous = await add(args)
  assert.equal(anonymous.status, 1, anonymous.err)
  const poor = await add([...args, '--key-file', file('poor.txt', other!.key)])
  assert.equal(poor.status, 1, poor.err)
  assert.deepEqual(await service.indexes.list(), [])
  const added = await add([...args, '--key-file', file('key.txt', given!.key)])
  assert.equal(added.out, '1 written, 0 there already\n', added.err)
  const missing = await add([...args, '--key-file', join(folder, 'nowhere.txt')])
  assert.equal(missing.status, 1)
  for (const text of [anonymous, poor, added, missing].map(({ out, err }) => out + err).concat(logLines))
    for (const { key } of [given!, other!]) assert.ok(!text.includes(key.slice(17)), 'no key is told')
})
