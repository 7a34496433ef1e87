import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../errors.js'
import type { Pack } from './pack.js'

/** What a pack says of itself at length. */
const CARD_FILE = 'CARD.md'
const MAX_CARD_BYTES = 256 * 1024
const MAX_PICTURE_BYTES = 1 << 20
/** Beside the card, never below or above it. */
const PICTURE_NAME = /^[\w-]{1,100}\.(?:png|jpe?g)$/i

/** The card of a pack as its author wrote it, in Markdown: not to be trusted. Throws `card_not_found`. */
export async function readCard({ folder, manifest }: Pack): Promise<string> {
  const bytes = await readPlain(join(folder, CARD_FILE), MAX_CARD_BYTES)
  const name = `${manifest.name}@${manifest.version}`
  if (bytes === undefined) throw new AppError('card_not_found', `The model ${name} has no card.`)
  return new TextDecoder().decode(bytes)
}

/** A PNG or JPEG file that lies beside the card; `undefined` for all else. */
export async function readCardPicture({ folder }: Pack, name: string): Promise<Uint8Array | undefined> {
  return PICTURE_NAME.test(name) ? readPlain(join(folder, name), MAX_PICTURE_BYTES) : undefined
}

/** A file of the pack itself and of no more than `maxBytes`: a link could name any file of the machine. */
async function readPlain(path: string, maxBytes: number): Promise<Uint8Array | undefined> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    () => undefined,
  )
  if (handle === undefined) return undefined
  try {
    const found = await handle.stat()
    if (!found.isFile() || found.size > maxBytes) return undefined
    const bytes = new Uint8Array(found.size)
    const { bytesRead } = await handle.read(bytes, 0, found.size, 0)
    return bytes.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}
