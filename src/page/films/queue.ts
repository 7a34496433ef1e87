/** Work in the order it came, so many pieces at a time. */
export interface Queue {
  /** Resolves with what `work` does once its turn comes; rejects with an `AbortError` when cleared before that. */
  add<Result>(work: () => Promise<Result>): Promise<Result>
  /** Pieces that have not begun. */
  readonly waiting: number
  readonly running: number
  /** Drops what has not begun. */
  clear(): void
}

interface Entry {
  start(onEnd: () => void): void
  drop(): void
}

/** `onChange` hears of every piece that comes, begins or ends. */
export function createQueue(atOnce: number, onChange: () => void = () => undefined): Queue {
  let entries: Entry[] = []
  let running = 0

  function next(): void {
    while (running < atOnce) {
      const entry = entries.shift()
      if (entry === undefined) break
      running++
      entry.start(() => {
        running--
        next()
      })
    }
    onChange()
  }

  return {
    add<Result>(work: () => Promise<Result>) {
      return new Promise<Result>((resolve, reject) => {
        entries.push({
          start: (onEnd) => void work().finally(onEnd).then(resolve, reject),
          drop: () => reject(new DOMException('The queue was cleared.', 'AbortError')),
        })
        next()
      })
    },
    get waiting() {
      return entries.length
    },
    get running() {
      return running
    },
    clear() {
      const dropped = entries
      entries = []
      for (const entry of dropped) entry.drop()
      onChange()
    },
  }
}
