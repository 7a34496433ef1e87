import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const folders: string[] = []

// Not in a hook of the test: hooks run in the order in which they were given, so what still writes there would end after it.
process.on('exit', () => {
  for (const folder of folders) remove(folder)
})

/** An empty folder, which is removed when the process ends. */
export function temporaryFolder(name = 'test'): string {
  const folder = mkdtempSync(join(tmpdir(), `radserve-${name}-`))
  folders.push(folder)
  return folder
}

function remove(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  } catch {
    // A process of the test that outlives it still writes there; that is no failure of what was tested.
  }
}
