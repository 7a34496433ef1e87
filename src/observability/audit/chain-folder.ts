import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { AppError } from '../../errors.js'
import type { Log } from '../../ports.js'
import { lockFolder, type FolderLock } from '../../state/folder-lock.js'
import { openChain, type Chain } from './chain.js'

/** Processes of one host with one DATA_DIR. */
const MAX_CHAINS = 64
/** macOS takes 103 bytes, Linux 107. */
const MAX_SOCKET_PATH_BYTES = 100

export interface OwnedChain {
  readonly chain: Chain
  release(): Promise<void>
}

export const auditFolder = (dataDir: string): string => join(resolve(dataDir), 'audit')

/**
 * A chain that no other process writes: `<name>-1`, or the next number whose folder is free and whose end is sound. Names are
 * those of hosts, because the lock is a socket and says nothing of other hosts on a shared volume.
 */
export async function ownChain(dataDir: string, name: string, log: Log): Promise<OwnedChain> {
  for (let number = 1; number <= MAX_CHAINS; number++) {
    const chainName = `${name}-${number}`
    const folder = join(auditFolder(dataDir), chainName)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const lock = await lockOf(folder)
    if (lock === undefined) continue
    try {
      const chain = await openChain(folder, chainName)
      return { chain, release: () => lock.release() }
    } catch (error) {
      await lock.release()
      if ((error as NodeJS.ErrnoException).code !== undefined) throw error
      log.error({ chain: chainName, err: error }, 'a chain of the audit log is broken and is not written to any more')
    }
  }
  throw new AppError('configuration', `There are ${MAX_CHAINS} chains of the audit log in use or broken.`)
}

async function lockOf(folder: string): Promise<FolderLock | undefined> {
  const near = join(folder, 'lock')
  const digest = createHash('sha256').update(folder).digest('hex').slice(0, 16)
  const isShort = Buffer.byteLength(near) <= MAX_SOCKET_PATH_BYTES
  try {
    return await lockFolder(isShort ? near : join(tmpdir(), `radserve-audit-${digest}`))
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}
