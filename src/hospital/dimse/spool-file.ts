import { createHash, randomUUID } from 'node:crypto'
import { open, rm, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { writePart10Head, type ObjectIdentity } from '../part-10.js'
import { ProtocolError } from './pdu.js'

/** An object that is too large is read to its end, so that its sender can be told; this many times the limit, and no further. */
const MAX_PASSED_OVER = 4
/** Written in one go. */
const WRITE_BYTES = 1 << 20
/** The disk has its share while the rest is still on its way, so that little is left for the end. */
const SYNC_BYTES = 4 << 20

/** An object on its way to the disk, as a whole file (PS3.10). */
export interface SpoolFile {
  readonly path: string
  /** Copies the bytes; where a block of them is full, the system has it when this resolves. */
  write(bytes: Buffer): Promise<void>
  /** Writes it through to the disk; or the reason why it is not there: it was too large, or the system's code. */
  finish(): Promise<SpooledFile | { readonly failure: string }>
  remove(): Promise<void>
}

export interface SpooledFile {
  /** In memory that threads share: whoever reads the film on another one copies nothing. */
  readonly bytes: Buffer
  /** In hexadecimal. */
  readonly sha256: string
}

export interface SpoolOptions {
  readonly folder: string
  readonly maxBytes: number
  readonly object: ObjectIdentity
  readonly callingAe: string
}

export async function openSpoolFile({ folder, maxBytes, object, callingAe }: SpoolOptions): Promise<SpoolFile> {
  const path = join(folder, `${randomUUID()}.dcm`)
  const hash = createHash('sha256')
  let file: FileHandle | undefined
  let syncing: Promise<void> | undefined
  let received = 0
  let fileBytes = 0
  let failure: string | undefined
  const block = Buffer.allocUnsafeSlow(WRITE_BYTES)
  let waitingBytes = 0
  let unsyncedBytes = 0

  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work()
    } catch (error) {
      failure ??= (error as NodeJS.ErrnoException).code ?? 'failed'
      await close()
    }
  }
  const close = async (): Promise<void> => {
    await syncing
    await file?.close().catch(() => undefined)
    file = undefined
  }
  const push = async (bytes: Buffer): Promise<void> => {
    hash.update(bytes)
    fileBytes += bytes.length
    for (let at = 0; at < bytes.length;) {
      const taken = bytes.copy(block, waitingBytes, at)
      at += taken
      waitingBytes += taken
      if (waitingBytes === block.length) await flush()
    }
  }
  const flush = async (): Promise<void> => {
    const bytes = block.subarray(0, waitingBytes)
    unsyncedBytes += waitingBytes
    waitingBytes = 0
    await attempt(async () => await file?.writeFile(bytes))
    if (unsyncedBytes < SYNC_BYTES || syncing !== undefined) return
    unsyncedBytes = 0
    // What goes wrong here goes wrong at the end again.
    syncing = file?.datasync().catch(() => undefined)
    void syncing?.then(() => (syncing = undefined))
  }
  await attempt(async () => (file = await open(path, 'wx+', 0o600)))
  await push(writePart10Head(object, { aeTitle: callingAe }))
  return {
    path,
    async write(bytes) {
      received += bytes.length
      if (received > maxBytes * MAX_PASSED_OVER) throw new ProtocolError('object far over the limit')
      if (received <= maxBytes) await push(bytes)
    },
    async finish() {
      if (received > maxBytes) return { failure: 'too large' }
      await flush()
      let bytes: Buffer | undefined
      await attempt(async () => {
        if (file !== undefined) [bytes] = await Promise.all([readShared(file, fileBytes), file.sync()])
      })
      await close()
      if (bytes === undefined || failure !== undefined) return { failure: failure ?? 'failed' }
      return { bytes, sha256: hash.digest('hex') }
    },
    async remove() {
      await close()
      await rm(path, { force: true })
    },
  }
}

async function readShared(file: FileHandle, bytes: number): Promise<Buffer> {
  const into = Buffer.from(new SharedArrayBuffer(bytes))
  for (let at = 0; at < bytes;) {
    const { bytesRead } = await file.read(into, at, bytes - at, at)
    if (bytesRead === 0) throw new Error('The file is shorter than what was written to it.')
    at += bytesRead
  }
  return into
}
