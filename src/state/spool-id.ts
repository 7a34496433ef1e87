import { randomUUID } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * The name of a data folder, made when it is first used: the same for every process that sees the same folder, wherever
 * it is mounted, and another for a folder that only looks alike.
 */
export async function spoolId(dataDir: string): Promise<string> {
  const file = join(dataDir, 'id')
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const mine = `${file}.${randomUUID()}`
  await writeFile(mine, randomUUID(), { mode: 0o600, flush: true })
  // A link appears whole and never replaces one that is there.
  await link(mine, file).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  })
  await rm(mine)
  return (await readFile(file, 'utf8')).trim()
}
