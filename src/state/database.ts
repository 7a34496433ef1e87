import pg from 'pg'
import { AppError } from '../errors.js'
import type { Log } from '../ports.js'

/** One statement with `$1`-style values; gives its rows. */
export type Query = <Row extends object>(text: string, values?: readonly unknown[]) => Promise<Row[]>

/** Throws `state_unavailable` while no server answers; what a statement itself did wrong is thrown as `pg` has it. */
export interface Database {
  readonly query: Query
  /** All or nothing. The work must use the `query` that it is handed: the embedded server has one connection. */
  transaction<T>(work: (query: Query) => Promise<T>): Promise<T>
}

export interface DatabasePool extends Database {
  close(): Promise<void>
}

export interface PoolOptions {
  /** A connection string, or the folder of the embedded server's socket. */
  readonly server: { readonly url: string } | { readonly socketFolder: string; readonly port: number }
  readonly log: Log
}

const CONNECT_LIMIT_MS = 5_000
const QUERY_LIMIT_MS = 15_000
const CONNECTIONS = 8
/** Statements that the embedded server keeps prepared, the first that are asked: those with names of indexes' tables are any number. */
const MOST_PREPARED = 256
/** About as long as the embedded server needs to be there again. */
const RETRY_AFTER_MS = 3_000

export function openPool({ server, log }: PoolOptions): DatabasePool {
  const pool = new pg.Pool({
    connectionTimeoutMillis: CONNECT_LIMIT_MS,
    query_timeout: QUERY_LIMIT_MS,
    ...('url' in server
      ? { connectionString: server.url, max: CONNECTIONS, application_name: 'radserve' }
      : // The embedded server runs messages of all connections in one session, so there must be no more than one.
        { host: server.socketFolder, port: server.port, user: 'postgres', database: 'postgres', max: 1 }),
  })
  const isEmbedded = !('url' in server)
  // A pooler between us and a server may give each statement another session.
  const names = isEmbedded ? createNames() : () => undefined
  // The embedded server has one session for all connections, one after the other: what an earlier one prepared is still there.
  if (isEmbedded) pool.on('connect', (client) => void client.query('deallocate all').catch(ignore))
  // An idle connection that breaks; whoever asks next is told.
  pool.on('error', (error) => log.warn({ reason: error.message }, 'a connection to the database broke'))
  return {
    query: queryOf(pool, names),
    async transaction(work) {
      const client = await pool.connect().catch(rethrow)
      // The pool listens to idle connections only. Without a listener here one that breaks would end the process; its next
      // statement tells of it.
      client.on('error', ignore)
      const query = queryOf(client, names)
      try {
        await query('begin')
        const result = await work(query)
        await query('commit')
        client.release()
        return result
      } catch (error) {
        // A connection in an unknown state is not used again; the server rolls back what it held.
        client.release(true)
        throw error
      } finally {
        client.off('error', ignore)
      }
    },
    close: () => pool.end(),
  }
}

function ignore(): void {
  // A listener is all that is needed.
}

function queryOf(client: pg.Pool | pg.PoolClient, nameOf: (text: string) => string | undefined): Query {
  return async <Row extends object>(text: string, values: readonly unknown[] = []) => {
    const name = values.length === 0 ? undefined : nameOf(text)
    const result = await client.query<Row>({ text, values: [...values], ...(name && { name }) }).catch(rethrow)
    return result.rows
  }
}

/** Names of prepared statements: what is asked again is neither read nor planned again, of which WebAssembly takes milliseconds. */
function createNames(): (text: string) => string | undefined {
  const names = new Map<string, string>()
  return (text) => {
    const known = names.get(text)
    if (known !== undefined || names.size >= MOST_PREPARED) return known
    const name = `radserve_${names.size}`
    names.set(text, name)
    return name
  }
}

function rethrow(error: unknown): never {
  throw isOutage(error) ? unavailable(error) : error
}

export function unavailable(cause?: unknown): AppError {
  const details = { retryAfterMs: RETRY_AFTER_MS }
  return new AppError('state_unavailable', 'The database does not answer.', { cause, details })
}

/**
 * Whether the server is at fault and not the statement. Classes of SQLSTATE (PostgreSQL's appendix A): 08 connection,
 * 28 authorization, 3D no such database, 53 resources, 57P shutdown, 58 and XX the system; errors without a SQLSTATE come
 * from the socket or are a timeout.
 */
function isOutage(error: unknown): boolean {
  const code = error instanceof pg.DatabaseError ? error.code : undefined
  return code === undefined || /^(08|28|3D|53|57P|58|XX)/.test(code)
}
