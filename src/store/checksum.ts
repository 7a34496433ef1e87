import { createHash } from 'node:crypto'
import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../errors.js'
import type { PackFile } from '../families/component.js'

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Of a piece, whose hashing holds the event loop for a millisecond or two. */
const PIECE_BYTES = 2 << 20

/** Reads the file in pieces, off the event loop's critical path; an abort ends it between two pieces. */
export async function sha256OfFile(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  // One buffer for all pieces: a new one each would have V8 collect the whole heap again and again on the way.
  const piece = new Uint8Array(PIECE_BYTES)
  const file = await open(path)
  try {
    for (;;) {
      signal?.throwIfAborted()
      const { bytesRead } = await file.read(piece)
      if (bytesRead === 0) return hash.digest('hex')
      hash.update(piece.subarray(0, bytesRead))
    }
  } finally {
    await file.close()
  }
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
