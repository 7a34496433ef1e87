import { createHash, randomUUID } from 'node:crypto'
import { cpSync, existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test, type TestContext } from 'node:test'
import { silentLog, silentMeter } from '../../src/ports.js'
import { MIGRATIONS } from '../../src/state/migrations/index.js'
import { createState, type State, type StateOptions } from '../../src/state/state.js'
import { freshDatabase, noPostgres } from './postgres.js'
import { temporaryFolder } from '../folder.js'

export function openState(t: TestContext, options: Partial<StateOptions> & { dataDir: string }): State {
  const state = createState({ log: silentLog, meter: silentMeter, ...options })
  t.after(() => state.close())
  return state
}

/**
 * A data folder whose embedded database was made before: that takes seconds, so it is done once on a machine for each
 * version of PGlite and of the schema, and copied.
 */
export async function embeddedFolder(): Promise<string> {
  const dataDir = temporaryFolder('state')
  cpSync(join(await template(), 'state'), join(dataDir, 'state'), { recursive: true })
  return dataDir
}

async function template(): Promise<string> {
  const file = new URL('../../node_modules/@electric-sql/pglite/package.json', import.meta.url)
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string }
  const schema = createHash('sha256').update(JSON.stringify(MIGRATIONS)).digest('hex').slice(0, 12)
  const folder = join(tmpdir(), `radserve-test-cluster-${version}-${schema}`)
  if (existsSync(folder)) return folder
  const mine = `${folder}.${randomUUID()}`
  const state = createState({ dataDir: mine, log: silentLog, meter: silentMeter })
  await state.open()
  await state.close()
  try {
    renameSync(mine, folder)
  } catch {
    // Another test file was faster.
    rmSync(mine, { recursive: true, force: true })
  }
  return folder
}

let embedded: Promise<State> | undefined

// Of the file, not of the test that happens to ask first.
after(async () => {
  await (await embedded)?.close()
})

/** The tests of a file share one and begin with empty tables. */
function sharedEmbedded(): Promise<State> {
  embedded ??= (async () => {
    const state = createState({ dataDir: await embeddedFolder(), log: silentLog, meter: silentMeter })
    await state.open()
    return state
  })()
  return embedded
}

/** The same test with the embedded database and with a real server; `noServer` says why without the second. */
export function testBoth(
  title: string,
  body: (t: TestContext, state: State) => Promise<void>,
  noServer = noPostgres,
): void {
  test(`${title} (embedded)`, async (t) => {
    const state = await sharedEmbedded()
    await state.database.query('truncate radserve.jobs, radserve.job_events')
    await body(t, state)
  })
  testServer(`${title} (server)`, body, noServer)
}

/** For what several processes do, which the embedded database does not have. `noServer` says why it is skipped. */
export function testServer(
  title: string,
  body: (t: TestContext, state: State) => Promise<void>,
  noServer = noPostgres,
): void {
  test(title, { skip: noServer ?? false }, async (t) => {
    const state = openState(t, { dataDir: temporaryFolder(), databaseUrl: await freshDatabase(t) })
    await state.open()
    await body(t, state)
  })
}
