/** What is not read by then was done by somebody else, who may have removed the file. */
const KEEP_MS = 60_000

/** Bytes that were written a moment ago and are about to be read again, by their digest; the oldest leave, and each after a minute. */
export interface RecentBytes {
  get(digest: string): Buffer | undefined
  /** What is larger than all that may be held is not held. */
  add(digest: string, bytes: Buffer): void
  remove(digest: string): void
}

export function createRecentBytes(maxBytes: number): RecentBytes {
  const held = new Map<string, { readonly bytes: Buffer; readonly leaving: NodeJS.Timeout }>()
  let heldBytes = 0
  const remove = (digest: string): void => {
    const known = held.get(digest)
    if (known === undefined) return
    clearTimeout(known.leaving)
    heldBytes -= known.bytes.byteLength
    held.delete(digest)
  }
  return {
    get: (digest) => held.get(digest)?.bytes,
    remove,
    add(digest, bytes) {
      remove(digest)
      if (bytes.byteLength > maxBytes) return
      held.set(digest, { bytes, leaving: setTimeout(() => remove(digest), KEEP_MS).unref() })
      heldBytes += bytes.byteLength
      for (const oldest of held.keys()) {
        if (heldBytes <= maxBytes) break
        remove(oldest)
      }
    },
  }
}
