export interface EventQueue {
  /** What is not done yet. */
  readonly length: number
  add(work: () => void | Promise<void>): void
  /** Resolves when all so far is done; rejects with what failed. */
  flush(): Promise<void>
}

/** Does things one after the other, and remembers the first that failed. */
export function createEventQueue(): EventQueue {
  let tail = Promise.resolve()
  let length = 0
  return {
    get length() {
      return length
    },
    add(work: () => void | Promise<void>): void {
      length++
      tail = tail.then(work).finally(() => length--)
      // Told by `flush`.
      tail.catch(() => undefined)
    },
    flush: () => tail,
  }
}
