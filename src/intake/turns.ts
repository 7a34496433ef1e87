import type { Clock } from '../ports.js'

/** Work that is looked for again and again, one turn at a time. */
export interface Turns {
  /** There may be work: looks at once. */
  nudge(): void
  /** Resolves when the turn that is under way is over. */
  close(): Promise<void>
}

export interface TurnsOptions {
  readonly everyMs: number
  /** May say how soon the next turn is wanted; never later than `everyMs`. */
  work(): Promise<number | undefined>
  onError(error: unknown): void
}

export function startTurns({ everyMs, work, onError }: TurnsOptions): Turns {
  let isClosing = false
  let wasNudged = false
  let timer: NodeJS.Timeout | undefined
  let turning: Promise<void> | undefined

  const turn = async (): Promise<void> => {
    let waitMs: number | undefined
    try {
      waitMs = await work()
    } catch (error) {
      onError(error)
    }
    turning = undefined
    if (isClosing) return
    // Whoever asked in the middle of the turn may have come too late for it.
    timer = setTimeout(nudge, wasNudged ? 0 : Math.min(everyMs, waitMs ?? everyMs))
    wasNudged = false
  }
  const nudge = (): void => {
    if (isClosing) return
    clearTimeout(timer)
    if (turning === undefined) turning = turn()
    else wasNudged = true
  }
  nudge()
  return {
    nudge,
    async close() {
      isClosing = true
      clearTimeout(timer)
      await turning
    },
  }
}

/** Runs what is due of several chores, each at its own pace. */
export function chores(clock: Clock, list: readonly { readonly everyMs: number; do(): Promise<void> }[]) {
  const due = list.map((chore) => ({ chore, atMs: 0 }))
  return async (): Promise<undefined> => {
    for (const each of due) {
      if (clock.nowMs() < each.atMs) continue
      each.atMs = clock.nowMs() + each.chore.everyMs
      await each.chore.do()
    }
  }
}
