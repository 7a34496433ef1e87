/** An index moves from one model to another, with real models, while it goes on answering. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { temporaryFolder } from '../folder.js'
import { freshDatabase, noPgvector } from '../state/postgres.js'
import { indexClient, type IndexClient } from './index-client.js'
import { jobsEnvironment } from './job-client.js'
import { film, plantStore, startService } from './service.js'

const FILMS = ['nih_00001362_001.jpg', 'nih_00002091_000.jpg', 'hannover_1052b0fe.jpg', 'hannover_5f619d7e.jpg']
const image = (name: string) => ({ data: film(name).toString('base64') })

async function start(t: TestContext): Promise<{ indexes: IndexClient; dataDir: string }> {
  const environment = { DATA_DIR: temporaryFolder(), ...(await jobsEnvironment(t)) }
  const { url } = await startService(t, {
    ...environment,
    MODEL_STORE: plantStore(['one', 'two']),
    DEFAULT_MODELS: 'one',
  })
  return { indexes: indexClient(url), dataDir: environment.DATA_DIR }
}

const KEPT = { store_sources: true, metadata: { view: 'string' as const } }

test('films, studies and texts are embedded again, what is written or removed meanwhile included', async (t) => {
  const { indexes } = await start(t)
  assert.equal((await indexes.put('films', { ...KEPT, model: 'one' })).status, 201)
  const items = [
    ...FILMS.map((name) => ({ id: name, image: image(name), metadata: { view: 'PA' } })),
    { id: 'study', study: FILMS.slice(0, 2).map(image) },
    ...Array.from({ length: 200 }, (_, at) => ({ id: `text-${at}`, text: `effusion ${at}` })),
  ]
  await indexes.write('films', items)
  const before = await indexes.items('films')
  const { status, index } = await indexes.put('films', { ...KEPT, model: 'two' })
  assert.equal(status, 202)
  assert.deepEqual([index.model?.name, index.rebuild?.state, index.rebuild?.model?.name], ['one', 'building', 'two'])
  // Asked again: it is under way.
  assert.equal((await indexes.put('films', { ...KEPT, model: 'two' })).status, 202)
  const old = await indexes.embed('one', 'effusion 3')
  const during = await indexes.post('films/search', { ...old, k: 1 })
  // Of the old model as long as that serves.
  assert.ok([200, 409].includes(during.status))
  await indexes.post('films/items', { id: 'text-5', text: 'a new text' })
  await indexes.post('films/items', { id: 'late', text: 'a late text' })
  assert.equal((await indexes.delete('films/items/text-6')).status, 204)
  const moved = await indexes.until('films', 'it has moved', ({ rebuild }) => rebuild === undefined)
  assert.equal(moved.model?.name, 'two')
  const after = await indexes.items('films')
  const expected = before.map(({ id }) => id).filter((id) => id !== 'text-6')
  assert.deepEqual(
    after.map(({ id }) => id),
    [...expected, 'late'].sort(),
  )
  assert.deepEqual(after.find(({ id }) => id === FILMS[0])?.metadata, { view: 'PA' })
  for (const [id, text] of [
    ['text-5', 'a new text'],
    ['late', 'a late text'],
  ] as const) {
    const { data } = await indexes.search('films', { ...(await indexes.embed('two', text)), k: 3 })
    assert.ok(data[0]!.score > 0.9999, id)
  }
  const found = await indexes.search('films', { image: image(FILMS[2]!), k: 1 })
  assert.equal(found.data[0]?.id, FILMS[2])
  assert.ok(found.data[0]!.score > 0.9999)
  assert.equal(found.model?.name, 'two')
  const stale = await indexes.post('films/search', { ...old, k: 1 })
  assert.equal(stale.status, 409)
})

test('without what its items were made of an index stays with its model, and nothing of a film is kept', async (t) => {
  const { indexes, dataDir } = await start(t)
  await indexes.put('films', { model: 'one' })
  // Empty, it moves at once.
  assert.equal((await indexes.put('films', { model: 'two' })).status, 202)
  await indexes.until('films', 'it has moved', ({ model }) => model?.name === 'two')
  await indexes.write('films', [{ id: 'a', image: image(FILMS[0]!) }])
  assert.equal(existsSync(join(dataDir, 'sources')), false)
  const refused = await indexes.put('films', { model: 'one' })
  assert.deepEqual([refused.status, (refused.index as unknown as { code: string }).code], [409, 'index_conflict'])
  assert.equal((await indexes.get('films')).rebuild, undefined)
  // A vector has nothing that it was made of.
  await indexes.put('kept', { ...KEPT, model: 'one' })
  await indexes.write('kept', [{ id: 'v', ...(await indexes.embed('one', 'a')) }])
  assert.equal((await indexes.put('kept', { ...KEPT, model: 'two' })).status, 409)
})

test('a film that is gone stops the move and says so; the old model serves on, and the move can be given up', async (t) => {
  const { indexes, dataDir } = await start(t)
  await indexes.put('films', { ...KEPT, model: 'one' })
  await indexes.write(
    'films',
    FILMS.slice(0, 2).map((name) => ({ id: name, image: image(name) })),
  )
  const sources = join(dataDir, 'sources')
  assert.equal(readdirSync(sources).filter((name) => name !== 'incoming').length, 2)
  rmSync(sources, { recursive: true })
  await indexes.put('films', { ...KEPT, model: 'two' })
  const failed = await indexes.until('films', 'it has failed', ({ rebuild }) => rebuild?.state === 'failed')
  assert.equal(failed.model?.name, 'one')
  assert.match(failed.rebuild?.error ?? '', /not there any more/)
  assert.equal((await indexes.search('films', { image: image(FILMS[0]!), k: 1 })).data[0]?.id, FILMS[0])
  const back = await indexes.put('films', { ...KEPT, model: 'one' })
  assert.deepEqual([back.status, back.index.rebuild], [200, undefined])
  // Written again it is whole again.
  await indexes.write(
    'films',
    FILMS.slice(0, 2).map((name) => ({ id: name, image: image(name) })),
  )
  await indexes.put('films', { ...KEPT, model: 'two' })
  await indexes.until('films', 'it has moved', ({ model, rebuild }) => model?.name === 'two' && rebuild === undefined)
})

test(
  'a process with another data folder cannot write to an index that keeps its films, and can search it',
  { skip: noPgvector ?? false },
  async (t) => {
    const database = {
      DATABASE_URL: await freshDatabase(t),
      MODEL_STORE: plantStore(['one']),
      DEFAULT_MODELS: 'one',
    }
    const [owner, stranger] = await Promise.all(
      [temporaryFolder(), temporaryFolder()].map(async (folder) =>
        indexClient((await startService(t, { ...database, DATA_DIR: folder })).url),
      ),
    )
    await owner!.put('kept', { ...KEPT, model: 'one' })
    await owner!.put('loose', { model: 'one' })
    const [name] = FILMS
    await owner!.write('kept', [{ id: 'film', image: image(name!) }])
    const refused = await stranger!.post('kept/items', { id: 'other', image: image(FILMS[1]!) })
    const { code } = (await refused.json()) as { code: string }
    assert.deepEqual([refused.status, code], [503, 'index_elsewhere'])
    assert.equal((await stranger!.search('kept', { image: image(name!), k: 1 })).data[0]?.id, 'film')
    assert.ok((await stranger!.post('loose/items', { id: 'other', image: image(FILMS[1]!) })).ok)
    assert.deepEqual(
      (await owner!.items('kept')).map(({ id }) => id),
      ['film'],
    )
  },
)
