import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * A folder beside the store's packs, where no server looks, for what is still being made; gone when `act` has ended. SIGINT
 * and SIGTERM abort `signal`, so that it goes then too.
 */
export async function inImportFolder<T>(
  root: string,
  act: (folder: string, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const folder = join(root, `.import-${randomUUID()}`)
  const interrupted = new AbortController()
  const abort = (): void => interrupted.abort()
  process.once('SIGINT', abort).once('SIGTERM', abort)
  await mkdir(folder, { recursive: true })
  try {
    return await act(folder, interrupted.signal)
  } finally {
    process.off('SIGINT', abort).off('SIGTERM', abort)
    await rm(folder, { recursive: true, force: true })
  }
}
