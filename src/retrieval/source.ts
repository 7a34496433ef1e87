import { createHash, type Hash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'

/** Hashed in one turn of the event loop. */
const SLICE_BYTES = 1 << 20

/** What an item is made of. */
export type ItemSource =
  | { readonly kind: 'image'; readonly films: readonly [Uint8Array] }
  | { readonly kind: 'study'; readonly films: readonly Uint8Array[] }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'vector'; readonly vector: Float32Array }

/**
 * sha256 in hexadecimal by which a client knows whether an item is what it would send: of a film's file; of a study, over
 * the digests of its films in hexadecimal, one after the other as they were given; of a text in UTF-8; of a vector as
 * little-endian float32.
 */
export async function sourceDigest(source: ItemSource): Promise<string> {
  switch (source.kind) {
    case 'image':
      return bytesDigest(source.films[0])
    case 'study': {
      const hash = createHash('sha256')
      for (const film of source.films) hash.update(await bytesDigest(film))
      return hash.digest('hex')
    }
    case 'text':
      return createHash('sha256').update(source.text, 'utf8').digest('hex')
    case 'vector':
      return createHash('sha256').update(bytesOf(source.vector)).digest('hex')
  }
}

async function bytesDigest(bytes: Uint8Array): Promise<string> {
  const hash: Hash = createHash('sha256')
  for (let at = 0; at < bytes.byteLength; at += SLICE_BYTES) {
    if (at > 0) await setImmediate()
    hash.update(bytes.subarray(at, at + SLICE_BYTES))
  }
  return hash.digest('hex')
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}
