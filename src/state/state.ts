import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as setTimeoutOf } from 'node:timers/promises'
import type { Log, Meter } from '../ports.js'
import { createBlobs, type Blobs } from './blobs.js'
import { openPool, unavailable, type Database, type DatabasePool } from './database.js'
import { migrate } from './migrate.js'
import { serverPlaces, SOCKET_PORT } from './pglite-places.js'
import { createPgliteServer } from './pglite-server.js'
import { spoolId } from './spool-id.js'

/** How long whoever asks first waits for a database that is being opened; making a new one takes seconds. */
const OPEN_WAIT_MS = 30_000
/** A film is asked about a moment after it came, by several tasks perhaps. */
const RECENT_INTAKE_BYTES = 64 << 20
const RETRY_OPEN_MS = 1_000

export interface StateOptions {
  readonly dataDir: string
  /** PostgreSQL's connection string; without one the service runs a database of its own in the data folder. */
  readonly databaseUrl?: string
  readonly log: Log
  readonly meter: Meter
}

/** What outlives the process: a database, and bytes by their digest. Nothing is opened before it is used. */
export interface State {
  readonly database: Database
  readonly blobs: Blobs
  /** What items of indexes were made of: apart from the bytes of jobs, which are swept by what jobs need. */
  readonly sources: Blobs
  /** Films that came in and results that go out: apart for the same reason. */
  readonly intake: Blobs
  /** Which data folder this is; there is one database for several. */
  readonly spool: () => Promise<string>
  /** Whether something may be in it: it was used before, or it is a server that others use too. */
  readonly isInUse: boolean
  /** No other process can have this database open. */
  readonly isExclusive: boolean
  readonly isOpen: boolean
  /** Process of the embedded server. */
  readonly serverPid: number | undefined
  /** Goes on trying until the database is open or the state is closed. */
  open(): Promise<void>
  close(): Promise<void>
}

export function createState({ dataDir: given, databaseUrl, log, meter }: StateOptions): State {
  const dataDir = resolve(given)
  const server = databaseUrl === undefined ? createPgliteServer(dataDir, log) : undefined
  const pool = openPool({
    server:
      server === undefined ? { url: databaseUrl ?? '' } : { socketFolder: server.socketFolder, port: SOCKET_PORT },
    log,
  })
  const closing = new AbortController()
  let opening: Promise<void> | undefined
  let spool: Promise<string> | undefined
  let isOpen = false

  const openOnce = async (): Promise<void> => {
    await server?.start()
    while (!closing.signal.aborted) {
      try {
        await migrate(pool, log)
        isOpen = true
        meter.gauge('radserve_state_up', 1)
        return
      } catch (error) {
        log.error({ reason: error instanceof Error ? error.message : String(error) }, 'the database cannot be opened')
        await pause(RETRY_OPEN_MS, closing.signal)
      }
    }
  }
  const open = (): Promise<void> => (opening ??= openOnce())
  let closed: Promise<void> | undefined
  const closeOnce = async (): Promise<void> => {
    closing.abort()
    await pool.close()
    await server?.close()
  }
  return {
    database: whenOpen(pool, async () => {
      if (!isOpen) await within(OPEN_WAIT_MS, open())
    }),
    blobs: createBlobs(join(dataDir, 'blobs')),
    sources: createBlobs(join(dataDir, 'sources')),
    intake: createBlobs(join(dataDir, 'intake'), RECENT_INTAKE_BYTES),
    spool: () => (spool ??= spoolId(dataDir)),
    isInUse: databaseUrl !== undefined || existsSync(join(serverPlaces(dataDir).cluster, 'PG_VERSION')),
    isExclusive: server !== undefined,
    get isOpen() {
      return isOpen
    },
    get serverPid() {
      return server?.pid
    },
    open,
    close: () => (closed ??= closeOnce()),
  }
}

/** The same database, whose callers wait until it is there. */
function whenOpen(pool: DatabasePool, opened: () => Promise<void>): Database {
  return {
    query: async (text, values) => {
      await opened()
      return pool.query(text, values)
    },
    transaction: async (work) => {
      await opened()
      return pool.transaction(work)
    },
  }
}

async function within(limitMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => (timer = setTimeout(() => reject(unavailable()), limitMs)))
  try {
    await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await setTimeoutOf(ms, undefined, { signal }).catch(() => undefined)
}
