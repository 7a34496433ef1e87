/** A PostgreSQL in WebAssembly, served on a socket to its parent alone. Ends when the parent does. */
import { existsSync } from 'node:fs'
import { chmod, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { vector } from '@electric-sql/pglite-pgvector'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'
import { lockFolder } from './folder-lock.js'
import { MADE_STATUS, serverPlaces, type PgliteMessage } from './pglite-places.js'

// A terminal or an init system signals the whole group; the parent still needs its database while it drains.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined)

/** At hand for `create extension`, which is said when the first index is made. */
const extensions = { vector }
const places = serverPlaces(process.argv[2] ?? '')

try {
  const lock = await lockFolder(places.lockFile)
  if (existsSync(join(places.cluster, 'PG_VERSION'))) await serve(() => lock.release())
  else await make()
} catch (error) {
  await tell({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) })
  process.exit(1)
}

/** Makes the files of a database and ends: that takes 800 MiB of memory, which only the end of a process gives back. */
async function make(): Promise<never> {
  // Nobody waits for it any more; what is left is thrown away by whoever makes it next.
  process.once('disconnect', () => process.exit(1))
  if (!process.connected) process.exit(1)
  const unfinished = `${places.cluster}.new`
  await rm(unfinished, { recursive: true, force: true })
  const database = await PGlite.create(unfinished, { extensions })
  await database.close()
  await rename(unfinished, places.cluster)
  process.exit(MADE_STATUS)
}

async function serve(release: () => Promise<void>): Promise<void> {
  await rm(places.socketFile, { force: true })
  const database = await PGlite.create(places.cluster, { extensions })
  // More than the one that is used: the place of a broken connection is free only some turns of the loop later.
  const server = new PGLiteSocketServer({ db: database, path: places.socketFile, maxConnections: 8 })
  await server.start()
  await chmod(places.socketFile, 0o600)
  const end = async (): Promise<never> => {
    await server.stop()
    await database.close()
    await release()
    process.exit(0)
  }
  process.on('disconnect', () => void end())
  if (!process.connected) await end()
  await tell({ kind: 'ready' })
}

/** Resolves when the message is out, or when nobody is there to read it. */
function tell(message: PgliteMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.send?.(message, () => resolve())
    else resolve()
  })
}
