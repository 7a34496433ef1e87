import assert from 'node:assert/strict'
import { AppError, type ErrorCode } from '../../src/errors.js'
import type { Metric, NewItem, StoredIndex } from '../../src/retrieval/definition.js'
import type { VectorQuery } from '../../src/retrieval/search.js'
import { fillAll, makeIndex, makeItems, newItem, testIndexes } from './kinds.js'
import { testServer } from '../state/kinds.js'
import { noPgvector } from '../state/postgres.js'
import { createRetrieval } from '../../src/retrieval/retrieval.js'
import { silentLog } from '../../src/ports.js'

const has =
  (code: ErrorCode) =>
  (error: unknown): boolean =>
    error instanceof AppError && error.code === code

const ask = (vector: Float32Array, changes: Partial<VectorQuery> = {}): VectorQuery => ({
  ...{ vector, k: 10, filter: {}, mode: 'exact' },
  ...changes,
})

function scoreOf(metric: Metric, a: Float32Array, b: Float32Array): number {
  const dot = a.reduce((sum, value, at) => sum + value * b[at]!, 0)
  if (metric === 'inner') return dot
  if (metric === 'cosine') return dot / Math.hypot(...a) / Math.hypot(...b)
  return -Math.hypot(...a.map((value, at) => value - b[at]!))
}

function nearest(metric: Metric, items: readonly NewItem[], vector: Float32Array, k: number): [string, number][] {
  return items
    .map(({ id, vector: own }): [string, number] => [id, scoreOf(metric, own, vector)])
    .sort((a, b) => b[1] - a[1])
    .slice(0, k)
}

testIndexes('each metric finds what arithmetic finds, one by one and through a graph', async (_t, retrieval) => {
  const items = makeItems(300).map((item, at) => ({
    ...item,
    vector: item.vector.map((value) => value * (1 + (at % 7))),
  }))
  const [question] = makeItems(1, { seed: 2 })
  for (const metric of ['cosine', 'inner', 'l2'] as const) {
    const made = await makeIndex(retrieval, { name: metric, metric })
    await retrieval.items.write(made, items, 1000)
    const expected = nearest(metric, items, question!.vector, 10)
    const check = async (mode: VectorQuery['mode'], used: string): Promise<void> => {
      const { hits, mode: how } = await retrieval.search(
        await retrieval.indexes.get(metric),
        ask(question!.vector, { mode }),
      )
      assert.equal(how, used)
      assert.deepEqual(
        hits.map(({ id }) => id),
        expected.map(([id]) => id),
        `${metric} ${mode}`,
      )
      hits.forEach(({ score }, at) => assert.ok(Math.abs(score - expected[at]![1]) < 1e-4, `${metric} ${score}`))
    }
    await check('exact', 'exact')
    await check('approximate', 'exact')
    await retrieval.fill(made.serving.id, 200)
    // A third of it is searched beside the graph.
    await check('approximate', 'approximate')
    await check('auto', 'approximate')
    await fillAll(retrieval, made)
    await check('approximate', 'approximate')
  }
})

testIndexes('items are written over and removed, in and out of the graph', async (_t, retrieval) => {
  const made = await makeIndex(retrieval, { fields: [{ name: 'view', type: 'string' }] })
  const items = makeItems(40)
  await retrieval.items.write(made, items, 1000)
  await retrieval.fill(made.serving.id, 20)
  const moved = newItem('film-3', items[30]!.vector, { metadata: { view: 'PA' } })
  await retrieval.items.write(
    made,
    [newItem('film-3', items[5]!.vector), moved, newItem('film-39', items[0]!.vector)],
    1000,
  )
  await retrieval.items.remove(made, 'film-7')
  await retrieval.items.remove(made, 'film-35')
  await assert.rejects(retrieval.items.remove(made, 'film-7'), has('item_not_found'))
  let index = await retrieval.indexes.get('films')
  assert.deepEqual([index.serving.items, index.serving.filled], [38, 18])
  for (const step of ['half', 'all']) {
    index = await retrieval.indexes.get('films')
    for (const mode of ['exact', 'approximate'] as const) {
      const { hits } = await retrieval.search(index, ask(items[30]!.vector, { k: 100, mode }))
      assert.deepEqual(
        hits
          .map(({ id }) => id)
          .slice(0, 2)
          .sort(),
        ['film-3', 'film-30'],
        `${step} ${mode}`,
      )
      assert.equal(hits.length, 38)
      assert.equal(new Set(hits.map(({ id }) => id)).size, 38)
      assert.deepEqual(hits.find(({ id }) => id === 'film-3')?.metadata, { view: 'PA' })
    }
    await fillAll(retrieval, index)
  }
  index = await retrieval.indexes.get('films')
  assert.deepEqual([index.serving.items, index.serving.filled], [38, 38])
  assert.deepEqual(await retrieval.items.vector(index, 'film-3'), items[30]!.vector)
  await assert.rejects(retrieval.items.vector(index, 'film-7'), has('item_not_found'))
})

testIndexes('filters, thresholds, the item itself, pages', async (_t, retrieval) => {
  const made = await makeIndex(retrieval, {
    fields: [
      { name: 'age', type: 'integer' },
      { name: 'acquired', type: 'date' },
    ],
  })
  const items = makeItems(60).map((item, at) => ({
    ...item,
    metadata: { ...(at % 2 === 0 && { age: at }), acquired: `2026-01-${String(1 + (at % 28)).padStart(2, '0')}` },
  }))
  await retrieval.items.write(made, items, 1000)
  await fillAll(retrieval, made)
  const index = await retrieval.indexes.get('films')
  const { vector } = items[4]!
  for (const mode of ['exact', 'approximate'] as const) {
    const found = async (filter: VectorQuery['filter'], changes = {}): Promise<string[]> => {
      const { hits } = await retrieval.search(index, ask(vector, { k: 60, filter, mode, ...changes }))
      return hits.map(({ id }) => id)
    }
    assert.equal((await found({ age: { gte: 10, lt: 20 } })).length, 5)
    assert.equal((await found({ age: { exists: false } })).length, 30)
    assert.deepEqual((await found({ age: { in: [4, 5, 6] } })).sort(), ['film-4', 'film-6'])
    assert.deepEqual((await found({ acquired: { eq: '2026-01-02' } })).sort(), ['film-1', 'film-29', 'film-57'])
    assert.deepEqual(await found({ age: { lt: 0 } }), [])
    assert.equal((await found({}))[0], 'film-4')
    assert.equal((await found({}, { exceptId: 'film-4' })).includes('film-4'), false)
    assert.equal((await found({}, { exceptId: 'film-4', k: 3 })).length, 3)
    assert.deepEqual(await found({}, { minScore: 0.9999 }), ['film-4'])
  }
  await assert.rejects(retrieval.search(index, ask(vector, { filter: { nobody: { eq: 1 } } })), has('invalid_option'))
  const first = await retrieval.items.list(index, { limit: 3 })
  assert.deepEqual(
    first.map(({ id }) => id),
    ['film-0', 'film-1', 'film-10'],
  )
  const [next] = await retrieval.items.list(index, { limit: 1, after: 'film-10' })
  assert.equal(next?.id, 'film-11')
  assert.deepEqual((await retrieval.items.get(index, 'film-4')).metadata, { age: 4, acquired: '2026-01-05' })
})

testIndexes(
  'wide vectors: halves in the graph up to 4,000, none beyond, and full numbers in the answer',
  async (_t, retrieval) => {
    for (const [dimensions, used] of [
      [2500, 'approximate'],
      [4500, 'exact'],
    ] as const) {
      const made = await makeIndex(retrieval, { name: `wide-${dimensions}` }, { dimensions })
      const items = makeItems(30, { dimensions })
      await retrieval.items.write(made, items, 1000)
      if (used === 'approximate') await fillAll(retrieval, made)
      const index = await retrieval.indexes.get(made.name)
      const { hits, mode } = await retrieval.search(index, ask(items[3]!.vector, { k: 5, mode: 'auto' }))
      assert.equal(mode, used)
      const expected = nearest('cosine', items, items[3]!.vector, 5)
      hits.forEach(({ id, score }, at) => {
        assert.equal(id, expected[at]![0])
        assert.ok(Math.abs(score - expected[at]![1]) < 1e-5)
      })
    }
  },
)

testIndexes(
  'indexes: one of a name, so many, and nothing is left of one that is removed',
  async (_t, retrieval, { database }) => {
    const made = await makeIndex(retrieval, { storesSources: true })
    await assert.rejects(makeIndex(retrieval), has('index_conflict'))
    const { indexes } = retrieval
    const definition = { ...made, name: 'other' }
    await assert.rejects(
      indexes.create(definition, made.serving, { maxIndexes: 1, owner: 'anonymous' }),
      has('too_large'),
    )
    await assert.rejects(retrieval.items.write(made, makeItems(3), 2), has('too_large'))
    assert.equal((await indexes.get('films')).serving.items, 0)
    await indexes.remove('films')
    await assert.rejects(indexes.get('films'), has('index_not_found'))
    await assert.rejects(indexes.remove('films'), has('index_not_found'))
    await assert.rejects(retrieval.items.write(made, makeItems(1), 10), has('index_not_found'))
    await indexes.dropLeftovers()
    await assert.rejects(retrieval.search(made, ask(makeItems(1)[0]!.vector)), has('index_not_found'))
    const tables = await database.query<{ tablename: string }>(
      `select tablename from pg_tables where schemaname = 'radserve' and tablename ~ '^(items|graph|sources)_'`,
    )
    assert.deepEqual(tables, [])
  },
)

testServer(
  'writers, fillers and searches of several processes at a time',
  async (_t, state) => {
    const several = Array.from({ length: 3 }, () => createRetrieval(state, silentLog))
    const made = await makeIndex(several[0]!)
    const items = makeItems(400)
    const state_ = { isOver: false }
    const fillers = several.map(async ({ fill }) => {
      while (!state_.isOver) await fill(made.serving.id, 7)
    })
    await Promise.all(
      Array.from({ length: 40 }, async (_, at) => {
        const own = items.slice(at * 10, at * 10 + 10)
        const { items: writer, search, indexes } = several[at % 3]!
        await writer.write(made, own, 10_000)
        // What was acknowledged is found at once, wherever it is by now.
        const { hits } = await search(await indexes.get('films'), ask(own[0]!.vector, { k: 1, mode: 'approximate' }))
        assert.equal(hits[0]?.id, own[0]!.id)
        await writer.write(made, own.slice(0, 3), 10_000)
        await writer.remove(made, own[9]!.id)
      }),
    )
    state_.isOver = true
    await Promise.all(fillers)
    await fillAll(several[0]!, made)
    const index: StoredIndex = await several[0]!.indexes.get('films')
    assert.deepEqual([index.serving.items, index.serving.filled], [360, 360])
    const [graph] = await state.database.query<{ n: number }>(
      `select count(*)::integer as n from radserve.graph_${index.serving.id} join radserve.items_${index.serving.id} using (number)`,
    )
    assert.equal(graph?.n, 360)
  },
  noPgvector,
)
