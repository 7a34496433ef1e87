import { AppError } from '../errors.js'
import type { Log } from '../ports.js'
import type { Database, Query } from './database.js'
import { MIGRATIONS, type Migration } from './migrations/index.js'

/** Any number that no other program takes for its own lock: "radserve" in ASCII. */
const LOCK = 0x72616473_65727665n

/** Steps of a part of the schema that has a version of its own, and the table that it is written down in. */
export interface SchemaPart {
  readonly migrations: readonly Migration[]
  /** Ours, never a caller's word. */
  readonly table: string
}

const WHOLE: SchemaPart = { migrations: MIGRATIONS, table: 'migrations' }

/**
 * Brings the schema to this version of the service: once, however many processes start, because each waits for the lock
 * that lasts as long as the transaction. Throws `state_unavailable` when the database belongs to a newer version.
 */
export async function migrate(database: Database, log: Log, { migrations, table }: SchemaPart = WHOLE): Promise<void> {
  await database.transaction(async (query) => {
    await query('select pg_advisory_xact_lock($1)', [LOCK])
    const version = await versionOf(query, table)
    if (version > migrations.length) {
      throw new AppError('state_unavailable', `The database is of a newer version (${version}) of the service.`)
    }
    for (const [index, { name, statements }] of migrations.entries()) {
      if (index < version) continue
      for (const statement of statements) await query(statement)
      await query(`insert into radserve.${table} (version, name) values ($1, $2)`, [index + 1, name])
      log.info({ version: index + 1, name }, 'the database was migrated')
    }
  })
}

async function versionOf(query: Query, table: string): Promise<number> {
  await query('create schema if not exists radserve')
  await query(`create table if not exists radserve.${table} (
    version integer primary key, name text not null, applied_at timestamptz not null default now()
  )`)
  const [row] = await query<{ version: number }>(
    `select coalesce(max(version), 0)::integer as version from radserve.${table}`,
  )
  return row?.version ?? 0
}
