import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What the child process says to its parent. */
export type PgliteMessage =
  /** It listens. */
  { readonly kind: 'ready' } | { readonly kind: 'failed'; readonly reason: string }

/** It ends with this when there was no database and it made one, so that the memory which that takes is given back. */
export const MADE_STATUS = 42

/** `pg` finds a Unix socket by its folder and a port, as libpq does. */
export const SOCKET_PORT = 5432

/** macOS takes 103 bytes, Linux 107. */
const MAX_SOCKET_PATH_BYTES = 100

export interface ServerPlaces {
  /** PostgreSQL's data directory. */
  readonly cluster: string
  readonly socketFolder: string
  readonly socketFile: string
  readonly lockFile: string
}

/** Where the embedded server of a data folder keeps its files; sockets move to the system's own folder when paths are long. */
export function serverPlaces(dataDir: string): ServerPlaces {
  const folder = join(dataDir, 'state')
  const socketName = `.s.PGSQL.${SOCKET_PORT}`
  const isShort = Buffer.byteLength(join(folder, socketName)) <= MAX_SOCKET_PATH_BYTES
  const digest = createHash('sha256').update(folder).digest('hex').slice(0, 16)
  const socketFolder = isShort ? folder : join(tmpdir(), `radserve-${digest}`)
  return {
    cluster: join(folder, 'postgres'),
    socketFolder,
    socketFile: join(socketFolder, socketName),
    lockFile: join(socketFolder, 'lock'),
  }
}
