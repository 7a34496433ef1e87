import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, opendir, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { AppError } from '../errors.js'
import { createRecentBytes } from './recent-bytes.js'

/** Hashed and written in one turn of the event loop. */
const SLICE_BYTES = 1 << 20
/** What the system says when there is no room: the disk, the quota, or the largest file that the process may write. */
const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])
/** Older than any write that is still under way. */
const ABANDONED_MS = 3_600_000

export interface Blob {
  /** sha256 in hexadecimal; the only name that it has. */
  readonly digest: string
  readonly bytes: number
}

/** A file of just these bytes, written through to the disk. */
export interface WrittenFile {
  readonly path: string
  readonly bytes: Buffer
  /** Of the bytes, in hexadecimal. */
  readonly sha256: string
}

/** Bytes by their digest, in files that appear whole or not at all. */
export interface Blobs {
  /** The pieces one after the other, on the disk when it resolves. Throws `storage_full`. */
  put(...pieces: readonly Uint8Array[]): Promise<Blob>
  /** The file is moved here if it is on the same volume. Throws as `put`. */
  adopt(file: WrittenFile): Promise<Blob>
  /** `undefined` when there is none, or when the file is no longer what its name says. */
  get(digest: string): Promise<Buffer | undefined>
  /** Unless it was put again within `ageMs`: whoever did so is about to say that it is needed. */
  removeOlder(digest: string, ageMs: number): Promise<void>
  /** Digests of all that were last put more than `ageMs` ago. Files of writers that died are removed on the way. */
  olderThan(ageMs: number): AsyncIterable<string>
}

/** `recentBytes`: of what was adopted last, so much is in memory too. */
export function createBlobs(folder: string, recentBytes = 0): Blobs {
  const recent = createRecentBytes(recentBytes)
  const temporary = join(folder, 'incoming')
  const placeOf = (digest: string): string => join(folder, digest.slice(0, 2), digest)
  const blobs: Blobs = {
    async put(...pieces) {
      const incoming = join(temporary, randomUUID())
      try {
        await mkdir(temporary, { recursive: true, mode: 0o700 })
        const digest = await write(incoming, pieces)
        await move(incoming, placeOf(digest))
        return { digest, bytes: pieces.reduce((sum, { byteLength }) => sum + byteLength, 0) }
      } catch (error) {
        await rm(incoming, { force: true })
        throw isFull(error) ? storageFull(error) : error
      }
    },
    async adopt({ path, bytes, sha256: digest }) {
      try {
        await move(path, placeOf(digest))
        recent.add(digest, bytes)
        return { digest, bytes: bytes.byteLength }
      } catch (error) {
        if (codeOf(error) === 'EXDEV') return blobs.put(bytes)
        throw isFull(error) ? storageFull(error) : error
      }
    },
    get: async (digest) => recent.get(digest) ?? read(placeOf(digest), digest),
    async removeOlder(digest, ageMs) {
      // Whoever is about to say that it is needed finds it on the disk.
      recent.remove(digest)
      if (await isOlder(placeOf(digest), ageMs)) await rm(placeOf(digest), { force: true })
    },
    async *olderThan(ageMs) {
      for await (const name of filesOlderThan(temporary, ABANDONED_MS)) await rm(join(temporary, name), { force: true })
      for (const name of await foldersOf(folder)) yield* filesOlderThan(join(folder, name), ageMs)
    },
  }
  return blobs
}

async function write(path: string, pieces: readonly Uint8Array[]): Promise<string> {
  const hash = createHash('sha256')
  const file = await open(path, 'wx', 0o600)
  try {
    for (const piece of pieces.flatMap(slices)) {
      hash.update(piece)
      await file.writeFile(piece)
    }
    await file.sync()
  } finally {
    await file.close()
  }
  return hash.digest('hex')
}

async function move(file: string, place: string): Promise<void> {
  await mkdir(dirname(place), { recursive: true, mode: 0o700 })
  await rename(file, place)
  await syncFolder(dirname(place))
}

async function digestOf(bytes: Uint8Array): Promise<string> {
  const hash = createHash('sha256')
  for (const slice of slices(bytes)) {
    hash.update(slice)
    await setImmediate()
  }
  return hash.digest('hex')
}

function slices(piece: Uint8Array): Uint8Array[] {
  const count = Math.ceil(piece.byteLength / SLICE_BYTES)
  return Array.from({ length: count }, (_, at) => piece.subarray(at * SLICE_BYTES, (at + 1) * SLICE_BYTES))
}

async function read(path: string, digest: string): Promise<Buffer | undefined> {
  try {
    const bytes = await readFile(path)
    return (await digestOf(bytes)) === digest ? bytes : undefined
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/** A rename survives a power cut only when its folder was written too. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

async function foldersOf(path: string): Promise<string[]> {
  const names: string[] = []
  for await (const entry of await opendirOrNone(path))
    if (entry.isDirectory() && /^[0-9a-f]{2}$/.test(entry.name)) names.push(entry.name)
  return names
}

async function* filesOlderThan(path: string, ageMs: number): AsyncGenerator<string> {
  for await (const { name } of await opendirOrNone(path)) if (await isOlder(join(path, name), ageMs)) yield name
}

async function isOlder(path: string, ageMs: number): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found !== undefined && Date.now() - found.mtimeMs > ageMs
}

async function opendirOrNone(path: string): Promise<AsyncIterable<{ name: string; isDirectory(): boolean }>> {
  try {
    return await opendir(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return (async function* () {})()
    throw error
  }
}

function isFull(error: unknown): boolean {
  return FULL.has(codeOf(error) ?? '')
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code
}

function storageFull(cause: unknown): AppError {
  return new AppError('storage_full', 'There is no room on the disk for what has to be stored.', { cause })
}
