import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { AppError } from '../../src/errors.js'
import { silentLog } from '../../src/ports.js'
import { openPool } from '../../src/state/database.js'
import { migrate } from '../../src/state/migrate.js'
import { MIGRATIONS } from '../../src/state/migrations/index.js'
import { until } from '../e2e/server.js'
import { openState, testBoth } from './kinds.js'
import { temporaryFolder } from '../folder.js'
import { freshDatabase, noPostgres, startPostgres } from './postgres.js'

const isUnavailable = (error: unknown): boolean => error instanceof AppError && error.code === 'state_unavailable'

test('a state that nobody uses makes no file and no process', async (t) => {
  const dataDir = join(temporaryFolder(), 'data')
  const state = openState(t, { dataDir })
  assert.deepEqual([state.isInUse, state.isOpen, state.serverPid], [false, false, undefined])
  await state.close()
  assert.equal(existsSync(dataDir), false)
})

testBoth('statements, values and transactions', async (_t, { database }) => {
  const [row] = await database.query<{ a: number; b: unknown }>('select $1::integer as a, $2::jsonb as b', [
    7,
    '{"x":1}',
  ])
  assert.deepEqual(row, { a: 7, b: { x: 1 } })
  await database.query('create table if not exists radserve.scratch (a integer unique)')
  await database.query('truncate radserve.scratch')
  const failing = database.transaction(async (query) => {
    await query('insert into radserve.scratch values (1)')
    await query('insert into radserve.scratch values (1)')
  })
  // What the statement did wrong is no outage.
  await assert.rejects(failing, (error) => (error as { code?: string }).code === '23505')
  assert.deepEqual(await database.query('select * from radserve.scratch'), [])
  await database.transaction((query) => query('insert into radserve.scratch values (2)'))
  assert.deepEqual(await database.query('select * from radserve.scratch'), [{ a: 2 }])
  await database.query('drop table radserve.scratch')
})

testBoth('sixteen callers at a time get their own answers', async (_t, { database }) => {
  const asked = Array.from({ length: 16 }, (_, at) =>
    at % 4 === 0
      ? database.transaction(async (query) => {
          await query('select 1')
          return query<{ at: number }>('select $1::integer as at', [at])
        })
      : database.query<{ at: number }>('select $1::integer as at', [at]),
  )
  const rows = await Promise.all(asked)
  assert.deepEqual(
    rows,
    Array.from({ length: 16 }, (_, at) => [{ at }]),
  )
})

test(
  'sixteen processes start at once on an empty database: it is migrated once',
  { skip: noPostgres ?? false },
  async (t) => {
    const url = await freshDatabase(t)
    const pools = Array.from({ length: 16 }, () => openPool({ server: { url }, log: silentLog }))
    t.after(() => Promise.all(pools.map((pool) => pool.close())))
    await Promise.all(pools.map((pool) => migrate(pool, silentLog)))
    const rows = await pools[0]!.query('select version, name from radserve.migrations order by version')
    assert.deepEqual(
      rows,
      MIGRATIONS.map(({ name }, at) => ({ version: at + 1, name })),
    )
  },
)

testBoth('a step that fails leaves nothing behind, and a newer database is not touched', async (_t, { database }) => {
  const broken = { name: 'broken', statements: ['create table radserve.half (a integer)', 'select nonsense'] }
  await assert.rejects(migrate(database, silentLog, { migrations: [...MIGRATIONS, broken], table: 'migrations' }))
  const found = await database.query(`select 1 from pg_tables where tablename = 'half'`)
  assert.deepEqual(found, [])
  await assert.rejects(migrate(database, silentLog, { migrations: [], table: 'migrations' }), isUnavailable)
})

test('a server that stops and comes back', { skip: noPostgres ?? false }, async (t) => {
  const server = await startPostgres(t)
  const state = openState(t, { dataDir: temporaryFolder(), databaseUrl: server.url })
  await state.database.query('select 1')
  await server.stop()
  await assert.rejects(state.database.query('select 1'), isUnavailable)
  await server.start()
  await until('it answers again', 10_000, () =>
    state.database.query('select 1').then(
      () => true,
      () => false,
    ),
  )
})

test('a connection that is ended between two statements of a transaction', { skip: noPostgres ?? false }, async (t) => {
  const state = openState(t, { dataDir: temporaryFolder(), databaseUrl: await freshDatabase(t) })
  const broken = state.database.transaction(async (query) => {
    const [row] = await query<{ pid: number }>('select pg_backend_pid() as pid')
    await state.database.query('select pg_terminate_backend($1, 5000)', [row!.pid])
    // It hears of its end on a turn of the loop in which it has no statement under way.
    await state.database.query('select 1')
    await query('select 1')
  })
  await assert.rejects(broken, isUnavailable)
  assert.equal((await state.database.query('select 1')).length, 1)
})
