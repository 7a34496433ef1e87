import { stat } from 'node:fs/promises'
import { AppError } from '../errors.js'
import type { Clock, Log } from '../ports.js'
import { findKey, type StoredKey } from './api-key.js'
import type { Caller } from './caller.js'
import { readKeyFile } from './key-file.js'

/** How old the knowledge of the file may be when a key is shown: so long a revoked one still works. */
const LOOK_MS = 1_000

export interface KeyChange {
  /** Ids. */
  readonly added: readonly string[]
  readonly removed: readonly string[]
}

/** The keys of a file, as it is now: it may be changed while the service runs. */
export interface KeyRing {
  /** `undefined` for a key that is unknown or expired. Throws `identity_unavailable` while the file cannot be used. */
  find(key: string): Promise<Caller | undefined>
}

export interface KeyRingOptions {
  readonly path: string
  readonly log: Log
  readonly clock: Clock
  onChange?(change: KeyChange): void
}

/** Throws `configuration` where the file cannot be used at start. */
export async function openKeyRing({ path, log, clock, onChange }: KeyRingOptions): Promise<KeyRing> {
  let version = await versionOf(path)
  let keys = byId(await readKeyFile(path))
  let lookedMs = clock.nowMs()
  let failure: AppError | undefined
  let looking: Promise<void> | undefined

  const reload = async (): Promise<void> => {
    const found = await versionOf(path)
    if (found === version && failure === undefined) return
    const next = byId(await readKeyFile(path))
    const change = changeOf(keys, next)
    version = found
    keys = next
    failure = undefined
    if (change.added.length + change.removed.length > 0) onChange?.(change)
    log.info({ added: change.added.length, removed: change.removed.length }, 'the keys were read again')
  }
  const look = async (): Promise<void> => {
    await reload().catch((error: unknown) => {
      // Nobody is let in by a list that may hold revoked keys.
      if (failure === undefined) log.error({ err: error }, 'the keys cannot be read')
      failure = new AppError('identity_unavailable', 'The keys cannot be read.', { cause: error })
    })
    lookedMs = clock.nowMs()
    looking = undefined
  }
  return {
    async find(key) {
      if (clock.nowMs() - lookedMs >= LOOK_MS) await (looking ??= look())
      if (failure !== undefined) throw failure
      const stored = findKey(key, keys)
      return stored === undefined || isExpired(stored) ? undefined : callerOf(stored)
    },
  }
}

function callerOf({ id, name, scopes }: StoredKey): Caller {
  return { kind: 'key', id: `key:${name}`, scopes: new Set(scopes), credential: id }
}

function isExpired({ expires_at: expiresAt }: StoredKey): boolean {
  return expiresAt !== undefined && Date.parse(expiresAt) <= Date.now()
}

function byId(keys: readonly StoredKey[]): Map<string, StoredKey> {
  return new Map(keys.map((key) => [key.id, key]))
}

function changeOf(before: ReadonlyMap<string, StoredKey>, after: ReadonlyMap<string, StoredKey>): KeyChange {
  return {
    added: [...after.keys()].filter((id) => !before.has(id)),
    removed: [...before.keys()].filter((id) => !after.has(id)),
  }
}

/** Changes with the file: another one under its name, or the same one written again. */
async function versionOf(path: string): Promise<string> {
  const found = await stat(path, { bigint: true }).catch((): undefined => undefined)
  return found === undefined ? 'none' : [found.ino, found.mtimeNs, found.size].join()
}
