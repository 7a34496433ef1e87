interface Slot {
  bytes: number
  isLeaving: boolean
}

export interface CachedSession {
  readonly digest: string
  readonly bytes: number
}

/**
 * The book of what one lane holds, least recently used first, bounded in bytes. The lane itself only does as it is told:
 * with the book in the process that schedules, nobody is evicted between the moment a run is sent and the moment it ends.
 */
export interface SessionCache {
  readonly usedBytes: number
  /** The lane holds the session and it may be given runs. */
  has(digest: string): boolean
  add(digest: string, bytes: number): void
  touch(digest: string): void
  delete(digest: string): void
  /** From now on the session gets no more runs; it goes when the last has ended. */
  markLeaving(digest: string): void
  /** Least recently used first. */
  list(): CachedSession[]
  /** Who has to go so that `bytes` more fit; `undefined` when even all that may leave are not enough. */
  victims(bytes: number, mayLeave: (digest: string) => boolean): string[] | undefined
}

export function createSessionCache(budgetBytes: () => number): SessionCache {
  const slots = new Map<string, Slot>()
  const usedBytes = (): number => [...slots.values()].reduce((sum, slot) => sum + slot.bytes, 0)
  return {
    get usedBytes() {
      return usedBytes()
    },
    has: (digest) => slots.get(digest)?.isLeaving === false,
    add: (digest, bytes) => void slots.set(digest, { bytes, isLeaving: false }),
    touch(digest) {
      const slot = slots.get(digest)
      if (slot === undefined) return
      slots.delete(digest)
      slots.set(digest, slot)
    },
    delete: (digest) => void slots.delete(digest),
    markLeaving(digest) {
      const slot = slots.get(digest)
      if (slot !== undefined) slot.isLeaving = true
    },
    list: () => [...slots].map(([digest, { bytes }]) => ({ digest, bytes })),
    victims(bytes, mayLeave) {
      let free = budgetBytes() - usedBytes()
      const chosen: string[] = []
      for (const [digest, slot] of slots) {
        if (free >= bytes) break
        if (!mayLeave(digest)) continue
        chosen.push(digest)
        free += slot.bytes
      }
      return free >= bytes ? chosen : undefined
    },
  }
}
