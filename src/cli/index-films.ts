import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../errors.js'

/** Larger files are no films that a service takes. */
const MAX_FILM_BYTES = 64 << 20
/** Enough to tell what a file is: DICOM says so behind 128 bytes. */
const HEAD_BYTES = 132

export interface FolderFile {
  /** Path below the folder, with `/` between its parts. */
  readonly id: string
  readonly path: string
}

/** What is not sent, by why. */
export type Unfit = 'no image' | 'too large' | 'unreadable'

/**
 * Every file below a folder, in the order of the bytes of their ids, which is the order in which a service lists them. One
 * folder's names are in memory at a time, and those of the folders above it. Hidden files and links are left out.
 */
export async function* filesBelow(root: string, below = ''): AsyncGenerator<FolderFile> {
  const found = await readdir(join(root, below), { withFileTypes: true }).catch((cause: unknown) => {
    throw new AppError('invalid_option', `The folder ${join(root, below)} cannot be read.`, { cause })
  })
  const entries = found
    .filter((entry) => !entry.name.startsWith('.') && (entry.isFile() || entry.isDirectory()))
    .map((entry) => ({ isFolder: entry.isDirectory(), id: below + entry.name + (entry.isDirectory() ? '/' : '') }))
    .sort((a, b) => compareIds(a.id, b.id))
  for (const { id, isFolder } of entries) {
    if (isFolder) yield* filesBelow(root, id)
    else yield { id, path: join(root, id) }
  }
}

/** As PostgreSQL's collation "C" has it; JavaScript compares UTF-16. */
export function compareIds(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

/** The bytes of a film, or why it is none. */
export async function readFilm(path: string): Promise<Buffer | Unfit> {
  const file = await open(path).catch(() => undefined)
  if (file === undefined) return 'unreadable'
  try {
    const head = Buffer.alloc(HEAD_BYTES)
    const { bytesRead } = await file.read(head, 0, HEAD_BYTES, 0)
    const kind = kindOf(head.subarray(0, bytesRead))
    if (kind === 'no image') return kind
    if ((await file.stat()).size > MAX_FILM_BYTES) return 'too large'
    return await file.readFile()
  } catch {
    return 'unreadable'
  } finally {
    await file.close()
  }
}

/** PNG, JPEG, and TIFF and BigTIFF of both byte orders. */
const IMAGE_BEGINNINGS = ['89504e470d0a1a0a', 'ffd8ff', '49492a00', '4d4d002a', '49492b00', '4d4d002b']

/** By the first bytes of PNG, JPEG, WebP, TIFF and BigTIFF, and DICOM's Part 10. */
function kindOf(head: Buffer): 'image' | 'no image' {
  const isWebp = head.toString('latin1', 0, 4) === 'RIFF' && head.toString('latin1', 8, 12) === 'WEBP'
  const begin = head.toString('hex', 0, 8)
  if (isWebp || IMAGE_BEGINNINGS.some((bytes) => begin.startsWith(bytes))) return 'image'
  return head.toString('latin1', 128, 132) === 'DICM' ? 'image' : 'no image'
}
