/** Work that is under way, in the order in which it was begun, bounded in entries and bytes. */
export interface ItemWindow<Result> {
  /** Resolves when there is room for an entry of so many bytes; one entry always has room in an empty window. */
  room(bytes: number): Promise<void>
  add(bytes: number, work: Promise<Result>): void
  /** Nothing more comes, because of `error` where one is given. */
  end(error?: Error): void
  /**
   * The first entries, as far as they are done, `count` at most; waits for the very first one. They keep their room until
   * they are released. None when there are no more; throws what an entry or the end failed with, once all before it were
   * taken.
   */
  settled(count: number): Promise<Result[]>
  release(count: number): void
  /** Nobody takes any more. */
  stop(): void
  readonly isStopped: boolean
}

interface Entry<Result> {
  readonly bytes: number
  state: { readonly result: Result } | { readonly error: Error } | undefined
}

export function createItemWindow<Result>(bounds: {
  readonly maxEntries: number
  readonly maxBytes: number
}): ItemWindow<Result> {
  const entries: Entry<Result>[] = []
  let heldBytes = 0
  let end: { readonly error: Error | undefined } | undefined
  let isStopped = false
  const waiting: (() => void)[] = []
  const wake = (): void => {
    for (const resume of waiting.splice(0)) resume()
  }
  const change = (): Promise<void> => new Promise((resolve) => waiting.push(resolve))
  const settle = (entry: Entry<Result>, state: Entry<Result>['state']): void => {
    entry.state = state
    wake()
  }
  return {
    async room(bytes) {
      const isFull = (): boolean =>
        entries.length >= bounds.maxEntries || (entries.length > 0 && heldBytes + bytes > bounds.maxBytes)
      while (isFull() && !isStopped) await change()
    },
    add(bytes, work) {
      const entry: Entry<Result> = { bytes, state: undefined }
      entries.push(entry)
      heldBytes += bytes
      work.then(
        (result) => settle(entry, { result }),
        (error: unknown) => settle(entry, { error: error as Error }),
      )
    },
    end(error) {
      end = { error }
      wake()
    },
    async settled(count) {
      while (entries[0]?.state === undefined) {
        if (entries.length === 0 && end !== undefined) {
          if (end.error !== undefined) throw end.error
          return []
        }
        await change()
      }
      const { state } = entries[0]
      if ('error' in state) throw state.error
      const ready: Result[] = []
      for (const entry of entries.slice(0, count)) {
        if (entry.state === undefined || 'error' in entry.state) break
        ready.push(entry.state.result)
      }
      return ready
    },
    release(count) {
      for (const { bytes } of entries.splice(0, count)) heldBytes -= bytes
      wake()
    },
    stop() {
      isStopped = true
      wake()
    },
    get isStopped() {
      return isStopped
    },
  }
}
