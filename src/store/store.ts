import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import { AppError } from '../errors.js'
import type { ManifestReader } from './manifest.js'
import { readPack, type Pack } from './pack.js'
import { compareVersions, isName, isVersion, parseReference, type ModelReference } from './version.js'

const ALIASES_FILE = 'aliases.json'

/** The packs on disk: `<root>/<name>/<version>/model.json`. Listing reads folder names only, so a thousand packs cost little. */
export interface Store {
  readonly root: string
  /** Names with their versions, newest first; names without any version are left out. */
  list(): Promise<Map<string, readonly string[]>>
  /** Follows aliases; a reference without a version means the newest release. Throws `model_not_found`. */
  resolve(reference: string): Promise<Required<ModelReference>>
  /** Reads the manifest; throws `model_not_found` or `model_invalid`. */
  open(model: Required<ModelReference>): Promise<Pack>
  aliases(): Promise<Record<string, string>>
  /** Points an alias at `name@version`, or takes it away. The file is replaced in one step. */
  setAlias(alias: string, target: string | undefined): Promise<void>
  /** Takes the version out of the store: one rename out of sight, then the files. */
  remove(model: Required<ModelReference>): Promise<void>
}

export function createStore(root: string, readManifest: ManifestReader): Store {
  const store: Store = {
    root,
    list: () => listPacks(root),
    resolve: (reference) => resolve(root, reference),
    open: async (model) => {
      const pack = await readPack(await versionFolder(root, model), readManifest)
      const { name, version } = pack.manifest
      if (name !== model.name || version !== model.version) {
        throw new AppError(
          'model_invalid',
          `The pack in folder ${model.name}/${model.version} calls itself ${name}@${version}.`,
        )
      }
      return pack
    },
    aliases: () => readAliases(root),
    setAlias: (alias, target) => setAlias(root, alias, target),
    remove: (model) => removeVersion(root, model),
  }
  return store
}

async function listPacks(root: string): Promise<Map<string, readonly string[]>> {
  const names = (await folders(root)).filter(isName).sort()
  const entries = await Promise.all(names.map(async (name) => [name, await versionsOf(root, name)] as const))
  return new Map(entries.filter(([, versions]) => versions.length > 0))
}

async function versionsOf(root: string, name: string): Promise<string[]> {
  const versions = (await folders(join(root, name))).filter(isVersion)
  return versions.sort((a, b) => compareVersions(b, a))
}

async function folders(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink()).map((entry) => entry.name)
}

async function resolve(root: string, text: string): Promise<Required<ModelReference>> {
  const asked = parseReference(text)
  const target = asked.version === undefined ? (await readAliases(root))[asked.name] : undefined
  const reference = target === undefined ? asked : parseReference(target)
  if (reference.version !== undefined) {
    await versionFolder(root, { name: reference.name, version: reference.version })
    return { name: reference.name, version: reference.version }
  }
  const versions = await versionsOf(root, reference.name)
  const newest = versions.find((version) => !version.includes('-')) ?? versions[0]
  if (newest === undefined) throw new AppError('model_not_found', `There is no model ${reference.name} in the store.`)
  return { name: reference.name, version: newest }
}

async function versionFolder(root: string, model: Required<ModelReference>): Promise<string> {
  const folder = join(root, model.name, model.version)
  const found = await stat(folder).catch(() => undefined)
  if (found?.isDirectory()) return folder
  const isKnown = (await versionsOf(root, model.name)).length > 0
  const what = isKnown ? `model ${model.name} of version ${model.version}` : `model ${model.name}`
  throw new AppError('model_not_found', `There is no ${what} in the store.`)
}

async function readAliases(root: string): Promise<Record<string, string>> {
  const text = await readFile(join(root, ALIASES_FILE), 'utf8').catch(() => undefined)
  if (text === undefined) return {}
  try {
    const value = JSON.parse(text) as unknown
    if (typeof value !== 'object' || value === null) throw new Error('not an object')
    const entries = Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
    return Object.fromEntries(entries)
  } catch (cause) {
    throw new AppError('configuration', `${ALIASES_FILE} of the store is not a JSON object of names.`, { cause })
  }
}

async function setAlias(root: string, alias: string, target: string | undefined): Promise<void> {
  if (!isName(alias)) throw new AppError('invalid_option', 'An alias must look like a model name.')
  const aliases = new Map(Object.entries(await readAliases(root)))
  if (target === undefined) aliases.delete(alias)
  else aliases.set(alias, target)
  const incoming = join(root, `.${ALIASES_FILE}-${randomUUID()}`)
  await writeFile(incoming, `${JSON.stringify(Object.fromEntries(aliases), null, 2)}\n`)
  await rename(incoming, join(root, ALIASES_FILE))
}

async function removeVersion(root: string, model: Required<ModelReference>): Promise<void> {
  const folder = await versionFolder(root, model)
  const trash = join(root, `.removed-${randomUUID()}`)
  await rename(folder, trash)
  await rm(trash, { recursive: true, force: true })
  if ((await versionsOf(root, model.name)).length === 0)
    await rm(join(root, model.name), { recursive: true, force: true })
}
