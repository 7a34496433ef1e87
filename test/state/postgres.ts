/** A real PostgreSQL for tests: the one that answers on this machine, or one of the test's own. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { after, type TestContext } from 'node:test'
import pg from 'pg'
import { freePort } from '../load/server-process.js'

const LOCAL = 'postgres://postgres@127.0.0.1:5432'
const START_LIMIT_MS = 30_000

/** Why there is no real server to test with, or `undefined` where there is one. CI must have one. */
export const noPostgres: string | undefined = await findReason()

async function findReason(): Promise<string | undefined> {
  if ((await answers(LOCAL)) || binaries() !== undefined) return undefined
  if (process.env['CI'] !== undefined) throw new Error('CI has no PostgreSQL: neither a server nor its programs.')
  return 'there is no PostgreSQL on this machine'
}

/** As `noPostgres`, for tests that need pgvector on it. CI must have that too: `.ci/pgvector` builds it. */
export const noPgvector: string | undefined = noPostgres ?? (await findPgvector())

async function findPgvector(): Promise<string | undefined> {
  const found = (await answers(LOCAL))
    ? await admin(`select from pg_available_extensions where name = 'vector'`)
    : Number(existsSync(join(binaries()!.replace('/lib/', '/share/'), '../extension/vector.control')))
  if (found > 0) return undefined
  if (process.env['CI'] !== undefined) throw new Error('CI has no pgvector.')
  return 'PostgreSQL has no pgvector on this machine'
}

const databases: string[] = []

// Not in a hook of the test, which would come before those that end what uses the database.
after(async () => {
  for (const name of databases.splice(0)) await admin(`drop database if exists ${name} with (force)`)
})

/** The address of an empty database, which goes away when all tests of the file are over. */
export async function freshDatabase(t: TestContext): Promise<string> {
  if (!(await answers(LOCAL))) return (await startPostgres(t)).url
  const name = `radserve_test_${randomBytes(6).toString('hex')}`
  await admin(`create database ${name}`)
  databases.push(name)
  return `${LOCAL}/${name}`
}

/** How many rows the statement gave. */
async function admin(statement: string): Promise<number> {
  const client = new pg.Client(`${LOCAL}/postgres`)
  await client.connect()
  try {
    return (await client.query(statement)).rowCount ?? 0
  } finally {
    await client.end()
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: `${url}/postgres`, connectionTimeoutMillis: 2000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.end()
    return true
  } catch {
    return false
  }
}

export interface PrivatePostgres {
  readonly url: string
  /** At once, as a power cut would. */
  stop(): Promise<void>
  start(): Promise<void>
}

/** A server that only this test has, so that it can be stopped. */
export async function startPostgres(t: TestContext): Promise<PrivatePostgres> {
  const programs = binaries()
  if (programs === undefined) throw new Error('The programs of PostgreSQL are not on this machine.')
  const folder = mkdtempSync(join(tmpdir(), 'radserve-postgres-'))
  const user = unprivileged()
  if (user !== undefined) chownSync(folder, user.uid, user.gid)
  const data = join(folder, 'data')
  const made = spawnSync(join(programs, 'initdb'), ['-D', data, '-A', 'trust', '-U', 'postgres', '-N', '-E', 'UTF8'], {
    ...user,
    cwd: folder,
    encoding: 'utf8',
  })
  if (made.status !== 0) throw new Error(`initdb ended with ${made.status}: ${made.stderr}`)
  const port = await freePort()
  const url = `postgres://postgres@127.0.0.1:${port}`
  let server: ChildProcess | undefined
  const start = async (): Promise<void> => {
    const options = [
      '-D',
      data,
      '-p',
      String(port),
      '-k',
      folder,
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      'fsync=off',
    ]
    server = spawn(join(programs, 'postgres'), options, { ...user, cwd: folder, stdio: 'ignore' })
    const endMs = performance.now() + START_LIMIT_MS
    while (!(await answers(url))) {
      if (performance.now() > endMs) throw new Error('PostgreSQL did not start in time.')
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  const stop = async (): Promise<void> => {
    if (server === undefined) return
    const ended = once(server, 'exit')
    server.kill('SIGQUIT')
    await ended
    server = undefined
  }
  t.after(async () => {
    await stop()
    rmSync(folder, { recursive: true, force: true })
  })
  await start()
  return { url: `${url}/postgres`, stop, start }
}

/** PostgreSQL refuses to run as root. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const ids = ['-u', '-g'].map((flag) => Number(spawnSync('id', [flag, 'nobody'], { encoding: 'utf8' }).stdout))
  return { uid: ids[0]!, gid: ids[1]! }
}

/** The folder of `initdb` and `postgres`: Debian's, newest first, or one of the search path. */
function binaries(): string | undefined {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []
  const folders = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(delimiter),
  ]
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')))
}
