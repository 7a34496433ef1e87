import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { AppError } from '../../src/errors.js'
import { serverPlaces } from '../../src/state/pglite-places.js'
import { isAlive, until } from '../e2e/server.js'
import { processFigures } from '../load/processes.js'
import { embeddedFolder, openState } from './kinds.js'
import { temporaryFolder } from '../folder.js'

const isUnavailable = (error: unknown): boolean => error instanceof AppError && error.code === 'state_unavailable'

test('a first database is made in a process of its own, and what a torn first try left is thrown away', async (t) => {
  const dataDir = temporaryFolder()
  const { cluster } = serverPlaces(dataDir)
  mkdirSync(`${cluster}.new`, { recursive: true })
  writeFileSync(join(`${cluster}.new`, 'PG_VERSION'), 'half of it')
  const state = openState(t, { dataDir })
  assert.equal(state.isInUse, false)
  await state.open()
  const [row] = await state.database.query<{ n: number }>('select count(*)::integer as n from radserve.jobs')
  assert.equal(row?.n, 0)
  assert.equal(existsSync(`${cluster}.new`), false)
  const memoryMiB = processFigures(state.serverPid!)!.rssMib
  assert.ok(memoryMiB < 600, `making it took 800 MiB, which were given back: ${memoryMiB}`)
})

test('what is closed while its database is made, or before that begins, leaves no process', async (t) => {
  const state = openState(t, { dataDir: temporaryFolder() })
  const opening = state.open()
  await until('its process is there', 5000, () => state.serverPid !== undefined)
  const pid = state.serverPid!
  await state.close()
  await opening
  assert.equal(isAlive(pid), false)

  const early = openState(t, { dataDir: temporaryFolder() })
  const never = early.open()
  await early.close()
  await never
  assert.equal(early.serverPid, undefined)
})

test('a new connection to the embedded database asks what the one before it had prepared', async (t) => {
  const { database } = openState(t, { dataDir: await embeddedFolder() })
  const ask = 'select $1::integer + 1 as n'
  assert.deepEqual(await database.query(ask, [1]), [{ n: 2 }])
  const failing = database.transaction(async (query) => {
    await query(ask, [2])
    throw new Error('and its connection is given up')
  })
  await assert.rejects(failing, /given up/)
  assert.deepEqual(await database.query(ask, [3]), [{ n: 4 }])
})

test('the embedded database outlives kill -9 of its process: it is up again by itself, with all that was written', async (t) => {
  const dataDir = await embeddedFolder()
  const state = openState(t, { dataDir })
  await state.open()
  await state.database.query('create table radserve.kept (a integer)')
  for (let at = 0; at < 20; at++) await state.database.query('insert into radserve.kept values ($1)', [at])
  const pid = state.serverPid!
  process.kill(pid, 'SIGKILL')
  await until('the process is gone', 5000, () => !isAlive(pid))
  await assert.rejects(state.database.query('select 1'), isUnavailable)
  const count = async (): Promise<number> =>
    (await state.database.query<{ n: number }>('select count(*)::integer as n from radserve.kept'))[0]!.n
  await until('it answers again', 60_000, () => count().then(Boolean, () => false))
  assert.equal(await count(), 20)
  assert.notEqual(state.serverPid, pid)

  // A second process must not open the same files; it waits until they are free.
  const other = openState(t, { dataDir })
  assert.equal(other.isInUse, true)
  const opening = other.open()
  await until('it has tried', 30_000, () => other.serverPid !== undefined)
  await until('it was turned away', 30_000, () => other.serverPid === undefined)
  assert.equal(other.isOpen, false)
  await state.close()
  await opening
  const [row] = await other.database.query<{ n: number }>('select count(*)::integer as n from radserve.kept')
  assert.equal(row?.n, 20)
  const { socketFile, lockFile } = serverPlaces(dataDir)
  for (const file of [socketFile, lockFile]) assert.equal(statSync(file).isSocket(), true)
  const { serverPid } = other
  await other.close()
  assert.equal(isAlive(serverPid!), false)
  assert.deepEqual(readdirSync(join(dataDir, 'state')), ['postgres'])
})
