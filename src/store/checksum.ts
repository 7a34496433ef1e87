import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../errors.js'
import type { PackFile } from '../families/component.js'

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Reads the file in pieces, off the event loop's critical path; an abort ends it between two pieces. */
export async function sha256OfFile(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20, ...(signal && { signal }) })) {
    hash.update(piece as Uint8Array)
  }
  return hash.digest('hex')
}

/** Throws `model_invalid`, naming the file, when it is missing or is not the bytes that the manifest promises. */
export async function verifyFile(folder: string, file: PackFile, signal?: AbortSignal): Promise<void> {
  const path = join(folder, file.file)
  const found = await stat(path).catch(() => undefined)
  if (!found?.isFile()) throw new AppError('model_invalid', `The pack lacks its file ${file.file}.`)
  if (found.size !== file.bytes) {
    throw new AppError(
      'model_invalid',
      `${file.file} has ${found.size} bytes where the manifest promises ${file.bytes}.`,
    )
  }
  if ((await sha256OfFile(path, signal)) !== file.sha256) {
    throw new AppError('model_invalid', `${file.file} is not the file that the manifest promises: its sha256 differs.`)
  }
}
