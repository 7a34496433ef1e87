import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Scope } from './scopes.js'

const ID_BYTES = 9
/** 256 bits: with so much chance in it a key cannot be guessed, so a fast hash of it is enough. */
const SECRET_BYTES = 32
const KEY = /^rsk_([A-Za-z0-9_-]{12})_([A-Za-z0-9_-]{43})$/

/** What is kept of a key: never the key. */
export interface StoredKey {
  /** Part of the key, and no secret. */
  readonly id: string
  /** Of the caller. Several keys may have one. */
  readonly name: string
  readonly scopes: readonly Scope[]
  /** Of the whole key, in hexadecimal. */
  readonly sha256: string
  readonly created_at: string
  readonly expires_at?: string
}

/** A new key and what is kept of it. */
export function createKey(
  { name, scopes, expiresAt }: { name: string; scopes: readonly Scope[]; expiresAt?: Date },
  now: Date,
): { key: string; stored: StoredKey } {
  const id = randomBytes(ID_BYTES).toString('base64url')
  const key = `rsk_${id}_${randomBytes(SECRET_BYTES).toString('base64url')}`
  const stored = {
    ...{ id, name, scopes, sha256: digestOf(key).toString('hex'), created_at: now.toISOString() },
    ...(expiresAt !== undefined && { expires_at: expiresAt.toISOString() }),
  }
  return { key, stored }
}

export function isKey(text: string): boolean {
  return KEY.test(text)
}

/** Which of the stored keys this is. The digests are compared in constant time, whether the id is known or not. */
export function findKey(key: string, stored: ReadonlyMap<string, StoredKey>): StoredKey | undefined {
  const id = KEY.exec(key)?.[1]
  const known = id === undefined ? undefined : stored.get(id)
  const digest = digestOf(key)
  const isSame = timingSafeEqual(digest, known === undefined ? NOTHING : Buffer.from(known.sha256, 'hex'))
  return isSame ? known : undefined
}

const NOTHING = Buffer.alloc(32)

function digestOf(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}
