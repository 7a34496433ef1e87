import { once } from 'node:events'
import { rm, stat } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { AppError } from '../errors.js'

/** Longer than a rival needs between finding a lock stale and removing it. */
const SETTLE_MS = 50
const TRIES = 3

export interface FolderLock {
  release(): Promise<void>
}

/**
 * Owns what the socket file stands for, until `release` or the end of the process: the kernel refuses a second listener,
 * and nobody answers on a file that a dead process left. Works between containers that share a volume, where process ids
 * mean nothing. Throws `state_unavailable` when somebody else is the owner.
 */
export async function lockFolder(socketFile: string): Promise<FolderLock> {
  for (let tried = 0; tried < TRIES; tried++) {
    const server = await listen(socketFile)
    if (server !== undefined) {
      if (await isStillOurs(socketFile)) return { release: () => close(server) }
      await close(server)
      break
    }
    if (await isAnswered(socketFile)) break
    await rm(socketFile, { force: true })
  }
  throw new AppError('state_unavailable', 'Another process of this machine uses the data folder.')
}

/** `undefined` when the file is there already, whoever's it is. */
async function listen(socketFile: string): Promise<Server | undefined> {
  const server = createServer((socket) => socket.destroy())
  server.listen(socketFile)
  try {
    await once(server, 'listening')
    return server
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined
    throw error
  }
}

async function isAnswered(socketFile: string): Promise<boolean> {
  const socket = connect(socketFile)
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

/** A rival that found the same stale file may have removed ours after that: then the file is another one a moment later. */
async function isStillOurs(socketFile: string): Promise<boolean> {
  const { ino } = await stat(socketFile)
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
  const found = await stat(socketFile).catch(() => undefined)
  return found?.ino === ino
}

async function close(server: Server): Promise<void> {
  server.close()
  await once(server, 'close')
}
