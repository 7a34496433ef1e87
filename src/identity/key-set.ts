import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'
import { errors } from 'jose'
import { AppError } from '../errors.js'
import type { Clock, Log } from '../ports.js'

const FETCH_LIMIT_MS = 5_000
const MAX_BYTES = 1 << 20
/** The set is asked for again in the background when it is as old as this. */
const FRESH_MS = 300_000
/** Older than this it is not used: the issuer may have taken a key away. */
const STALE_MS = 3_600_000
/** A token with an unknown key id asks the issuer no more often than this, whoever sends it. */
const COOLDOWN_MS = 30_000

export interface KeySetOptions {
  readonly url: string
  readonly log: Log
  readonly clock: Clock
}

/**
 * The public keys of an issuer (RFC 7517), kept and asked for again a bounded number of times: one request at a time, one
 * every `COOLDOWN_MS` at most. Throws `identity_unavailable` while there are none to be had.
 */
export function createKeySet({ url, log, clock }: KeySetOptions): JWTVerifyGetKey {
  let known: { find: JWTVerifyGetKey; atMs: number } | undefined
  let askedMs = -Infinity
  let asking: Promise<void> | undefined

  const ask = async (): Promise<void> => {
    askedMs = clock.nowMs()
    try {
      known = { find: createLocalJWKSet(await fetchKeySet(url)), atMs: clock.nowMs() }
    } catch (error) {
      log.warn({ reason: error instanceof Error ? error.message : String(error) }, 'the key set cannot be fetched')
    } finally {
      asking = undefined
    }
  }
  const refresh = async (): Promise<void> => {
    if (asking === undefined && clock.nowMs() - askedMs < COOLDOWN_MS) return
    await (asking ??= ask())
  }
  const current = async (): Promise<JWTVerifyGetKey> => {
    const ageMs = known === undefined ? Infinity : clock.nowMs() - known.atMs
    if (ageMs > STALE_MS) await refresh()
    else if (ageMs > FRESH_MS) void refresh()
    if (known === undefined || clock.nowMs() - known.atMs > STALE_MS)
      throw new AppError('identity_unavailable', 'The keys of the issuer cannot be fetched.')
    return known.find
  }
  return async (header, token) => {
    try {
      return await (
        await current()
      )(header, token)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
      // The issuer may have a new key.
      await refresh()
      return (await current())(header, token)
    }
  }
}

async function fetchKeySet(url: string): Promise<JSONWebKeySet> {
  const reply = await fetch(url, {
    headers: { accept: 'application/jwk-set+json, application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(FETCH_LIMIT_MS),
  })
  if (!reply.ok || reply.body === null) throw new Error(`The key set was answered with ${reply.status}.`)
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of reply.body as unknown as AsyncIterable<Uint8Array>) {
    bytes += part.byteLength
    if (bytes > MAX_BYTES) throw new Error(`The key set has more than ${MAX_BYTES} bytes.`)
    parts.push(part)
  }
  // What is in it is checked by `createLocalJWKSet`.
  return JSON.parse(Buffer.concat(parts).toString('utf8')) as JSONWebKeySet
}
