/** kill -9 of the service and of all its children while items stream in, a graph is filled and an index moves to another model. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { embeddedFolder } from '../state/kinds.js'
import { temporaryFolder } from '../folder.js'
import { freshDatabase, noPostgres } from '../state/postgres.js'
import { indexClient, type IndexClient } from './index-client.js'
import { killAll, urlOf } from './job-drill.js'
import { addTiny, makeStore } from './packs.js'
import { startServer } from './server.js'

const VECTORS = 3_000
const TEXTS = 700
const DIMENSIONS = 64

const vectorItem = (at: number) => ({
  id: `film-${at}`,
  vector: Array.from({ length: DIMENSIONS }, (_, d) => Math.sin((at + 1) * (d + 1))),
})
const textOf = (at: number): string => `finding number ${at} of the left lung`

async function crashDrill(t: TestContext, given: Record<string, string>): Promise<void> {
  const store = makeStore()
  addTiny(store, 'better')
  const environment = { ...given, LANES: '1', TEXT_CACHE_BYTES: '0' }
  const start = async () => {
    const server = await startServer(t, store, environment)
    return { server, indexes: indexClient(urlOf(server)) }
  }
  const first = await start()
  await first.indexes.put('vectors', { dimensions: DIMENSIONS, graph: { from_items: 500 } })
  await first.indexes.put('texts', { model: 'good', store_sources: true, graph: { from_items: 100 } })
  await first.indexes.write(
    'texts',
    Array.from({ length: TEXTS }, (_, at) => ({ id: `text-${at}`, text: textOf(at) })),
  )
  const stream = first.indexes.stream('vectors')
  for (let at = 0; at < VECTORS; at++) stream.send(vectorItem(at))
  await stream.has(VECTORS / 2)
  await killAll(first.server)
  await assert.rejects(stream.ended)
  const answered = stream.lines.map(({ id }) => id!)

  const second = await start()
  await assertWhole(t, second.indexes, answered)
  await second.indexes.write(
    'vectors',
    Array.from({ length: VECTORS }, (_, at) => vectorItem(at)),
  )
  const filling = await second.indexes.until(
    'vectors',
    'a part of the graph is there',
    ({ graph }) => graph.items > 200,
  )
  assert.equal(filling.items, VECTORS)
  assert.ok(filling.graph.items < VECTORS, 'it is being filled')
  await killAll(second.server)

  const third = await start()
  const { indexes } = third
  const filled = await indexes.until('vectors', 'the graph is filled', ({ graph, items }) => graph.items === items)
  assert.equal(filled.items, VECTORS)
  for (const at of [0, 777, VECTORS - 1]) {
    const asked = { vector: vectorItem(at).vector, k: 5 }
    const quick = await indexes.search('vectors', asked)
    assert.equal(quick.mode, 'approximate')
    assert.equal(quick.data[0]?.id, `film-${at}`)
  }
  assert.equal(
    (await indexes.put('texts', { model: 'better', store_sources: true, graph: { from_items: 100 } })).status,
    202,
  )
  await indexes.until('texts', 'it is moving', ({ rebuild }) => (rebuild?.items ?? 0) >= 64)
  await killAll(third.server)

  const fourth = await start()
  const moved = await fourth.indexes.until('texts', 'it has moved', ({ rebuild }) => rebuild === undefined)
  assert.deepEqual([moved.model?.name, moved.items], ['better', TEXTS])
  const stored = await fourth.indexes.items('texts')
  assert.equal(new Set(stored.map(({ id }) => id)).size, TEXTS)
  for (const at of [0, 300, TEXTS - 1]) {
    const made = await fourth.indexes.embed('better', textOf(at))
    const { data } = await fourth.indexes.search('texts', { ...made, k: 1, mode: 'exact' })
    assert.ok(data[0]!.score > 0.9999, `${data[0]!.score}`)
  }
}

/** What was answered is there, and nothing twice. */
async function assertWhole(t: TestContext, indexes: IndexClient, answered: readonly string[]): Promise<void> {
  const stored = (await indexes.items('vectors')).map(({ id }) => id)
  t.diagnostic(`${answered.length} were answered, ${stored.length} are there`)
  const known = new Set(stored)
  assert.equal(known.size, stored.length)
  assert.deepEqual(
    answered.filter((id) => !known.has(id)),
    [],
  )
  assert.equal((await indexes.get('vectors')).items, stored.length)
}

test('the embedded database', async (t) => {
  await crashDrill(t, { DATA_DIR: await embeddedFolder() })
})

test('a server', { skip: noPostgres ?? false }, async (t) => {
  await crashDrill(t, { DATA_DIR: temporaryFolder(), DATABASE_URL: await freshDatabase(t), JOB_LEASE_MS: '2000' })
})
