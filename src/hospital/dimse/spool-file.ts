import { randomUUID } from 'node:crypto'
import { open, rm, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { writePart10Head, type ObjectIdentity } from '../part-10.js'
import { ProtocolError } from './pdu.js'

/** An object that is too large is read to its end, so that its sender can be told; this many times the limit, and no further. */
const MAX_PASSED_OVER = 4

/** An object on its way to the disk, as a whole file (PS3.10). */
export interface SpoolFile {
  readonly path: string
  /** What was written; the disk is waited for. */
  write(bytes: Buffer): Promise<void>
  /** Writes it through to the disk; the reason why it is not there: it was too large, or the system's code. */
  finish(): Promise<string | undefined>
  bytes(): number
  remove(): Promise<void>
}

export interface SpoolOptions {
  readonly folder: string
  readonly maxBytes: number
  readonly object: ObjectIdentity
  readonly callingAe: string
}

export async function openSpoolFile({ folder, maxBytes, object, callingAe }: SpoolOptions): Promise<SpoolFile> {
  const path = join(folder, `${randomUUID()}.dcm`)
  const head = writePart10Head(object, { aeTitle: callingAe })
  let file: FileHandle | undefined
  let received = 0
  let failure: string | undefined
  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work()
    } catch (error) {
      failure ??= (error as NodeJS.ErrnoException).code ?? 'failed'
      await file?.close().catch(() => undefined)
      file = undefined
    }
  }
  await attempt(async () => {
    file = await open(path, 'wx', 0o600)
    await file.writeFile(head)
  })
  return {
    path,
    async write(bytes) {
      received += bytes.length
      if (received > maxBytes * MAX_PASSED_OVER) throw new ProtocolError('object far over the limit')
      if (received <= maxBytes) await attempt(async () => await file?.writeFile(bytes))
    },
    async finish() {
      if (received > maxBytes) return 'too large'
      await attempt(async () => await file?.sync())
      await file?.close()
      file = undefined
      return failure
    },
    bytes: () => head.length + received,
    async remove() {
      await file?.close().catch(() => undefined)
      file = undefined
      await rm(path, { force: true })
    },
  }
}
