import { AppError } from '../errors.js'
import type { Log } from '../ports.js'
import type { Database } from '../state/database.js'
import { migrate } from '../state/migrate.js'
import { INDEX_MIGRATIONS, INDEX_MIGRATIONS_TABLE } from './migrations.js'

/** The first version with `halfvec` and with scans that go on until a filter has let enough through. */
const LEAST_VERSION = [0, 8] as const

/** SQLSTATE: no such file, no such feature, not allowed to make the extension. */
const NO_EXTENSION = new Set(['58P01', '0A000', '42501'])

/**
 * The database, whose schema of indexes is made before the first statement. Every method throws `index_unsupported` where
 * pgvector is missing or too old; the log says which, and it is looked for again each time.
 */
export function withIndexSchema(database: Database, log: Log): Database {
  let ready: Promise<void> | undefined
  const make = async (): Promise<void> => {
    await checkExtension(database, log)
    await migrate(database, log, { migrations: INDEX_MIGRATIONS, table: INDEX_MIGRATIONS_TABLE }).catch(
      (error: unknown) => {
        throw NO_EXTENSION.has((error as { code?: string }).code ?? '') ? unsupported(log, String(error)) : error
      },
    )
  }
  const opened = (): Promise<void> => {
    ready ??= make().catch((error: unknown) => {
      ready = undefined
      throw error
    })
    return ready
  }
  return {
    query: async (text, values) => {
      await opened()
      return database.query(text, values)
    },
    transaction: async (work) => {
      await opened()
      return database.transaction(work)
    },
  }
}

/** Whether somebody has made an index here before: asks nothing of pgvector. */
export async function hasIndexSchema(database: Database): Promise<boolean> {
  const [row] = await database.query<{ found: boolean }>(
    `select to_regclass('radserve.index_generations') is not null as found`,
  )
  return row?.found ?? false
}

async function checkExtension(database: Database, log: Log): Promise<void> {
  const [row] = await database.query<{ version: string }>(
    `select coalesce(installed_version, default_version) as version from pg_available_extensions where name = 'vector'`,
  )
  if (row === undefined) throw unsupported(log, 'the extension is not there')
  const [major = 0, minor = 0] = row.version.split('.').map(Number)
  const [leastMajor, leastMinor] = LEAST_VERSION
  if (major < leastMajor || (major === leastMajor && minor < leastMinor))
    throw unsupported(log, `version ${row.version} is too old`)
}

function unsupported(log: Log, reason: string): AppError {
  log.error({ reason }, 'the database cannot keep indexes: they need pgvector 0.8 or later')
  return new AppError('index_unsupported', `The database has no pgvector 0.8 or later: ${reason}.`)
}
