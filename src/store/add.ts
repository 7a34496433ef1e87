import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { copyFile, mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { pipeline } from 'node:stream/promises'
import { extract } from 'tar'
import { AppError } from '../errors.js'
import type { ManifestReader } from './manifest.js'
import { packFiles, readPack, verifyPack, type Pack } from './pack.js'

/** More than this is not unpacked: an archive must not fill the disk. */
const MAX_UNPACKED_BYTES = 64 * 2 ** 30
const MAX_UNPACKED_FILES = 10_000

export interface AddOptions {
  readonly root: string
  readonly readManifest: ManifestReader
  /** The last word before the pack is seen by anyone: runs its goldens; throws what is wrong. */
  check(pack: Pack): Promise<void>
  readonly signal: AbortSignal
}

/**
 * Adds a pack from a folder, a `.tar`, `.tar.gz` or `.tgz` file, or an https URL of such a file. Everything is checked
 * in a folder that no server looks at; one rename makes the pack visible. Throws `model_invalid`, `model_exists`.
 */
export async function addPack(source: string, options: AddOptions): Promise<Pack> {
  const incoming = join(options.root, `.incoming-${randomUUID()}`)
  await mkdir(incoming, { recursive: true })
  try {
    const folder = await bring(source, incoming, options)
    const pack = await readPack(folder, options.readManifest)
    await verifyPack(pack, options.signal)
    await options.check(pack)
    const place = join(options.root, pack.manifest.name, pack.manifest.version)
    await settle(folder, place)
    return { ...pack, folder: place }
  } finally {
    await rm(incoming, { recursive: true, force: true })
  }
}

async function bring(source: string, incoming: string, options: AddOptions): Promise<string> {
  if (/^https:\/\//.test(source)) {
    await unpack(await download(source, options.signal), incoming, options.signal)
    return packFolder(incoming)
  }
  const found = await stat(source).catch(() => undefined)
  if (found === undefined) throw new AppError('model_invalid', `There is nothing at ${source}.`)
  if (found.isFile()) {
    await unpack(createReadStream(source), incoming, options.signal)
    return packFolder(incoming)
  }
  await copyPack(resolve(source), incoming, options.readManifest)
  return incoming
}

/** Only what the manifest names is copied, with the manifest itself and the texts beside it. */
async function copyPack(from: string, to: string, readManifest: ManifestReader): Promise<void> {
  const { manifest } = await readPack(from, readManifest)
  const texts = (await readdir(from)).filter((name) => /\.(md|txt|png|jpe?g)$/i.test(name))
  const files = new Set(['model.json', ...packFiles(manifest).map(({ file }) => file), ...texts])
  for (const file of files) {
    await mkdir(dirname(join(to, file)), { recursive: true })
    await copyFile(join(from, file), join(to, file)).catch((cause: unknown) => {
      throw new AppError('model_invalid', `The pack lacks its file ${file}.`, { cause })
    })
  }
}

async function download(url: string, signal: AbortSignal): Promise<Readable> {
  const response = await fetch(url, { signal, redirect: 'follow' })
  if (!response.ok || response.body === null)
    throw new AppError('model_invalid', `The download answered ${response.status}.`)
  return Readable.fromWeb(response.body as ReadableStream<Uint8Array>)
}

async function unpack(archive: Readable, folder: string, signal: AbortSignal): Promise<void> {
  let files = 0
  let bytes = 0
  const filter = (_path: string, entry: { size?: number; type?: string }): boolean => {
    files += 1
    bytes += entry.size ?? 0
    if (files > MAX_UNPACKED_FILES || bytes > MAX_UNPACKED_BYTES)
      throw new AppError('model_invalid', 'The archive unpacks to too much.')
    return entry.type === 'File' || entry.type === 'Directory'
  }
  try {
    await pipeline(archive, extract({ cwd: folder, strict: true, filter }), { signal })
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError('model_invalid', 'The archive cannot be unpacked.', { cause })
  }
}

/** The pack lies at the top of its archive or in the only folder there, one or two levels down. */
async function packFolder(top: string): Promise<string> {
  for (let folder = top, depth = 0; depth < 3; depth++) {
    const entries = await readdir(folder, { withFileTypes: true })
    if (entries.some((entry) => entry.name === 'model.json')) return folder
    const [only, ...others] = entries.filter((entry) => entry.isDirectory())
    if (only === undefined || others.length > 0) break
    folder = join(folder, only.name)
  }
  throw new AppError('model_invalid', 'The archive holds no model.json.')
}

async function settle(folder: string, place: string): Promise<void> {
  if ((await stat(place).catch(() => undefined)) !== undefined) {
    throw new AppError('model_exists', 'This version is in the store already; packs do not change, take a new version.')
  }
  await mkdir(dirname(place), { recursive: true })
  await rename(folder, place)
}
