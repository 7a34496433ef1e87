/** Bytes that were written a moment ago and are about to be read again, by their digest; the oldest leave. */
export interface RecentBytes {
  get(digest: string): Buffer | undefined
  /** What is larger than all that may be held is not held. */
  add(digest: string, bytes: Buffer): void
  remove(digest: string): void
}

export function createRecentBytes(maxBytes: number): RecentBytes {
  const held = new Map<string, Buffer>()
  let heldBytes = 0
  const remove = (digest: string): void => {
    heldBytes -= held.get(digest)?.byteLength ?? 0
    held.delete(digest)
  }
  return {
    get: (digest) => held.get(digest),
    remove,
    add(digest, bytes) {
      remove(digest)
      if (bytes.byteLength > maxBytes) return
      held.set(digest, bytes)
      heldBytes += bytes.byteLength
      for (const oldest of held.keys()) {
        if (heldBytes <= maxBytes) break
        remove(oldest)
      }
    },
  }
}
