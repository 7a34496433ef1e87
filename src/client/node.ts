/** What a browser does not have. */
import { readFile } from 'node:fs/promises'

/** The film in a file. Throws what `readFile` throws. */
export async function filmAt(path: string): Promise<Blob> {
  return new Blob([new Uint8Array(await readFile(path))])
}
